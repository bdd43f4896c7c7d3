//! `hoso stick`.

use std::path::Path;
use std::sync::Arc;

use hoso_app::App;
use serde_json::json;

use crate::Failure;
use crate::args::{Global, Stick};
use crate::output::Output;
use crate::person::unlock;

pub(crate) async fn run(
    app: &Arc<App>,
    command: Stick,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    match command {
        Stick::Key => output.answer(&app.stick_keys().await?),
        Stick::Export { id, desktop, out } => {
            let bytes = app.stick_save(id, desktop, &out).await?;
            output.answer(&json!({"dossier": id, "path": out, "bytes": bytes}));
        }
        Stick::Take { file, trust } => {
            let taken = app.stick_take(read(&file)?, trust).await?;
            output.answer(&taken);
        }
        Stick::Receipt { file } => {
            let dossier = app.stick_receipt(read(&file)?).await?;
            output.answer(&json!({"dossier": dossier.row.dossier, "code": dossier.row.code}));
        }
    }
    Ok(())
}

pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file)
        .map_err(|error| Failure::own("disk.io", format!("reading {}: {error}", file.display())))
}
