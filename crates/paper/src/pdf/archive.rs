//! What makes a PDF archival: version, colour, identifiers, and the same properties in XMP as in the file's own dictionary.

use std::sync::LazyLock;

use lopdf::{Dictionary, Object, Stream, StringFormat, dictionary, text_string};
use sha2::{Digest, Sha256};

use crate::deflate::Packer;
use crate::document::Meta;

/// What the file says of itself.
pub(crate) struct Properties {
    title: String,
    language: String,
    producer: String,
    subject: Option<String>,
    created: jiff::civil::DateTime,
    tagged: bool,
}

impl Properties {
    pub(crate) fn of(meta: &Meta, tagged: bool) -> Properties {
        Properties {
            title: if meta.title.trim().is_empty() {
                "Giấy tờ".to_owned()
            } else {
                clean(&meta.title)
            },
            language: clean(&meta.language),
            producer: clean(&meta.producer),
            subject: meta.dossier_code.as_deref().map(clean),
            created: meta.created,
            tagged,
        }
    }
}

/// Turns `file` into PDF/A-2b and writes it.
pub(crate) fn archival(
    file: &mut lopdf::Document,
    properties: &Properties,
) -> lopdf::Result<Vec<u8>> {
    file.version = "1.7".to_owned();
    let profile = file.add_object(PROFILE.clone());
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2.1"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    };
    // A PDF/A validator reads the XMP as text, so it is never compressed.
    let xmp = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        xmp(properties).into_bytes(),
    )
    .with_compression(false);
    let xmp = file.add_object(xmp);
    let catalog = file.catalog_mut()?;
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    catalog.set("Metadata", xmp);
    catalog.set("Lang", text_string(&properties.language));
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    let date = Object::string_literal(format!(
        "D:{}+07'00'",
        properties.created.strftime("%Y%m%d%H%M%S")
    ));
    let mut info = dictionary! {
        "Title" => text_string(&properties.title),
        "Producer" => text_string(&properties.producer),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    };
    if let Some(subject) = &properties.subject {
        info.set("Subject", text_string(subject));
    }
    if let Ok(old) = file.trailer.get(b"Info").and_then(Object::as_reference) {
        file.objects.remove(&old);
    }
    let info = file.add_object(info);
    file.trailer.set("Info", info);
    file.prune_objects();
    file.renumber_objects();
    compress(file);
    identified(file)
}

/// The colours that every file means; compressed once.
static PROFILE: LazyLock<Stream> = LazyLock::new(|| {
    let mut packer = Packer::thorough();
    let plain = include_bytes!("srgb.icc");
    packed(&mut packer, dictionary! { "N" => 3 }, plain)
});

fn compress(file: &mut lopdf::Document) {
    Packer::with_zlib(|packer| {
        for object in file.objects.values_mut() {
            if let Object::Stream(stream) = object
                && stream.allows_compression
                && !stream.dict.has(b"Filter")
            {
                pack(packer, stream);
            }
        }
    });
}

/// Compresses one stream if that makes it smaller.
pub(crate) fn pack(packer: &mut Packer, stream: &mut Stream) {
    let compressed = packed(packer, stream.dict.clone(), &stream.content);
    if compressed.content.len() + 20 < stream.content.len() {
        *stream = compressed;
    }
}

/// A compressed stream. It never ends in a line end: strict readers count that as the one before `endstream` and find the
/// length wrong. A checksum stands last, so a byte of padding changes it.
fn packed(packer: &mut Packer, mut dictionary: Dictionary, plain: &[u8]) -> Stream {
    let mut packed = packer.packed(plain);
    if packed.ends_with(b"\r") || packed.ends_with(b"\n") {
        let mut padded = plain.to_vec();
        while packed.ends_with(b"\r") || packed.ends_with(b"\n") {
            padded.push(b' ');
            packed = packer.packed(&padded);
        }
        if dictionary.has(b"Length1") {
            dictionary.set("Length1", padded.len() as i64);
        }
    }
    dictionary.set("Filter", "FlateDecode");
    Stream::new(dictionary, packed).with_compression(false)
}

/// The file with an identifier from its content: no randomness, and another content has another.
fn identified(file: &mut lopdf::Document) -> lopdf::Result<Vec<u8>> {
    let blank = Object::String(vec![0; 16], StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![blank.clone(), blank]);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)?;
    let digest = Sha256::digest(&bytes);
    let id: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    // The trailer stands at the end, after everything that could look like it.
    let zeros = "00".repeat(16);
    for _ in 0..2 {
        let at = bytes
            .windows(zeros.len())
            .rposition(|window| window == zeros.as_bytes());
        if let Some(place) = at.and_then(|at| bytes.get_mut(at..at + zeros.len())) {
            place.copy_from_slice(id.as_bytes());
        }
    }
    Ok(bytes)
}

fn xmp(properties: &Properties) -> String {
    let title = escape(&properties.title);
    let producer = escape(&properties.producer);
    let language = escape(&properties.language);
    let date = format!("{}+07:00", properties.created.strftime("%Y-%m-%dT%H:%M:%S"));
    let subject = properties.subject.as_deref().map_or_else(String::new, |subject| {
        let subject = escape(subject);
        format!("<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{subject}</rdf:li></rdf:Alt></dc:description>\n")
    });
    let accessible = if properties.tagged { UA } else { "" };
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n\
         <pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         {subject}<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n\
         <pdf:Producer>{producer}</pdf:Producer>\n\
         <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\n\
         </rdf:Description>\n{accessible}</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>"
    )
}

/// PDF/UA-1, with the schema description without which a PDF/A reader refuses the property.
const UA: &str = concat!(
    "<rdf:Description rdf:about=\"\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">",
    "<pdfuaid:part>1</pdfuaid:part></rdf:Description>\n",
    "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" ",
    "xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" ",
    "xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">",
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">",
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>",
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>",
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>",
    "<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">",
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>",
    "<pdfaProperty:category>internal</pdfaProperty:category>",
    "<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>",
    "</rdf:li></rdf:Seq></pdfaSchema:property>",
    "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\n",
);

/// Without control characters, which neither XML nor a title bar can hold.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(*c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
