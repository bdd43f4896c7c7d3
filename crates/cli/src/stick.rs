//! `hoso stick`.

use std::path::Path;
use std::sync::Arc;

use hoso_app::App;
use hoso_app::forms::save;
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
            let (_, bytes) = app.stick_pack(id, desktop).await?;
            save(&out, &bytes)?;
            output.answer(&json!({"dossier": id, "path": out, "bytes": bytes.len()}));
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
