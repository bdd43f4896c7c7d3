//! Who draws the page: the graphics processor, or where there is none the main one, without detours.
//!
//! Without a graphics processor the page's engine still puts layers together the way one would, in a program that plays
//! the processor's part. That costs several times what drawing the page costs, for every key pressed, on the cores that
//! everything else needs too.

use std::fs;
use std::path::Path;

use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt};

/// Where Linux shows graphics processors that can draw.
const PROCESSORS: &str = "/dev/dri";

/// Chooses for this machine.
pub(crate) fn settle(window: &WebviewWindow) -> tauri::Result<()> {
    if can_draw(Path::new(PROCESSORS)) {
        return Ok(());
    }
    window.with_webview(|page| {
        if let Some(settings) = WebViewExt::settings(&page.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

fn can_draw(processors: &Path) -> bool {
    fs::read_dir(processors).is_ok_and(|found| {
        found
            .flatten()
            .any(|entry| entry.file_name().as_encoded_bytes().starts_with(b"renderD"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_alone_does_not_draw() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!can_draw(&folder.path().join("none")));
        fs::write(folder.path().join("card0"), "").unwrap();
        assert!(!can_draw(folder.path()));
        fs::write(folder.path().join("renderD128"), "").unwrap();
        assert!(can_draw(folder.path()));
    }
}
