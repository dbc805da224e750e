//! The server, from its start to its orderly end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;
use yew_sandbox_server::local::LocalOptions;
use yew_sandbox_server::manage::ApiKeys;
use yew_sandbox_server::{
    Access, AnonymousCookie, Metrics, Options, PreviewDomain, Secret, SecretError, Shutdown,
};

use super::Failure;
use super::accept;
use super::arguments::{Backend, Isolation, ServeArguments};
use super::place::Place;

/// How long connections may take to close at the end.
const GOODBYE: Duration = Duration::from_secs(3);
/// How long sandboxes may take to fall asleep at the end.
const FALL_ASLEEP: Duration = Duration::from_secs(6);

/// Serves until a signal asks to end.
pub(crate) fn serve(arguments: ServeArguments) -> Result<(), Failure> {
    raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(arguments))
}

/// Lets this process have as many open files as the system allows it: each connection is one, and copying a sandbox takes two
/// for each level of its folders.
///
/// Programs inside bubblewrap get a limit of their own (`--sandbox-open-files`); without isolation they inherit this one.
fn raise_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

async fn run(arguments: ServeArguments) -> Result<(), Failure> {
    check(&arguments)?;
    let mut signals = Signals::catch()?;
    let listener = listen(arguments.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let metrics = Metrics::default();
    let figures = match arguments.metrics_listen {
        Some(address) => Some(listen(address, "--metrics-listen").await?),
        None => None,
    };
    let place = match arguments.backend {
        Backend::Local => {
            let mut options = local_options(&arguments, address)?;
            options.metrics = metrics.clone();
            Place::local(options).await?
        }
        Backend::Codesandbox => Place::cloud(&arguments).await?,
    };
    let secret = secret(place.data_dir())?;
    let shutdown = Shutdown::default();
    let identify = AnonymousCookie::new(&secret);
    let mut options = Options::new(secret);
    options.token_lifetime = arguments.token_ttl;
    options.access = access(&arguments, address);
    options.preview_domain = preview_domain(&arguments, address);
    options.preview_script = !arguments.no_preview_script;
    options.static_dir = arguments.static_dir;
    options.trusted_proxies.clone_from(&arguments.trusted_proxy);
    options.creates_per_minute = arguments.limits.max_creates_per_minute_per_address;
    options.sockets_per_address = arguments.limits.max_sockets_per_address;
    options.wrong_tokens_per_minute = arguments.limits.max_wrong_tokens_per_minute;
    options.metrics = metrics.clone();
    options.shutdown = shutdown.clone();
    let router = place.router(identify, options, &arguments.api_key)?;

    if let Some(figures) = figures {
        let address = figures.local_addr()?;
        tracing::info!("figures are at http://{address}/metrics");
        let router = metrics.router(address.ip());
        // It ends with the process: the last figures tell of the end.
        tokio::spawn(axum::serve(figures, router).into_future());
    }
    writeln!(io::stdout(), "listening on http://{address}")?;
    let end = shutdown.clone();
    let serving = tokio::spawn(accept::serve(listener, router, accept::HEAD, async move {
        end.begun().await;
    }));
    signals.next().await;
    if !arguments.drain.is_zero() {
        let seconds = arguments.drain.as_secs_f64();
        tracing::info!(seconds, "draining: nobody new is let in");
        shutdown.drain();
        tokio::select! {
            _ = shutdown.connections_closed(arguments.drain) => {}
            () = signals.next() => {}
        }
    }
    tracing::info!("shutting down");
    let orderly = async {
        // Connections first, so that pages know to come back and do not take it for a sleep.
        shutdown.begin();
        let closed = shutdown.connections_closed(GOODBYE).await;
        let (served, ()) = tokio::join!(timeout(GOODBYE, serving), place.close(FALL_ASLEEP));
        if !closed || served.is_err() {
            tracing::warn!("not all connections closed in time");
        }
    };
    tokio::select! {
        () = orderly => tracing::info!("done"),
        () = signals.next() => tracing::warn!("asked again: ending at once"),
    }
    Ok(())
}

/// What can be known to be wrong before anything is touched.
fn check(arguments: &ServeArguments) -> Result<(), Failure> {
    let address = arguments.listen.ip();
    if arguments.isolation == Isolation::None && arguments.backend == Backend::Local {
        if !address.is_loopback() {
            return Err(format!(
                "without isolation, whoever reaches {address} could do on this machine what the server can. \
                 Listen on 127.0.0.1, or use --isolation bwrap"
            )
            .into());
        }
        tracing::warn!(
            "sandboxes are not isolated: whoever opens the page can do on this machine what the server can"
        );
    }
    if !arguments.api_key.is_empty() {
        ApiKeys::new(&arguments.api_key)
            .map_err(|error| format!("{error}. Make a longer one for --api-key"))?;
    }
    let has_name = !arguments.allowed_host.is_empty() || arguments.public_url.is_some();
    if address.is_unspecified() && !has_name {
        tracing::warn!("only loopback names are answered to; name others with --allowed-host");
    }
    for origin in &arguments.allowed_origin {
        if !is_origin(origin) {
            return Err(format!(
                "`{origin}` is no origin. Write it as a browser does: http://127.0.0.1:8080, without a path"
            )
            .into());
        }
    }
    if let Some(url) = &arguments.public_url
        && !is_origin(url)
    {
        return Err(format!(
            "`{url}` is no address of a server. Write --public-url as https://sandboxes.example.org, without a path"
        )
        .into());
    }
    if let Some(pages) = &arguments.static_dir
        && !pages.join("index.html").is_file()
    {
        tracing::warn!(folder = %pages.display(), "there is no index.html in the folder with the pages");
    }
    Ok(())
}

fn is_origin(text: &str) -> bool {
    let authority = text
        .strip_prefix("http://")
        .or(text.strip_prefix("https://"));
    authority.is_some_and(|authority| !authority.is_empty() && !authority.contains(['/', '*', '@']))
}

async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let what_to_do = match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "another program listens there. Stop it, or choose another port: {option} {}, where 0 \
                 is any free one",
                SocketAddr::new(address.ip(), 0)
            ),
            io::ErrorKind::PermissionDenied => {
                format!("this user may not. Choose a port from 1024 on with {option}")
            }
            io::ErrorKind::AddrNotAvailable => {
                format!("it is no address of this machine. Choose one with {option}")
            }
            _ => format!("{error}. Choose another address with {option}"),
        };
        format!("cannot listen on {address}: {what_to_do}").into()
    })
}

fn local_options(arguments: &ServeArguments, address: SocketAddr) -> Result<LocalOptions, Failure> {
    let mut options = LocalOptions::new(&arguments.data_dir);
    options.template_dir = arguments.template_dir.clone();
    if let Some(folder) = &arguments.templates_dir {
        options.templates = templates(folder)?;
    }
    options.isolation = arguments.isolation.into();
    options.preview_domain = preview_domain(arguments, address);
    options.public_url = Some(public_url(arguments, address));
    options.hibernate_after = arguments.hibernate_after;
    options.agent_program = arguments.agent.clone();
    arguments.limits.apply(&mut options);
    Ok(options)
}

/// The subfolders of a folder, by their names.
fn templates(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let read = || -> io::Result<BTreeMap<String, PathBuf>> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|name| !name.starts_with('.'))
                && path.is_dir()
            {
                found.insert(name.to_owned(), path.clone());
            }
        }
        Ok(found)
    };
    read().map_err(|error| {
        let folder = folder.display();
        format!("the templates in {folder} cannot be read: {error}. Correct --templates-dir").into()
    })
}

fn secret(data: &Path) -> Result<Secret, Failure> {
    let path = data.join("secret");
    Secret::load_or_create(&path).map_err(|error| {
        let what_to_do = match error {
            SecretError::Malformed => {
                "Restore it, or delete it: then everybody gets a new identity, and old sandboxes are \
                 nobody's any more"
            }
            _ => "Make it readable and writable for this user",
        };
        format!("the secret in {} cannot be used: {error}. {what_to_do}", path.display()).into()
    })
}

fn access(arguments: &ServeArguments, address: SocketAddr) -> Access {
    let mut access = Access {
        hosts: arguments.allowed_host.clone(),
        origins: arguments.allowed_origin.clone(),
    };
    if let Some(url) = &arguments.public_url {
        let (scheme, host) = public_host(url);
        access.origins.push(format!("{scheme}://{host}"));
        access.hosts.push(host);
    }
    if !address.ip().is_unspecified() {
        // With any port: a proxy in front may have another one.
        access.hosts.push(address.ip().to_string());
    }
    access
}

/// The scheme and the host that browsers send for an address: without the port where it is the usual one.
fn public_host(url: &str) -> (&str, String) {
    let (scheme, host) = url.split_once("://").unwrap_or(("http", url));
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(usual).unwrap_or(host);
    (scheme, host.to_ascii_lowercase())
}

fn preview_domain(arguments: &ServeArguments, address: SocketAddr) -> PreviewDomain {
    let given = arguments.preview_host.clone();
    given.unwrap_or_else(|| PreviewDomain::localhost(Some(address.port())))
}

fn public_url(arguments: &ServeArguments, address: SocketAddr) -> String {
    match &arguments.public_url {
        Some(url) => url.clone(),
        None if address.ip().is_unspecified() => format!("http://localhost:{}", address.port()),
        None => format!("http://{address}"),
    }
}

/// What asks a server to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::Rlimit;

    use super::*;

    /// The soft limit of 1,024 held, whatever the hard one was.
    #[test]
    fn as_many_files_may_be_open_as_the_system_allows() {
        let given = getrlimit(Resource::Nofile);
        // One less: other tests have files open.
        let lowered = Rlimit {
            current: given.maximum.map(|maximum| maximum - 1),
            maximum: given.maximum,
        };
        setrlimit(Resource::Nofile, lowered).unwrap();
        raise_open_files();
        let raised = getrlimit(Resource::Nofile);
        assert_eq!(raised.current, given.maximum);
        assert_eq!(raised.maximum, given.maximum);
    }
}
