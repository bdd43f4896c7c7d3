//! The layout language: what is refused, with its line, and what is read.

use hoso_paper::{Layout, generic_layout, lay_out, layouts, words};
use serde_json::json;

#[test]
fn mistakes_are_reported_with_line_and_name() {
    let cases = [
        ("", 1, "empty"),
        ("<p>x</p>", 1, "<paper>"),
        ("<paper>\n<blink>x</blink></paper>", 2, "<blink>"),
        ("<paper>\n\n<p colour=\"red\">x</p></paper>", 3, "colour"),
        ("<paper>\n<p>x\n</h1></paper>", 3, "</h1>"),
        ("<paper>\n<p>x", 2, "never closed"),
        ("<paper>\n<p>\n{{ a b }}</p></paper>", 3, "a b"),
        ("<paper>\n<p>{{ a</p></paper>", 2, "}}"),
        ("<paper>\n<p>{% if a %}</p></paper>", 2, "<if test"),
        ("<paper>\n<field path=\"a b\"/></paper>", 2, "a b"),
        ("<paper>\n<field/></paper>", 2, "path"),
        ("<paper>\n<p>A & B</p></paper>", 2, "&amp;"),
        ("<paper>\n<p align=\"middle\">x</p></paper>", 2, "middle"),
        (
            "<paper>\n<table widths=\"1 2\"><tr><td>x</td></tr></table></paper>",
            2,
            "widths",
        ),
        ("<paper>\n<table></table></paper>", 2, "cells"),
        (
            "<paper>\n<p>a<note ref=\"x\"/></p><p><note id=\"x\">N</note></p></paper>",
            2,
            "ref=\"x\"",
        ),
        ("<paper margins=\"90\"></paper>", 1, "margins"),
        ("<paper copies=\"0\"></paper>", 1, "copies"),
        ("<paper copies=\"5\"></paper>", 1, "copies"),
        ("<paper>\n<boxes label=\"a\"/></paper>", 2, "path"),
        (
            "<paper>\n<boxes path=\"a\" count=\"41\"/></paper>",
            2,
            "count",
        ),
        ("<paper>\n<code128/></paper>", 2, "data"),
        (
            "<paper>\n<p><boxes path=\"a\"/></p></paper>",
            2,
            "line of text",
        ),
        (
            "<paper>\n<p><table><tr><td>x</td></tr></table></p></paper>",
            2,
            "line of text",
        ),
        ("<paper>\n<p><b path=\"x\">y</b></p></paper>", 2, "path"),
        ("<paper>\n{{ a|nofilter }}</paper>", 2, "nofilter"),
    ];
    for (source, line, says) in cases {
        match Layout::parse("f.html", source) {
            Ok(layout) => {
                // An unknown filter is only met when it runs.
                let error = lay_out(&layout, &json!({}), &crate::meta()).expect_err(source);
                assert!(
                    error.to_string().contains(says) && error.to_string().contains("f.html"),
                    "{error}"
                );
            }
            Err(error) => {
                assert_eq!(error.line, line, "{source}: {error}");
                assert!(error.to_string().contains(says), "{source}: {error}");
                assert!(error.to_string().contains("f.html"), "{error}");
            }
        }
    }
}

#[test]
fn paths_are_declared_wherever_they_are_read() {
    let source = r#"<paper title="{{ tieu_de }}"><if test="co and not an"><p><field path="a.b"/> {{ c|upper }}</p></if>
      <table><tr repeat="con" as="be"><td><field path="be.ten"/>{{ be.ngay }} {{ loop.index }} {{ ngoai }}</td></tr></table>
      <p><check path="d" value="{{ e }}"/><note>{{ f }}</note></p><qr data="{{ g }}"/><place-date place="{{ h }}"/>{{ copy }}
      <boxes path="i"/><code128 data="{{ j }}"/></paper>"#;
    let layout = Layout::parse("f.html", source).unwrap();
    let expected = [
        "a.b", "an", "c", "co", "con", "con.ngay", "con.ten", "copy", "d", "e", "f", "g", "h", "i",
        "j", "ngoai", "tieu_de",
    ];
    let copies = Layout::parse(
        "f.html",
        &source.replacen("<paper", "<paper copies=\"2\"", 1),
    );
    let without: Vec<&str> = expected
        .into_iter()
        .filter(|path| *path != "copy")
        .collect();
    assert_eq!(copies.unwrap().declared_paths(), without);
    assert_eq!(layout.declared_paths(), expected);
    layout.check_paths(&expected).unwrap();
    let error = layout.check_paths(&expected[1..]).unwrap_err();
    assert_eq!(
        (error.line, error.message.contains("\"a.b\"")),
        (1, true),
        "{error}"
    );
}

#[test]
fn every_receipt_reads_its_form() {
    for layout in [
        layouts::reception(),
        layouts::payment_receipt(),
        layouts::result(),
    ] {
        assert!(layout.unwrap().declared_paths().len() > 6);
    }
    assert!(generic_layout("A", &[("B", "b..c")]).is_err());
}

fn said(source: &str, answers: &serde_json::Value) -> String {
    let layout = Layout::parse("f.html", &format!("<paper>{source}</paper>")).unwrap();
    words(&lay_out(&layout, answers, &crate::meta()).unwrap()).join(" ")
}

#[test]
fn answers_show_in_their_display_form() {
    let answers = json!({"a": "A", "list": ["x", "y"], "yes": true, "no": false, "n": 3, "o": {"p": "q"}, "r.s": "t", "nothing": null, "group": {"x": "a", "y": "", "z": "b"}, "rows": [{"x": "a"}, {"x": "b"}]});
    let cases = [
        ("<field path=\"a\"/>, {{ a }}", "A, A"),
        (
            "{{ list }} {{ n }} {{ yes }} {{ no }} [{{ nothing }}{{ missing }}{{ missing.deep }}]",
            "x, y 3 Có Không []",
        ),
        (
            "<field path=\"o.p\"/> {{ r.s }} <field path=\"r.s\"/>",
            "q t t",
        ),
        (
            "<if test=\"yes\">1<else/>2</if> <if test=\"no\">3<else/>4</if>",
            "1 4",
        ),
        (
            "<p>x<note>N</note> y<note>M</note></p>",
            "x(1) y(2) Chú thích: (1) N (2) M",
        ),
        (
            "<place-date place=\"Huế\" date=\"5/2/2026\"/>",
            "Huế, ngày 05 tháng 02 năm 2026",
        ),
        (
            "<place-date place=\"Huế\" date=\"2026-11-05\"/>",
            "Huế, ngày 05 tháng 11 năm 2026",
        ),
        (
            "<p>x<note id=\"a\">N</note> y<note>M</note> z<note ref=\"a\"/></p>",
            "x(1) y(2) z(1) Chú thích: (1) N (2) M",
        ),
        (
            "<place-date label=\"Làm tại:\" place=\"Huế\" date=\"trưa nay\"/>",
            "Làm tại: Huế, trưa nay",
        ),
        ("<field path=\"o\"/> {{ group }} {{ rows }}", "q a, b a; b"),
        ("<place-date/>", ", ngày tháng năm"),
        ("&lt;b&gt; &amp; &#65;&#x42;", "<b> & AB"),
    ];
    for (source, expected) in cases {
        assert_eq!(said(source, &answers), expected, "{source}");
    }
}

#[test]
fn markup_in_an_answer_is_text() {
    let answers = json!({"a": "<b>x</b> {{ y }} &amp;"});
    assert_eq!(
        said("{{ a }} <field path=\"a\"/>", &answers),
        "<b>x</b> {{ y }} &amp; <b>x</b> {{ y }} &amp;"
    );
}

#[test]
fn boxes_are_crossed_by_value_list_or_truth() {
    let source = "<check path=\"a\" value=\"Nam\"/><check path=\"l\" value=\"2\"/><check path=\"t\"/><check path=\"a\" value=\"Nữ\"/><check path=\"gone\"/>";
    let layout = Layout::parse("f.html", &format!("<paper>{source}</paper>")).unwrap();
    let answers = json!({"a": "Nam", "l": ["1", "2"], "t": true});
    let shown = lay_out(&layout, &answers, &crate::meta())
        .unwrap()
        .to_string();
    let boxes: String = shown
        .lines()
        .filter_map(|line| {
            line.split_whitespace()
                .skip(2)
                .collect::<Vec<_>>()
                .join("")
                .into()
        })
        .filter(|l: &String| l.starts_with('['))
        .collect();
    assert_eq!(boxes, "[x][x][x][][]");
}
