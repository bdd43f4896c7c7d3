//! The window of Hồ Sơ: a thin face over `hoso-app`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod closing;
mod commands;
mod desktop;
#[cfg(target_os = "linux")]
mod drawing;
mod network;
mod notices;
mod options;

use std::process::ExitCode;
use std::sync::Arc;

use hoso_app::{App, Config, KdfCost};
use tauri::{Emitter as _, Manager as _, WebviewUrl, WebviewWindowBuilder, WindowEvent};

use closing::{Closing, Wish};
use desktop::Desktop;
use options::Options;

/// Smallest window in which every screen works.
const SMALLEST: (f64, f64) = (360.0, 480.0);
const USUAL: (f64, f64) = (1280.0, 800.0);

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HOSO_LOG")
                .unwrap_or_else(|_| "warn,hoso_app=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    #[cfg(target_os = "linux")]
    if let Err(error) = drawing::settle() {
        tracing::warn!(%error, "starting anew for a machine without a graphics processor");
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::read(std::env::args_os().skip(1))?;
    let runtime = tokio::runtime::Runtime::new()?;
    tauri::async_runtime::set(runtime.handle().clone());
    let _entered = runtime.enter();
    let app = App::new(
        Config {
            home: options.home,
            portal: options.portal,
            kdf: KdfCost::STANDARD,
        },
        Arc::new(Desktop::from_env()),
    )?;
    let page = if options.bare {
        "bare.html"
    } else {
        "index.html"
    };
    let mut changes = app.changes();
    let closing = Arc::clone(&app);
    tauri::Builder::default()
        .manage(app)
        .manage(Closing::default())
        .invoke_handler(commands::handler())
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && window.state::<Closing>().wanted(std::time::Instant::now()) == Wish::Ask
            {
                match window.emit("closing", ()) {
                    Ok(()) => api.prevent_close(),
                    Err(error) => tracing::warn!(%error, "asking the page before closing"),
                }
            }
        })
        .setup(move |tauri| {
            let window = WebviewWindowBuilder::new(tauri, "main", WebviewUrl::App(page.into()))
                .title("Hồ Sơ")
                .inner_size(USUAL.0, USUAL.1)
                .min_inner_size(SMALLEST.0, SMALLEST.1)
                // The page never leads anywhere but to itself.
                .on_navigation(|url| {
                    matches!(url.scheme(), "tauri" | "about")
                        || url.host_str() == Some("tauri.localhost")
                })
                .build()?;
            tauri::async_runtime::spawn(async move {
                loop {
                    match changes.recv().await {
                        Ok(changed) => {
                            if let Err(error) = window.emit("changed", changed) {
                                tracing::warn!(%error, "telling the window of a change");
                            }
                        }
                        // Missed some: what the window shows it fetches again with the next one.
                        Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                        Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                    }
                }
            });
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(move |_, event| {
            if let tauri::RunEvent::ExitRequested { .. } = event {
                let app = Arc::clone(&closing);
                // Everything is on disk already; locking lets go of keys and files at once.
                if let Err(error) = tauri::async_runtime::block_on(app.profile_lock()) {
                    tracing::warn!(error = error.kind(), "locking at the end");
                }
            }
        });
    Ok(())
}
