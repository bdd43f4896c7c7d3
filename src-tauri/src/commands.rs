//! The window's commands: each hands over to the use case of the same name.

use std::sync::Arc;

use hoso_app::App;
use hoso_app::view::{
    AppInfo, BatchCorrected, BatchInfo, BatchPreview, BatchReading, BatchRowInfo, BatchRowState,
    CalendarInfo, CatalogueInfo, CatalogueProgress, CatalogueTaken, ContactData, ContactInfo,
    DeskPapers, DesktopsInfo, DossierInfo, DossierList, DraftInfo, DraftPatch, DraftProblem,
    DraftShare, Due, EarlierDossier, ErrorView, Exported, Filled, FormPart, InboxItemInfo,
    LookUpView, NewProfile, PaperFields, PaperFormat, PaperInfo, PaperPlace, PictureChoices,
    PictureEdit, PictureInfo, PicturePage, PicturesProgress, PicturesSize, PlaceHit,
    ProcedureFilter, ProcedureInfo, ProcedureRow, ProfileDetails, ProvinceHit, ReadPlace,
    RevisionChange, SealRequest, SendRules, Settings, SharingInfo, StepInfo, StickKeyInfo,
    StickTaken, SyncInfo, WizardStep, WordTemplate,
};
use hoso_dossier::{
    AttachmentId, DossierId, DraftId, EditId, Folder, Handover, OwnDay, PaperId, Sha256,
};
use hoso_eform::{Change, Explanation};
use tauri::ipc::{Invoke, Response};
use tauri::{State, WebviewWindow};
use uuid::Uuid;

use crate::closing::Closing;

include!("command_list.rs");

macro_rules! commands {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        $(
            #[tauri::command]
            async fn $name(app: State<'_, Arc<App>>, $($argument: $type),*) -> Result<$answer, ErrorView> {
                app.$name($($argument),*).await.map_err(|error| error.view())
            }
        )*

        /// Answers a call from the window.
        pub(crate) fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name,)* paper_preview, picture_look, window_closing]
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name),)* "paper_preview", "picture_look", "window_closing"];
    };
}

with_commands!(commands);

/// The form's paper as PDF bytes; not JSON like the others.
#[tauri::command]
async fn paper_preview(app: State<'_, Arc<App>>, id: DraftId) -> Result<Response, ErrorView> {
    match app.paper_preview(id).await {
        Ok(bytes) => Ok(Response::new(bytes)),
        Err(error) => Err(error.view()),
    }
}

/// A picture as it looks once it is edited: JPEG bytes, not JSON either.
#[tauri::command]
async fn picture_look(
    app: State<'_, Arc<App>>,
    page: u32,
    edit: PictureEdit,
    edge: u32,
) -> Result<Response, ErrorView> {
    match app.picture_look(page, edit, edge).await {
        Ok(bytes) => Ok(Response::new(bytes)),
        Err(error) => Err(error.view()),
    }
}

/// The page heard that the window is to be closed; `now`: everything is saved, or the person wants it closed all the same.
#[tauri::command]
fn window_closing(window: WebviewWindow, closing: State<'_, Closing>, now: bool) {
    closing.heard();
    if now && let Err(error) = window.destroy() {
        tracing::warn!(%error, "closing the window");
    }
}

#[cfg(test)]
mod tests {
    use super::NAMES;

    #[test]
    fn the_window_may_call_every_command_and_nothing_else_of_ours() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let mut allowed: Vec<&str> = capability["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
            .collect();
        let mut named: Vec<String> = NAMES.iter().map(|name| name.replace('_', "-")).collect();
        allowed.sort_unstable();
        named.sort_unstable();
        assert_eq!(allowed, named);
    }

    #[test]
    fn the_ui_calls_every_command_and_no_other() {
        let ipc = include_str!("../../ui/src/lib/ipc.ts");
        // `name: (…) => call<Answer>('command', …)`, on one line or two.
        let mut called: Vec<&str> = ipc
            .split("call<")
            .skip(1)
            .filter_map(|rest| rest.split_once(">('")?.1.split_once('\''))
            .map(|(name, _)| name)
            .collect();
        let mut named = NAMES.to_vec();
        called.sort_unstable();
        named.sort_unstable();
        assert_eq!(called, named);
    }
}
