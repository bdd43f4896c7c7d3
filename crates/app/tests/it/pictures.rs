//! *Ghép ảnh thành PDF*: pictures picked, looked at, bound and attached; and what is refused.

use std::fs;
use std::path::Path;

use crate::common::{pick, profile};
use hoso_app::view::{PictureChoices, PictureEdit, PicturePage};
use hoso_app::{App, AppError};

const BIRTH: &str = "1.001193";
const PHOTO: &[u8] = include_bytes!("../../../../tests/journeys/fixtures/giay-chung-sinh.jpg");

fn page(page: u32, quarter_turns: u8) -> PicturePage {
    let edit = PictureEdit {
        quarter_turns,
        straighten: 0.0,
        crop: None,
        brightness: 0,
        contrast: 0,
        whiten: false,
    };
    PicturePage { page, edit }
}

/// The person picks a file with this content.
async fn picked(
    app: &App,
    home: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<Option<Vec<u32>>, AppError> {
    let file = home.join(name);
    fs::write(&file, bytes).unwrap();
    pick(home, &file);
    let added = app.pictures_pick().await?;
    Ok(added.map(|added| added.iter().map(|info| info.page).collect()))
}

/// A JPEG whose header claims so many pixels each way.
fn claiming(edge: u16) -> Vec<u8> {
    let mut bytes = PHOTO.to_vec();
    let frame = bytes
        .windows(2)
        .position(|marker| matches!(marker, [0xff, 0xc0 | 0xc2]))
        .unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&edge.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&edge.to_be_bytes());
    bytes
}

#[tokio::test]
async fn pictures_become_one_pdf_of_a_component_and_their_files_stay() {
    let (home, app) = profile().await;
    let draft = app.draft_create(BIRTH.into()).await.unwrap();
    let component = draft
        .components
        .iter()
        .find(|component| !component.is_form && component.accept.contains(&"pdf".to_owned()))
        .unwrap()
        .code
        .clone();
    assert!(app.pictures_pick().await.unwrap().is_none());

    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 40]].concat();
    for (name, bytes, code) in [
        ("a.heic", heic.as_slice(), "attachment.heic"),
        ("b.jpg", &claiming(60_000), "attachment.picture_huge"),
        ("c.jpg", &PHOTO[..PHOTO.len() / 2], "attachment.picture"),
        ("d.pdf", b"%PDF-1.7 no more", "attachment.scan_page"),
        ("e.jpg", b"", "attachment.picture"),
    ] {
        let refused = picked(&app, home.path(), name, bytes).await;
        assert_eq!(refused.unwrap_err().view().code, code, "{name}");
    }
    assert_eq!(app.pictures_progress().await.unwrap().reading, 0);

    let first = picked(&app, home.path(), "mot.jpg", PHOTO).await.unwrap();
    let second = picked(&app, home.path(), "hai.jpg", PHOTO).await.unwrap();
    let (first, second) = (first.unwrap()[0], second.unwrap()[0]);
    let edit = page(second, 1).edit;
    let look = app.picture_look(second, edit, 200).await.unwrap();
    assert!(look.starts_with(b"\xff\xd8"));

    let pages = vec![page(second, 1), page(first, 0)];
    let size = app
        .pictures_size(draft.id, component.clone(), pages.clone())
        .await
        .unwrap();
    assert!(size.fits && size.dpi >= 200 && size.bytes < size.limit);
    let choices = PictureChoices {
        whiten: true,
        straighten: false,
    };
    let patch = app
        .pictures_attach(draft.id, component.clone(), pages, choices)
        .await
        .unwrap();
    let components = patch.components.unwrap();
    let files = &components
        .iter()
        .find(|one| one.code == component)
        .unwrap()
        .files;
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].name, "hai.pdf");
    assert_eq!(app.pictures_choices().await.unwrap(), choices);
    for name in ["mot.jpg", "hai.jpg"] {
        assert_eq!(fs::read(home.path().join(name)).unwrap(), PHOTO);
    }
    let gone = app.picture_look(first, edit, 200).await;
    assert!(matches!(gone, Err(AppError::NotFound { .. })));
}
