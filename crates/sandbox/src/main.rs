//! `hoso-sandbox`: the sandbox portal as a program.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use hoso_dossier::Capability;
use hoso_sandbox::{FaultSettings, Options, Running, Sandbox, SandboxError};
use tracing_subscriber::EnvFilter;

/// A public-service portal to try things with: OpenID provider, uploads, dossiers, a clerk's desk and a bank.
/// The first line of output is its address, as JSON. Ctrl+C stops it.
#[derive(Parser)]
#[command(name = "hoso-sandbox", version)]
struct Args {
    /// Take in a dossier that was carried by hand and end; no portal may be using the folder.
    #[arg(long, value_name = "FILE", requires = "receipt")]
    take: Option<PathBuf>,
    /// Where to write the receipt to carry back.
    #[arg(long, value_name = "FILE", requires = "take")]
    receipt: Option<PathBuf>,
    /// Write the catalogue and its form packs as one signed file, to be carried to computers without a network, and end; no portal may be using the folder.
    #[arg(long, value_name = "FILE", conflicts_with = "take")]
    catalogue: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder that holds everything; the same folder continues where it was.
    #[arg(long)]
    data: PathBuf,
    /// What to put into a new folder.
    #[arg(long)]
    seed: Option<Seed>,
    /// Folder with one folder per form pack, in place of the built-in ones.
    #[arg(long)]
    packs: Option<PathBuf>,
    /// Portal profile to announce, by id, e.g. `nghe-an`: clients then show its steps and words.
    #[arg(long)]
    profile: Option<String>,
    /// What the portal can't do, with commas between: the calls for it are not there, and clients hide it.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = capability)]
    cannot: Vec<Capability>,
    /// Give receipts online without a signature, as a portal may that can't sign.
    #[arg(long)]
    unsigned_receipts: bool,
    /// Largest upload in MiB.
    #[arg(long, default_value_t = 50)]
    max_upload_mib: u32,
    /// How long an access token is good for, in seconds.
    #[arg(long, default_value_t = 900)]
    access_token_seconds: u32,
    /// Fault: every answer waits so many milliseconds.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Fault: share of requests cut off before anything is done, 0 to 1.
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    drop_rate: f64,
    /// Fault: share of requests answered 5xx, 0 to 1.
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    error_rate: f64,
    /// Fault: share of requests carried out and then not answered, 0 to 1.
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    lose_replies_rate: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Seed {
    /// Invented people who can sign in.
    Demo,
}

/// By its name in a portal's profile.
fn capability(text: &str) -> Result<Capability, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "withdraw, rate, pay, stick, lookUp and sharedDrafts can be left out".to_owned()
    })
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "a share is a number from 0 to 1".to_owned())
}

impl From<Args> for Options {
    fn from(args: Args) -> Self {
        Self {
            port: args.port,
            seed_demo: matches!(args.seed, Some(Seed::Demo)),
            packs: args.packs,
            profile: args.profile,
            cannot: args.cannot.into_iter().collect(),
            signs_receipts: !args.unsigned_receipts,
            max_upload_bytes: u64::from(args.max_upload_mib) * 1024 * 1024,
            access_token_seconds: args.access_token_seconds,
            faults: FaultSettings {
                latency_ms: args.latency_ms,
                drop_rate: args.drop_rate,
                error_rate: args.error_rate,
                lose_replies_rate: args.lose_replies_rate,
                ..FaultSettings::default()
            },
            ..Self::new(args.data)
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let mut args = Args::parse();
    let ended = match (args.take.take(), args.receipt.take(), args.catalogue.take()) {
        (Some(file), Some(receipt), _) => take_in(args.into(), &file, &receipt).await,
        (_, _, Some(file)) => carry_catalogue(args.into(), &file).await,
        _ => run(args.into()).await.map_err(|error| error.to_string()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hoso-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn take_in(options: Options, file: &Path, receipt: &Path) -> Result<(), String> {
    let doing = |path: &Path, error| format!("{}: {error}", path.display());
    let carried = std::fs::read(file).map_err(|error| doing(file, error))?;
    let taken = Sandbox::take_stick(options, &carried).await;
    let taken = taken.map_err(|error| error.to_string())?;
    std::fs::write(receipt, taken).map_err(|error| doing(receipt, error))
}

async fn carry_catalogue(options: Options, file: &Path) -> Result<(), String> {
    let carried = Sandbox::carry_catalogue(options).await;
    let carried = carried.map_err(|error| error.to_string())?;
    std::fs::write(file, carried).map_err(|error| format!("{}: {error}", file.display()))
}

async fn run(options: Options) -> Result<(), SandboxError> {
    let running = Sandbox::start(options).await?;
    // Whoever reads the address may stop the program at once.
    let stopped = stopped();
    announce(&running);
    stopped.await;
    running.shutdown().await;
    Ok(())
}

fn announce(running: &Running) {
    let url = &running.url;
    let line = serde_json::json!({
        "url": url,
        "clerk": format!("{url}/clerk"),
        "outbox": format!("{url}/outbox"),
        "bank": format!("{url}/bank"),
        "faults": format!("{url}/faults"),
        "audit": format!("{url}/audit"),
        "openapi": format!("{url}/openapi.json"),
    });
    let mut out = std::io::stdout();
    // Whoever started us may have closed the pipe; the portal serves all the same.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Listens from now on; ends at Ctrl+C, or at SIGTERM where there is one.
#[cfg(unix)]
fn stopped() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        match signals {
            [Ok(mut interrupt), Ok(mut terminate)] => tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            },
            _ => std::future::pending().await,
        }
    }
}

/// Ends at Ctrl+C.
#[cfg(not(unix))]
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
