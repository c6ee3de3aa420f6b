//! `openclaw gateway run`

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use openclaw_config_merge::Config;
use openclaw_gateway::{
    Drained, Event, Gateway, Hosts, Keys, LoadFailed, Options, Patience, Sources, first_list, keep_spent_now,
    serve, upkeep,
};
use tokio::net::TcpListener;

use super::holder::holder;
use super::settings::{Loader, ensure_key};
use super::{handed, log, log_file, sharing};
use crate::app::App;
use crate::args::{Bind, GatewayRun, bind};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::{catalogue, network, out};

/// OpenClaw's port.
const PORT: u16 = 18789;
/// The router's own pace of news.
const REFRESH: Duration = Duration::from_secs(600);
/// How long the start waits for a first list.
const FIRST_LIST: Duration = Duration::from_secs(3);

pub(super) fn run(app: App, args: &GatewayRun) -> Result<()> {
    let handed = handed::listener()?;
    if let Some(log) = &args.log_file {
        log_file::turn_over(log);
    }
    let config = app.config()?.config;
    let address = match &handed {
        None => address(&config, args)?,
        Some(listener) => handed_address(listener, &config, args)?,
    };
    let place = sharing::place(&app, args)?;
    let made = ensure_key(&app, args.auth)?;
    let verbose = app.verbose;
    let endpoint = app.endpoint(&config)?;
    let age = catalogue::kept(&app, &endpoint);
    // One of an unknown age is asked for at once.
    let age = age.map(|(_, age)| age.unwrap_or(REFRESH));
    let spent = app.places.state_dir.join("cache/gateway-spent.json");
    let loader = Arc::new(Loader::new(app, args.auth, address.ip()));
    let settings = loader.load(None)?;
    let is_open = matches!(settings.keys, Keys::Open);
    let no_token = loader.no_token();
    let hosts = Hosts { names: args.allow_host.clone() };
    let patience = Patience { drain: args.drain.unwrap_or(Patience::default().drain), ..Patience::default() };
    let options = Options { hosts, patience, ..Options::default() };
    let observer = Arc::new(move |event: Event<'_>| log::say(event, verbose));
    #[cfg(feature = "otlp")]
    let told: openclaw_gateway::Observer = observer.clone();
    let gateway = Gateway::watched(settings, options, Some(observer));
    #[cfg(feature = "otlp")]
    export(&gateway, told)?;
    let sources = Sources {
        load: {
            let loader = Arc::clone(&loader);
            Arc::new(move |list| loader.load(list).map_err(|failure| LoadFailed(failure.render())))
        },
        keep: Arc::new(move |endpoint, bytes| catalogue::keep_bytes(&loader.app, endpoint, bytes)),
        age,
        refresh: REFRESH,
        spent: Some(spent),
    };
    let mut sharing = sharing::Sharing::new(&gateway, place)?;
    raise_file_limit();
    let drained = runtime()?.block_on(async {
        let listener = listen(address, handed).await?;
        let bound = listener.local_addr().map_err(|error| cannot_listen(address, &error))?;
        let stop = stop_signal()?;
        let (next_list, ()) = tokio::join!(first_list(&gateway, &sources, FIRST_LIST), sharing.first());
        tell(bound, &Telling { made, is_open, no_token })?;
        handed::ready(bound);
        let serving = serve(&gateway, listener, stop);
        let drained = tokio::select! {
            drained = serving => drained,
            never = upkeep(&gateway, sources.clone(), next_list) => never,
            never = sharing.run() => never,
        };
        sharing.leave().await;
        keep_spent_now(&gateway, &sources);
        drained.map_err(|error| {
            Failure::from_error(Exit::Failure, "the gateway cannot serve", &error).hint("openclaw doctor")
        })
    })?;
    #[cfg(feature = "otlp")]
    if let Some(otlp) = gateway.otlp() {
        otlp.end(LAST_TRACES);
    }
    match drained {
        Drained { cut: 0 } => out::say("Gateway stopped; every request has ended\n"),
        Drained { cut: 1 } => out::say("Gateway stopped; 1 connection was cut at the end of `--drain`\n"),
        Drained { cut } => {
            out::say(&format!("Gateway stopped; {cut} connections were cut at the end of `--drain`\n"));
        }
    }
    Ok(())
}

/// How long a collector may take for what is left at the end.
#[cfg(feature = "otlp")]
const LAST_TRACES: Duration = Duration::from_secs(3);

/// Traces and metrics go where OpenTelemetry's variables say, if they do.
#[cfg(feature = "otlp")]
fn export(gateway: &Gateway, observer: openclaw_gateway::Observer) -> Result<()> {
    let failed = |error: openclaw_gateway::OtlpError| {
        Failure::from_error(Exit::Usage, "traces and metrics cannot be sent", &error)
            .hint("OTEL_SDK_DISABLED=true openclaw gateway run")
    };
    let Some(target) = openclaw_gateway::OtlpTarget::from_vars(&crate::app::env).map_err(failed)? else {
        return Ok(());
    };
    gateway.export(openclaw_gateway::Otlp::new(&target, Some(observer)).map_err(failed)?);
    Ok(())
}

/// Where to listen, by flags and config.
pub(in crate::commands) fn address(config: &Config, args: &GatewayRun) -> Result<SocketAddr> {
    let where_to = match (&args.bind, config.gateway.bind.as_deref()) {
        (Some(bind), _) => *bind,
        (None, None) => Bind::Loopback,
        (None, Some(said)) => bind(said).map_err(|expected| {
            Failure::new(
                Exit::Usage,
                format!("`gateway.bind` is `{}`, which this gateway does not know", said.escape_debug()),
            )
            .because(expected)
            .hint("openclaw gateway run --bind loopback")
        })?,
    };
    let ip = match where_to {
        Bind::Loopback => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Bind::Lan => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Bind::Address(address) => address,
    };
    let port = match (args.port, config.gateway.port) {
        (Some(port), _) => port,
        (None, None) => PORT,
        (None, Some(said)) => port(said).map_err(|expected| {
            Failure::new(Exit::Usage, format!("`gateway.port` is {said}, {expected}"))
                .hint("openclaw config set gateway.port 18789")
        })?,
    };
    Ok(SocketAddr::new(ip, port))
}

/// A port as it stands in a config.
pub(in crate::commands) fn port(said: u64) -> Result<u16, String> {
    u16::try_from(said).map_err(|_| "expected at most 65535".to_owned())
}

/// One thread for each core, or none beside this one where there is but one.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut builder = match cores {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.enable_all().build().map_err(|error| network::no_runtime(&error))
}

/// Where a socket listens that was handed over; said aloud where flags and config name another place.
fn handed_address(
    listener: &std::net::TcpListener,
    config: &Config,
    args: &GatewayRun,
) -> Result<SocketAddr> {
    let failed = |error: std::io::Error| {
        Failure::from_error(Exit::Usage, "the socket of the service manager cannot be used", &error)
            .hint("env -u LISTEN_FDS openclaw gateway run")
    };
    let bound = listener.local_addr().map_err(failed)?;
    let said = address(config, args)?;
    if said != bound && said.port() != 0 {
        out::warn(&format!(
            "the service listens on {bound}, flags and config say {said}; `openclaw gateway install` moves it there"
        ));
    }
    Ok(bound)
}

/// The socket that was handed over, or else one of our own.
async fn listen(address: SocketAddr, handed: Option<std::net::TcpListener>) -> Result<TcpListener> {
    if let Some(handed) = handed {
        let taken = handed.set_nonblocking(true).and_then(|()| TcpListener::from_std(handed));
        return taken.map_err(|error| cannot_listen(address, &error));
    }
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            let by = holder(address).unwrap_or_else(|| "another program".to_owned());
            let next = address.port().checked_add(1).unwrap_or(0);
            Failure::new(Exit::Usage, format!("the port {} is taken by {by}", address.port()))
                .hint(format!("openclaw gateway run --port {next}"))
        }
        _ => cannot_listen(address, &error),
    })
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::from_error(Exit::Usage, format!("the gateway cannot listen on `{address}`"), error)
        .hint("openclaw gateway run --bind loopback --port 0")
}

/// Ready when the gateway is told to stop; a second time ends it at once.
fn stop_signal() -> Result<impl Future<Output = ()>> {
    let failed = |error: std::io::Error| {
        Failure::from_error(Exit::Failure, "signals cannot be waited for", &error).hint("ulimit -a")
    };
    #[cfg(unix)]
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(failed)?;
    #[cfg(unix)]
    let mut interrupt =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        #[cfg(unix)]
        {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            handed::stopping();
            out::say("Stopping: running requests may end; once more ends at once\n");
            tokio::spawn(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                #[expect(clippy::exit, reason = "the user asked twice, and nothing may hold it up")]
                std::process::exit(i32::from(Exit::Interrupted.code()));
            });
        }
        #[cfg(not(unix))]
        {
            let _ = failed;
            // Where Ctrl-C cannot be waited for, the gateway runs until it is killed.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    })
}

/// What is told at the start.
struct Telling {
    made: Option<&'static str>,
    is_open: bool,
    /// That there is no token, and why.
    no_token: Option<String>,
}

fn tell(bound: SocketAddr, telling: &Telling) -> Result<()> {
    let host = match bound.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), bound.port()),
        _ => bound,
    };
    let base = format!("http://{host}/v1");
    out::print(&format!("Gateway on {base}\n"))?;
    if let Some(name) = telling.made {
        out::say(&format!("A first key, `{name}`, was made; `openclaw gateway keys show` prints it\n"));
    }
    if let Some(why) = &telling.no_token {
        out::warn(&format!("{why}, and it is taken up here"));
    }
    if !bound.ip().is_loopback() {
        out::warn(&format!(
            "the gateway can be reached from other machines, at port {}; keys travel unencrypted",
            bound.port()
        ));
    }
    let key = if telling.is_open { "any".to_owned() } else { "$(openclaw gateway keys show)".to_owned() };
    out::say(&format!(
        "\nPoint any OpenAI client there:\n\n  OPENAI_BASE_URL={base} OPENAI_API_KEY={key} your-program\n\n\
         Or open http://{host}/ in a browser: models, prices, a place to ask, and what failed over.\n\nCtrl-C ends it.\n"
    ));
    Ok(())
}

/// Every stream takes two files, and many systems allow 1,024 unless asked.
fn raise_file_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        if current != maximum {
            // Where the system refuses, fewer connections are accepted at once.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
        }
    }
}
