//! Declares every command, so that each needs a permission in `capabilities/`, and writes what Tauri generates at build time.

include!("src/command_list.rs");

macro_rules! names {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        &[$(stringify!($name),)* "paper_preview", "picture_look", "window_closing"]
    };
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const COMMANDS: &[&str] = with_commands!(names);
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    Ok(tauri_build::try_build(
        tauri_build::Attributes::new().app_manifest(manifest),
    )?)
}
