//! Certificates, from the files that the environment names.

use reqwest::ClientBuilder;

use crate::settings::BuildError;

/// Trusts the certificates of `OTEL_EXPORTER_OTLP_CERTIFICATE`, and no others, if it is set, else those of the system; shows
/// that of `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` with `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
#[cfg(feature = "tls")]
pub(crate) fn prepare(mut client: ClientBuilder, signal: &str) -> Result<ClientBuilder, BuildError> {
    use crate::env;
    use reqwest::{Certificate, Identity};

    if let Some(named) = env::file(signal, "CERTIFICATE") {
        let pem = read(&named)?;
        let trusted = match Certificate::from_pem_bundle(&pem) {
            Ok(trusted) if trusted.is_empty() => {
                return Err(BuildError::file(named, "it has no certificate"));
            }
            Ok(trusted) => trusted,
            Err(error) => return Err(BuildError::file(named, error)),
        };
        client = client.tls_certs_only(trusted);
    }
    if let Some(named) = env::file(signal, "CLIENT_CERTIFICATE") {
        let mut pem = read(&named)?;
        if let Some(key) = env::file(signal, "CLIENT_KEY") {
            pem.push(b'\n');
            pem.extend(read(&key)?);
        }
        let identity = Identity::from_pem(&pem).map_err(|error| BuildError::file(named, error))?;
        client = client.identity(identity);
    }
    Ok(client)
}

#[cfg(feature = "tls")]
fn read(named: &(String, String)) -> Result<Vec<u8>, BuildError> {
    std::fs::read(&named.1).map_err(|error| BuildError::file(named.clone(), error))
}

/// Without the feature there is no `https`, and whoever asks for it is told so at once.
#[cfg(not(feature = "tls"))]
pub(crate) fn prepare(_client: ClientBuilder, _signal: &str) -> Result<ClientBuilder, BuildError> {
    Err(BuildError::no_tls())
}
