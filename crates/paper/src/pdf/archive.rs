//! What makes a PDF archival: version, colour, identifiers, and the same properties in XMP as in the file's own dictionary.

use lopdf::{Object, Stream, StringFormat, dictionary, text_string};
use sha2::{Digest, Sha256};

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
    let mut profile = Stream::new(
        dictionary! { "N" => 3 },
        include_bytes!("srgb.icc").to_vec(),
    );
    profile.compress()?;
    let profile = file.add_object(profile);
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
    compress(file)?;
    identify(file)?;
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)?;
    Ok(bytes)
}

fn compress(file: &mut lopdf::Document) -> lopdf::Result<()> {
    for object in file.objects.values_mut() {
        if let Object::Stream(stream) = object
            && stream.allows_compression
            && !stream.dict.has(b"Filter")
        {
            compress_stream(stream)?;
        }
    }
    Ok(())
}

/// Compresses one stream if that makes it smaller. The result never ends in a line end: strict readers count that as
/// the one before `endstream` and find the length wrong. A checksum stands last, so a byte of padding changes it.
pub(crate) fn compress_stream(stream: &mut Stream) -> lopdf::Result<()> {
    let is_font = stream.dict.has(b"Length1");
    let plain = stream.content.clone();
    for padding in 0..8 {
        let mut padded = plain.clone();
        padded.resize(plain.len() + padding, b' ');
        if is_font {
            stream.dict.set("Length1", padded.len() as i64);
        }
        stream.dict.remove(b"Filter");
        stream.set_content(padded);
        stream.compress()?;
        if !stream.content.ends_with(b"\r") && !stream.content.ends_with(b"\n") {
            break;
        }
    }
    Ok(())
}

/// An identifier from the content: no randomness, and another content has another.
fn identify(file: &mut lopdf::Document) -> lopdf::Result<()> {
    file.trailer.remove(b"ID");
    let mut unnamed = Vec::new();
    file.save_to(&mut unnamed)?;
    let digest = Sha256::digest(&unnamed);
    let id = Object::String(
        digest.iter().take(16).copied().collect(),
        StringFormat::Hexadecimal,
    );
    file.trailer.set("ID", vec![id.clone(), id]);
    Ok(())
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
