//! The words of a span, beside parameters with the names that it uses itself.

struct Thing(u32);

impl Thing {
    // @attribute result
    // @declared(args, err, ret, level = "debug", skip(secret), fields(more = message.len()))
    fn spanned(&self, message: &str, span: u32, secret: &Thing, name: Option<u32>) -> Result<u32, String> {
        if message.is_empty() {
            return Err("empty".to_owned());
        }
        let name = name.ok_or_else(|| "no name".to_owned())?;
        Ok(span + name + secret.0 + self.0)
    }
}

impl std::fmt::Debug for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("thing")
    }
}

// @attribute
// @declared(name = "other", target = "elsewhere", ret, skip_all)
fn shown(value: &mut Vec<u32>) -> &mut u32 {
    value.push(1);
    value.last_mut().unwrap()
}

fn main() {
    assert_eq!(Thing(1).spanned("m", 2, &Thing(3), Some(4)), Ok(10));
    assert!(Thing(1).spanned("", 2, &Thing(3), None).is_err());
    assert_eq!(*shown(&mut Vec::new()), 1);
}
