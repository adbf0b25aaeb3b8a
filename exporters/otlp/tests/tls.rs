//! `https`, with a receiver and certificates of the test's own: what is trusted gets everything, and what is not is a loss
//! with its reason.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_result_ok,
    clippy::disallowed_methods,
    reason = "a test stops at what it did not expect, starts threads and processes, and its program swallows an error on purpose"
)]

#[path = "suite/request.rs"]
mod request;

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use request::{Asked, read_request};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// Whoever signs certificates.
struct Authority {
    own: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Authority { own: params.self_signed(&key).unwrap(), issuer: Issuer::new(params, key) }
    }

    fn sign(&self, host: &str) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// A receiver of traces by `https`, for as long as the process runs.
struct Receiver {
    port: u16,
    spans: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// One whose certificate is for this host, and that wants one from its clients if it knows an authority for them.
    fn start(authority: &Authority, host: &str, clients: Option<&Authority>) -> Receiver {
        let (certificate, key) = authority.sign(host);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                roots.add(clients.own.der().clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = Arc::new(builder.with_single_cert(chain, key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let spans = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&spans);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, seen) = (Arc::clone(&config), Arc::clone(&seen));
                thread::spawn(move || serve(stream, config, &seen));
            }
        });
        Receiver { port, spans }
    }

    fn spans(&self) -> Vec<String> {
        self.spans.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, seen: &Mutex<Vec<String>>) {
    let connection = ServerConnection::new(config).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(Asked { path, head, body }) = read_request(&mut stream) {
        assert!(head.iter().any(|line| line == "content-type: application/x-protobuf"), "{head:?}");
        if path == "/v1/traces" {
            let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
            let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
            seen.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans).map(|span| span.name));
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        if stream.get_mut().write_all(answer).is_err() {
            return;
        }
    }
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("candor-tls-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(Path::new(&self.0)));
    }
}

#[candor::observe]
fn send_mail() -> Result<(), String> {
    Err("mail server is down".to_owned())
}

#[candor::observe]
fn place_order() {
    send_mail().ok();
}

const PROGRAM: &str = "CANDOR_TLS_PROGRAM";

/// In a process that was started for it, this is a program that exports one operation and says what became of it.
#[test]
fn the_program_of_this_process() {
    if std::env::var_os(PROGRAM).is_none() {
        return;
    }
    match candor_otlp::Otlp::from_env() {
        Err(error) => println!("said: {error}"),
        Ok(otlp) => {
            let guard = candor::builder().exporter(otlp).install().unwrap();
            place_order();
            let run = guard.finish();
            let spans: u64 = run.unsent.iter().filter(|one| one.kind == "span").map(|one| one.count).sum();
            println!("said: {spans} spans lost {:?}", run.unsent_because);
        }
    }
}

/// Runs the program against a receiver and returns what it said.
fn run(receiver: &Receiver, env: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "the_program_of_this_process"])
        .env(PROGRAM, "yes")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("https://localhost:{}", receiver.port))
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find_map(|line| line.split_once("said: "));
    line.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr))).1.to_owned()
}

const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";

#[test]
fn a_receiver_whose_authority_is_named_gets_everything() {
    let (folder, authority) = (Folder::new("named"), Authority::new("ours"));
    let receiver = Receiver::start(&authority, "localhost", None);
    let pem = folder.write("ca.pem", &authority.own.pem());
    assert_eq!(run(&receiver, &[(CERTIFICATE, &pem)]), "0 spans lost []");
    assert_eq!(receiver.spans(), ["send_mail", "place_order"]);
}

#[test]
fn a_wrong_certificate_is_a_loss_with_its_reason() {
    let (folder, authority, other) = (Folder::new("wrong"), Authority::new("ours"), Authority::new("theirs"));
    let wrong = folder.write("other.pem", &other.own.pem());
    let right = folder.write("ca.pem", &authority.own.pem());
    let receiver = Receiver::start(&authority, "localhost", None);
    let elsewhere = Receiver::start(&authority, "elsewhere.example", None);
    // One that is signed by somebody else; the same when the system's own authorities are asked; one for another name.
    for (receiver, variable, pem, reason) in [
        (&receiver, CERTIFICATE, &wrong, "UnknownIssuer"),
        (&receiver, "SSL_CERT_FILE", &wrong, "UnknownIssuer"),
        (&elsewhere, CERTIFICATE, &right, "not valid for name"),
    ] {
        let said = run(receiver, &[(variable, pem)]);
        assert!(said.starts_with("2 spans lost [") && said.contains(reason), "{variable}: {said}");
        assert!(said.contains("certificate"), "{said}");
        assert!(receiver.spans().is_empty());
    }
}

#[test]
fn a_receiver_that_wants_a_certificate_gets_the_clients() {
    let (folder, authority, clients) =
        (Folder::new("client"), Authority::new("ours"), Authority::new("clients"));
    let receiver = Receiver::start(&authority, "localhost", Some(&clients));
    let pem = folder.write("ca.pem", &authority.own.pem());
    let (certificate, key) = clients.sign("shop");
    let (certificate, key) =
        (folder.write("client.pem", &certificate.pem()), folder.write("client.key", &key.serialize_pem()));
    let said = run(&receiver, &[(CERTIFICATE, &pem)]);
    assert!(said.starts_with("2 spans lost [") && receiver.spans().is_empty(), "{said}");
    let env = [
        (CERTIFICATE, pem.as_str()),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &certificate),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", &key),
    ];
    assert_eq!(run(&receiver, &env), "0 spans lost []");
    assert_eq!(receiver.spans(), ["send_mail", "place_order"]);
}

#[test]
fn a_file_that_is_no_certificate_is_told_by_its_variable() {
    let (folder, authority) = (Folder::new("file"), Authority::new("ours"));
    let receiver = Receiver::start(&authority, "localhost", None);
    let empty = folder.write("empty.pem", "this is no certificate\n");
    for path in ["/no/such/file.pem", empty.as_str()] {
        let said = run(&receiver, &[(CERTIFICATE, path)]);
        assert_eq!(
            said,
            format!("failed to read {path}, which `{CERTIFICATE}` names: it has to be a file in PEM format")
        );
    }
}
