//! The last day of an exception.

use syn::{Error, LitStr};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `"2027-01-31"`. What is wrong with another text is told by its part.
pub(super) fn date(text: &LitStr) -> syn::Result<(u16, u8, u8)> {
    parse(&text.value()).map_err(|what| Error::new(text.span(), what))
}

fn parse(text: &str) -> Result<(u16, u8, u8), String> {
    const FORM: &str = "a date is written year-month-day: \"2027-01-31\"";
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return Err(FORM.to_owned()) };
    let number = |part: &str, digits: usize| {
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse::<u16>().ok() } else { None }
    };
    let year = number(year, 4).ok_or_else(|| format!("`{year}` is no year of four digits; {FORM}"))?;
    let month = number(month, 2).ok_or_else(|| format!("`{month}` is no month of two digits; {FORM}"))?;
    let day = number(day, 2).ok_or_else(|| format!("`{day}` is no day of two digits; {FORM}"))?;
    let name = usize::from(month).checked_sub(1).and_then(|index| MONTHS.get(index));
    let name = name.ok_or_else(|| format!("there is no month {month:02}: months are 01 to 12"))?;
    let length = length(year, month);
    if !(1..=length).contains(&day) {
        return Err(format!("there is no day {day:02} in {name} {year}: it has {length} days"));
    }
    // Both are small: they were read from two digits.
    Ok((year, u8::try_from(month).unwrap_or(12), u8::try_from(day).unwrap_or(31)))
}

/// How many days a month has.
fn length(year: u16, month: u16) -> u16 {
    let is_leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_wrong_part_is_named() {
        for (text, part) in [
            ("2027-13-01", "month 13"),
            ("2027-00-01", "month 00"),
            ("2027-01-32", "day 32 in January 2027"),
            ("2027-04-31", "day 31 in April 2027: it has 30 days"),
            ("2027-02-30", "day 30 in February 2027: it has 28 days"),
            ("2027-06-00", "day 00"),
            ("27-01-31", "`27` is no year"),
            ("2027-1-31", "`1` is no month"),
            ("2027-01-+1", "`+1` is no day"),
            ("31.01.2027", "year-month-day"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn days_that_exist_are_taken() {
        assert_eq!(parse("2028-02-29"), Ok((2028, 2, 29)));
        assert_eq!(parse("2000-02-29"), Ok((2000, 2, 29)));
        assert!(parse("2100-02-29").is_err());
        assert_eq!(parse("2027-12-31"), Ok((2027, 12, 31)));
    }
}
