//! Where the sandbox's ports are reached from outside.

use std::future::Future;

use yew_sandbox_protocol::HostToken;
use yew_sandbox_protocol::port::Port;

use crate::client::Client;
use crate::core::encode_component;
use crate::error::{Error, ErrorKind};
use crate::send::MaybeSend;

/// The domain of the cloud's previews.
const CLOUD: &str = "csb.app";
/// The name of the cookie that opens a preview.
const COOKIE: &str = "csb_preview_token";
/// The name of the parameter of an address.
const PARAMETER: &str = "preview_token";
/// The name of the header.
const HEADER: &str = "csb-preview-token";

/// Where the sandbox's ports are reached from outside, and what opens the previews of a private sandbox.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// let url = client.hosts().url(5173).await?;
/// println!("open {url}");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Hosts {
    client: Client,
}

impl Hosts {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The host of a port, without a scheme and perhaps with a number behind a colon. Nothing need listen on it: then it is made as the
    /// hosts of ports that are open, or as the cloud makes them where the sandbox is there.
    ///
    /// # Errors
    /// `Unsupported` where the sandbox says of no port how it is reached; those of the connection.
    pub fn host(
        &self,
        port: u16,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let open = self.client.ports().get_all();
        let client = self.client.clone();
        async move {
            let open = open.await?;
            if let Some(known) = open.iter().find(|known| known.port == port) {
                return Ok(known.url.clone());
            }
            if let Some(host) = open.iter().find_map(|known| host_like(known, port)) {
                return Ok(host);
            }
            match client.sandbox() {
                Some(info) if is_cloud(&info.agent_host) => {
                    Ok([&info.sandbox_id, "-", &port.to_string(), ".", CLOUD].concat())
                }
                _ => {
                    let message = "the sandbox does not say how the port is reached";
                    Err(Error::new(ErrorKind::Unsupported, message).about(&port.to_string()))
                }
            }
        }
    }

    /// The address of a port: `http` on a host below `localhost`, `https` elsewhere. Where the session has a host token, the token
    /// is in it: a secret then.
    ///
    /// # Errors
    /// As [`host`](Self::host).
    pub fn url(
        &self,
        port: u16,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let host = self.host(port);
        let this = self.clone();
        async move {
            let host = host.await?;
            let scheme = if is_local(&host) { "http" } else { "https" };
            Ok(this.address(scheme, &host))
        }
    }

    /// The address of a port with a scheme of your choice, such as `wss`.
    ///
    /// # Errors
    /// As [`host`](Self::host).
    pub fn url_with(
        &self,
        port: u16,
        scheme: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let host = self.host(port);
        let (this, scheme) = (self.clone(), scheme.to_owned());
        async move { Ok(this.address(&scheme, &host.await?)) }
    }

    /// The headers that open the previews of a private sandbox: name and value. A secret. None without a host token.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        self.named(HEADER)
    }

    /// The cookies that open the previews of a private sandbox: name and value. A secret. None without a host token.
    pub fn cookies(&self) -> Vec<(&'static str, String)> {
        self.named(COOKIE)
    }

    fn named(&self, name: &'static str) -> Vec<(&'static str, String)> {
        let token = self.token();
        token.map(|token| (name, token.token)).into_iter().collect()
    }

    fn token(&self) -> Option<HostToken> {
        self.client.sandbox()?.host_token
    }

    fn address(&self, scheme: &str, host: &str) -> String {
        let mut address = [scheme, "://", host].concat();
        if let Some(token) = self.token() {
            address.push_str("/?");
            address.push_str(PARAMETER);
            address.push('=');
            encode_component(&token.token, &mut address);
        }
        address
    }
}

/// The host of a port as another one of the same sandbox has it, where that names its port.
fn host_like(known: &Port, port: u16) -> Option<String> {
    let (name, domain) = known.url.split_once('.')?;
    let (sandbox, number) = name.rsplit_once('-')?;
    (number == known.port.to_string())
        .then(|| [sandbox, "-", &port.to_string(), ".", domain].concat())
}

/// The host without the number behind a colon.
fn name_of(host: &str) -> &str {
    host.split(':').next().unwrap_or_default()
}

fn is_local(host: &str) -> bool {
    is_in(host, "localhost")
}

fn is_cloud(host: &str) -> bool {
    is_in(host, CLOUD) || is_in(host, "codesandbox.io") || is_in(host, "codesandbox.stream")
}

/// Whether a host is a domain or below it.
fn is_in(host: &str, domain: &str) -> bool {
    let above = name_of(host).strip_suffix(domain);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(url: &str, port: u16) -> Port {
        let url = url.to_owned();
        Port { port, url }
    }

    #[test]
    fn hosts_of_other_ports_are_made_as_those_that_are_known() {
        let known = port("a-b-5173.localhost:3000", 5173);
        assert_eq!(host_like(&known, 80).unwrap(), "a-b-80.localhost:3000");
        for odd in ["abc.localhost", "abc-51731.localhost", "localhost", "", "-"] {
            assert_eq!(host_like(&port(odd, 5173), 80), None, "{odd}");
        }
    }

    #[test]
    fn a_domain_is_no_mere_ending() {
        assert!(is_cloud("x.csb.app:443") && is_cloud("csb.app"));
        assert!(!is_cloud("evilcsb.app") && !is_cloud("csb.app.evil"));
        assert!(is_local("a-1.localhost:80") && !is_local("notlocalhost"));
    }
}
