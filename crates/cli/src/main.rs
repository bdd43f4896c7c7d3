//! `hoso`: the use cases of the window from a shell, for batches and for tests.

mod args;
mod batch;
mod bench;
mod catalogue;
mod dossier;
mod fill;
mod form;
mod output;
mod person;
mod pictures;
mod stick;
mod terminal;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use hoso_app::view::ErrorView;
use hoso_app::{App, AppError, Config, KdfCost};

use args::{Args, Command};
use output::Output;
use terminal::Terminal;

/// Why a command failed.
pub(crate) enum Failure {
    /// A use case said so.
    App(AppError),
    /// The command itself.
    Own {
        /// Stable code.
        code: &'static str,
        /// English words.
        message: String,
    },
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::own(
            "terminal.broken",
            format!("asking in the terminal: {error}"),
        )
    }
}

impl Failure {
    /// A failure of the command itself.
    pub(crate) fn own(code: &'static str, message: impl Into<String>) -> Self {
        Self::Own {
            code,
            message: message.into(),
        }
    }

    fn view(&self) -> ErrorView {
        match self {
            Self::App(error) => error.view(),
            Self::Own { code, message } => ErrorView {
                code: (*code).to_owned(),
                message: message.clone(),
                fields: std::collections::BTreeMap::new(),
            },
        }
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HOSO_LOG")
                .unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let output = Output::new(args.json);
    let done = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::own("internal", error.to_string()))
        .and_then(|runtime| runtime.block_on(run(args, &output)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.error(&failure.view());
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args, output: &Output) -> Result<(), Failure> {
    let Args {
        command, global, ..
    } = args;
    if let Command::Form { command } = command {
        return form::run(command, output);
    }
    if let Command::Pictures(asked) = command {
        return pictures::run(&asked, output);
    }
    let home = global
        .home
        .clone()
        .or_else(terminal::usual_home)
        .ok_or_else(|| Failure::own("home.none", "no folder for profiles; use --home DIR"))?;
    let app = App::new(
        Config {
            home,
            portal: global.portal.clone(),
            kdf: KdfCost::STANDARD,
        },
        Arc::new(Terminal::new()),
    )?;
    let done = match command {
        Command::Form { .. } | Command::Pictures(_) => Ok(()),
        Command::Profile { command } => person::profile(&app, command, &global, output).await,
        Command::Login {
            no_browser,
            take_account,
        } => person::login(&app, no_browser, take_account, &global, output).await,
        Command::Logout => person::logout(&app, &global, output).await,
        Command::Dossier { command } => dossier::run(&app, command, &global, output).await,
        Command::Stick { command } => stick::run(&app, command, &global, output).await,
        Command::Catalogue { command } => catalogue::run(&app, command, &global, output).await,
        Command::Desktop { command } => catalogue::desktop(&app, command, &global, output).await,
        Command::Batch { command } => batch::run(&app, command, &global, output).await,
        Command::Pay { id, fee } => dossier::pay(&app, id, fee, &global, output).await,
        Command::Lookup { code } => dossier::look_up(&app, code, &global, output).await,
        Command::Rules(rules) => dossier::rules(&app, rules, &global, output).await,
        Command::Sync { once } => dossier::sync(&app, once, &global, output).await,
    };
    app.profile_lock().await?;
    done
}
