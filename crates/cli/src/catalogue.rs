//! `hoso catalogue` and `hoso desktop`.

use std::sync::Arc;

use hoso_app::App;

use crate::Failure;
use crate::args::{Catalogue, Desktop, Global};
use crate::output::Output;
use crate::person::unlock;
use crate::stick::read;

pub(crate) async fn run(
    app: &Arc<App>,
    command: Catalogue,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    match command {
        Catalogue::Show => output.answer(&app.catalogue_info().await?),
        Catalogue::Import { file, trust } => {
            output.answer(&app.catalogue_take(read(&file)?, trust).await?);
        }
    }
    Ok(())
}

pub(crate) async fn desktop(
    app: &Arc<App>,
    command: Desktop,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    output.answer(&match command {
        Desktop::List => app.desktops().await?,
        Desktop::Add { code, name } => app.desktop_add(code, name).await?,
        Desktop::Remove { fingerprint } => app.desktop_remove(fingerprint).await?,
    });
    Ok(())
}
