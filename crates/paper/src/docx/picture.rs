//! QR codes and bar codes as pictures.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::flow::Code;
use crate::set::mm;

use super::xml::Xml;

/// A picture of a part, with its words.
pub(super) struct Picture {
    pub(super) png: Vec<u8>,
    description: String,
    /// In English Metric Units, which Word counts pictures in.
    size: (u32, u32),
}

/// Pixels a module.
const SCALE: usize = 8;

impl Picture {
    pub(super) fn of(code: &Code) -> Picture {
        let columns = code.columns.max(1);
        // A single row of bars is as high as the picture wants: it is stretched.
        let (width, height) = (columns * SCALE, code.rows() * SCALE);
        let mut pixels = Vec::with_capacity(width * height);
        for row in code.dark.chunks(columns) {
            let line: Vec<u8> = row
                .iter()
                .flat_map(|dark| [if *dark { 0_u8 } else { 255 }; SCALE])
                .collect();
            (0..SCALE).for_each(|_| pixels.extend_from_slice(&line));
        }
        let mut png = Vec::new();
        let written = PngEncoder::new(&mut png).write_image(
            &pixels,
            width as u32,
            height as u32,
            ExtendedColorType::L8,
        );
        debug_assert!(written.is_ok(), "writing to memory");
        let emu = |length: f32| (mm(length) * 12_700.0) as u32;
        Picture {
            png,
            description: code.description(),
            size: (emu(code.width), emu(code.height)),
        }
    }

    /// The run that shows it; `number` counts the pictures of the file from 1.
    pub(super) fn write(&self, number: usize, xml: &mut Xml) {
        let (width, height) = self.size;
        xml.markup(format_args!(
            r#"<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Mã {number}" descr=""#
        ));
        xml.text(&self.description);
        xml.markup(format_args!(
            concat!(
                r#""/><wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" noChangeAspect="1"/></wp:cNvGraphicFramePr>"#,
                r#"<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">"#,
                r#"<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="{number}" name="Mã {number}" descr=""#,
            ),
            number = number
        ));
        xml.text(&self.description);
        xml.markup(format_args!(
            concat!(
                r#""/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdImage{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>"#,
                r#"<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>"#,
                r#"</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"#,
            ),
            number = number,
            width = width,
            height = height
        ));
    }
}
