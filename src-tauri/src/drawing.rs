//! Who draws the page: the graphics processor, or where there is none the main one, without detours.
//!
//! Without a graphics processor the page's engine still puts layers together the way one would, in a program that plays
//! the processor's part. That costs several times what drawing the page costs, for every key pressed, on the cores that
//! everything else needs too. Told so before it starts, it draws straight away.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// What WebKit is told by: no buffers are handed to a graphics processor. Whoever set it already has chosen.
///
/// `HardwareAccelerationPolicy::Never` would say the same, but comes when the engine has begun already.
const PLAIN: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Where Linux shows graphics processors that can draw.
const PROCESSORS: &str = "/dev/dri";

/// Chooses for this machine. A program can't safely change what surrounds it, so where that is needed it starts itself
/// anew in its place, which is the same process to whoever started it.
///
/// # Errors
/// It could not be started anew; it can go on as it is.
pub(crate) fn settle() -> io::Result<()> {
    if env::var_os(PLAIN).is_some() || can_draw(Path::new(PROCESSORS)) {
        return Ok(());
    }
    let mut again = Command::new(env::current_exe()?);
    // Only comes back where it failed.
    Err(again.args(env::args_os().skip(1)).env(PLAIN, "1").exec())
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
