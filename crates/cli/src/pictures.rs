//! `hoso pictures`.

use std::fs;
use std::path::Path;

use hoso_app::Clock;
use hoso_app::forms::save;
use hoso_app::pictures::{Clean, Crop, Edit, Picture, bind, guess_askew, read};
use serde_json::json;

use crate::Failure;
use crate::args::Pictures;
use crate::form::cannot_read;
use crate::output::Output;

pub(crate) fn run(asked: &Pictures, output: &Output) -> Result<(), Failure> {
    let now = Clock::system().now();
    let mut pictures: Vec<(String, Picture)> = Vec::new();
    for file in &asked.files {
        let name = name(file);
        let bytes = fs::read(file).map_err(|error| cannot_read(file, &error))?;
        for picture in read(&name, bytes, &|_| true)? {
            pictures.push((name.clone(), picture));
        }
    }
    for (_, picture) in &mut pictures {
        picture.edit.clean = Clean {
            brightness: asked.brightness,
            contrast: asked.contrast,
            whiten: asked.whiten,
        };
    }
    for (page, degrees) in parsed(&asked.turn, "--turn")? {
        let quarters = match degrees as i64 {
            0 => 0,
            90 => 1,
            180 => 2,
            270 | -90 => 3,
            _ => return Err(wrong("--turn", "takes 90, 180 or 270 degrees")),
        };
        let edit = edit_of(&mut pictures, page)?;
        edit.quarter_turns = (edit.quarter_turns + quarters) % 4;
    }
    for (page, share) in &asked.crop {
        let [left, top, right, bottom] = *share;
        edit_of(&mut pictures, *page)?.crop = Some(Crop {
            left,
            top,
            right,
            bottom,
        });
    }
    if asked.deskew {
        for (name, picture) in &mut pictures {
            picture.edit.straighten = guess_askew(name, picture)?.unwrap_or(0.0);
        }
    }
    for (page, degrees) in parsed(&asked.straighten, "--straighten")? {
        if !(-Edit::MOST_DEGREES..=Edit::MOST_DEGREES).contains(&degrees) {
            return Err(wrong("--straighten", "takes −20 to 20 degrees"));
        }
        edit_of(&mut pictures, page)?.straighten = degrees;
    }
    let straightened: Vec<f32> = pictures
        .iter()
        .map(|(_, one)| one.edit.straighten)
        .collect();
    let first = pictures
        .first()
        .map_or_else(String::new, |(name, _)| name.clone());
    let pictures: Vec<Picture> = pictures.into_iter().map(|(_, picture)| picture).collect();
    let made = bind(&first, &pictures, asked.max_bytes, now, &|_| true)?;
    save(&asked.out, &made.bytes)?;
    output.answer(&json!({
        "path": asked.out,
        "bytes": made.bytes.len(),
        "dpi": made.dpi,
        "straightened": straightened,
    }));
    Ok(())
}

fn name(file: &Path) -> String {
    file.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn wrong(option: &str, what: &str) -> Failure {
    Failure::own("pictures.option", format!("reading {option}: it {what}"))
}

/// `PAGE=NUMBER`, pages from 1.
fn parsed(given: &[String], option: &str) -> Result<Vec<(usize, f32)>, Failure> {
    given
        .iter()
        .map(|text| {
            let (page, number) = text.split_once('=')?;
            Some((page.parse().ok()?, number.parse().ok()?))
        })
        .collect::<Option<_>>()
        .ok_or_else(|| wrong(option, "takes PAGE=DEGREES, for instance 2=90"))
}

fn edit_of(pictures: &mut [(String, Picture)], page: usize) -> Result<&mut Edit, Failure> {
    let last = pictures.len();
    page.checked_sub(1)
        .and_then(|index| pictures.get_mut(index))
        .map(|(_, picture)| &mut picture.edit)
        .ok_or_else(|| {
            Failure::own(
                "pictures.option",
                format!("editing page {page}: there are pages 1 to {last}"),
            )
        })
}

/// `PAGE=LEFT,TOP,RIGHT,BOTTOM` as shares from 0 to 1.
pub(crate) fn crop(text: &str) -> Result<(usize, [f32; 4]), String> {
    let wrong = || "write PAGE=LEFT,TOP,RIGHT,BOTTOM, for instance 1=0.1,0,1,0.95".to_owned();
    let (page, shares) = text.split_once('=').ok_or_else(wrong)?;
    let shares: Vec<f32> = shares
        .split(',')
        .map(|share| {
            share
                .trim()
                .parse::<f32>()
                .ok()
                .filter(|share| (0.0..=1.0).contains(share))
        })
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    let page = page.trim().parse().map_err(|_| wrong())?;
    let shares: [f32; 4] = shares.try_into().map_err(|_| wrong())?;
    let [left, top, right, bottom] = shares;
    if left < right && top < bottom {
        Ok((page, shares))
    } else {
        Err(wrong())
    }
}
