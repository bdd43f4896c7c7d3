//! `cargo xtask icons`: `icons/icon.svg` in the sizes and containers that the bundles want.

use std::fs;
use std::path::Path;

use crate::args::Args;
use crate::shell::{self, Failed, command, say};
use crate::system;

/// File name and edge in pixels, by the names that Tauri's bundler looks for.
const PNGS: &[(&str, u32)] = &[
    ("16x16.png", 16),
    ("32x32.png", 32),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];

/// Sizes within `icon.ico`.
const ICO: &[u32] = &[16, 32, 48, 64, 128, 256];

/// Sizes within `icon.icns`, with Apple's name of each.
const ICNS: &[(&[u8; 4], u32)] = &[
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Renders every size; the results are committed.
pub(crate) fn render(args: Args) -> Result<(), Failed> {
    args.done()?;
    system::ensure(&[system::BUNDLE])?;
    let folder = shell::root().join("icons");
    for (name, edge) in PNGS {
        write(&folder.join(name), &png(*edge)?)?;
    }
    let images = ICO
        .iter()
        .map(|edge| Ok((*edge, png(*edge)?)))
        .collect::<Result<Vec<_>, Failed>>()?;
    write(&folder.join("icon.ico"), &ico(&images)?)?;
    let images = ICNS
        .iter()
        .map(|(kind, edge)| Ok((*kind, png(*edge)?)))
        .collect::<Result<Vec<_>, Failed>>()?;
    write(&folder.join("icon.icns"), &icns(&images)?)?;
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    say(format_args!("{} ({} bytes)", path.display(), bytes.len()));
    fs::write(path, bytes).map_err(Failed::doing(path.display()))
}

fn png(edge: u32) -> Result<Vec<u8>, Failed> {
    let edge = edge.to_string();
    let output = command(
        "rsvg-convert",
        &["--width", &edge, "--height", &edge, "icons/icon.svg"],
    )
    .output()
    .map_err(Failed::doing("rendering the icon"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Failed::new(format!(
            "rendering the icon: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )))
    }
}

/// A Windows icon file of PNG images, as Windows Vista and later read it.
fn ico(images: &[(u32, Vec<u8>)]) -> Result<Vec<u8>, Failed> {
    let mut file = vec![0, 0, 1, 0];
    file.extend(fits::<_, u16>(images.len())?.to_le_bytes());
    let mut offset = 6 + 16 * images.len();
    for (edge, png) in images {
        // 256 is written as 0; no palette; one plane of 32 bits.
        let edge = if *edge == 256 { 0 } else { fits(*edge)? };
        file.extend([edge, edge, 0, 0, 1, 0, 32, 0]);
        file.extend(fits::<_, u32>(png.len())?.to_le_bytes());
        file.extend(fits::<_, u32>(offset)?.to_le_bytes());
        offset += png.len();
    }
    images.iter().for_each(|(_, png)| file.extend(png));
    Ok(file)
}

/// An Apple icon file of PNG images.
fn icns(images: &[(&[u8; 4], Vec<u8>)]) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    for (kind, png) in images {
        body.extend(*kind);
        body.extend(fits::<_, u32>(8 + png.len())?.to_be_bytes());
        body.extend(png);
    }
    let mut file = b"icns".to_vec();
    file.extend(fits::<_, u32>(8 + body.len())?.to_be_bytes());
    file.extend(body);
    Ok(file)
}

fn fits<A: TryInto<B>, B>(number: A) -> Result<B, Failed> {
    number
        .try_into()
        .map_err(|_| Failed::new("an icon is too large for its file format"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_point_at_their_images() {
        let file = ico(&[(16, b"small".to_vec()), (256, b"large!".to_vec())]).unwrap();
        assert_eq!(file[..6], [0, 0, 1, 0, 2, 0]);
        let entry = |n: usize| {
            let entry = &file[6 + 16 * n..][..16];
            let number = |at: usize| u32::from_le_bytes(entry[at..at + 4].try_into().unwrap());
            (entry[0], &file[number(12) as usize..][..number(8) as usize])
        };
        assert_eq!(entry(0), (16, &b"small"[..]));
        assert_eq!(entry(1), (0, &b"large!"[..]));

        let file = icns(&[(b"ic07", b"png".to_vec())]).unwrap();
        assert_eq!(file, b"icns\0\0\0\x13ic07\0\0\0\x0bpng");
    }
}
