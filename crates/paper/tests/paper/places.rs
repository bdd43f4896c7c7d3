//! Where the answers stand on the pages.

use hoso_paper::{AnswerPlace, Layout, lay_out};
use serde_json::json;

use crate::meta;

const LAYOUT: &str = r#"<paper margins="20 15 20 30">
  <line label="Họ tên:" path="ho_ten"/>
  <line label="Ghi chú:" path="ghi_chu" lines="2"/>
  <p>Địa chỉ: {{ [o.xa, o.tinh]|select|join(', ') }}</p>
  <boxes label="Số:" path="so"/>
  <p>Nam <check path="nam" label="Nam"/></p>
  <table><tr><th>STT</th><th>Tên</th></tr><tr repeat="con"><td>{{ loop.index }}</td><td>{{ row.ten }}</td></tr></table>
</paper>"#;

fn of<'a>(places: &'a [AnswerPlace], path: &str) -> Vec<&'a AnswerPlace> {
    places.iter().filter(|place| place.path == path).collect()
}

#[test]
fn every_answer_has_its_places_between_the_margins() {
    let layout = Layout::parse("p.html", LAYOUT).unwrap();
    let long = "Nguyễn Thị Hoa ".repeat(12);
    let rows: Vec<_> = (0..60)
        .map(|n| json!({"ten": format!("Con {n}")}))
        .collect();
    let answers = json!({"ho_ten": long.trim(), "o": {"xa": "Xã Mẫu", "tinh": "Hà Nội"}, "nam": true, "con": rows});
    let document = lay_out(&layout, &answers, &meta()).unwrap();
    let places = document.places();
    for place in &places {
        assert!(
            place.x >= 29.9 && place.x + place.width <= 195.5,
            "{place:?}"
        );
        assert!(
            place.y >= 15.0 && place.y + place.height <= 278.0,
            "{place:?}"
        );
        assert!(place.width > 1.0 && place.height > 1.0, "{place:?}");
    }
    let name = of(&places, "ho_ten");
    assert_eq!(name.len(), 3, "a place a line: {name:?}");
    assert!(name.windows(2).all(|pair| pair[0].y < pair[1].y));
    assert_eq!(
        of(&places, "ghi_chu").len(),
        2,
        "the dots of a blank answer"
    );
    assert_eq!(of(&places, "o.xa")[0].y, of(&places, "o.tinh")[0].y);
    assert_eq!(of(&places, "nam").len(), 1);
    let boxes = of(&places, "so");
    assert!(
        boxes.len() == 1 && (boxes[0].width - 60.0).abs() < 0.1,
        "blank boxes are one place: {boxes:?}"
    );
    assert_eq!(
        (
            of(&places, "con[0].ten")[0].page,
            of(&places, "con[59].ten")[0].page
        ),
        (1, 2)
    );
    assert!(places.iter().all(|place| !place.path.contains("loop")));
}
