//! Breaks a paragraph into lines: greedily, on spaces, as word processors do.

use crate::flow::{Inline, Paragraph, Shows};
use crate::font::{self, Face};
use crate::layout::{Align, Type};

use super::mm;
use super::tokens::{Atom, Token, glue, tokens, word_width};

/// A line of a paragraph; lengths in points from the paragraph's left edge.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) items: Vec<Item>,
    /// Room from the top of this line to the top of the next.
    pub(crate) height: f32,
    /// From the top of the line down to the baseline.
    pub(crate) baseline: f32,
    /// Where the ink begins and ends.
    pub(crate) from: f32,
    pub(crate) to: f32,
    /// A word that is too long for a line goes on in the next.
    pub(crate) splits_word: bool,
}

/// One thing in a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) kind: ItemKind,
    pub(crate) shows: Shows,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ItemKind {
    /// `gap` points are added to every space.
    Text {
        text: String,
        face: Type,
        size: f32,
        gap: f32,
    },
    Leader,
    Check {
        checked: bool,
        label: String,
        size: f32,
    },
    /// `pitch` points from one box to the next.
    Boxes {
        text: String,
        count: usize,
        pitch: f32,
        size: f32,
    },
}

/// Where a row of boxes stands in its paragraph; points from the left edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Boxes {
    pub(crate) x: f32,
    pub(crate) pitch: f32,
    /// In the one line of its label, not below it.
    pub(crate) beside: bool,
}

/// How far the frames of boxes reach above and below the baseline.
pub(crate) fn frame(size: f32) -> (f32, f32) {
    (size * 0.99, size * 0.31)
}

/// A paragraph in lines, and where each of its leaders would end if the line stood at the left, as tab stops count
/// (`None`: it had no room and is left out).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Broken {
    pub(crate) lines: Vec<Line>,
    pub(crate) leaders: Vec<Option<f32>>,
    /// How many of the lines are dots alone, because the paragraph wants more lines than its text.
    pub(crate) blank_lines: usize,
    pub(crate) boxes: Option<Boxes>,
}

/// A leader shorter than this looks like stray periods.
const LEAST_LEADER: f32 = 6.0;

/// Breaks `paragraph` into lines of at most `width` points.
pub(crate) fn break_lines(paragraph: &Paragraph, width: f32) -> Broken {
    let style = &paragraph.style;
    let left = mm(style.left).min(width * 0.8);
    let (tokens, leader_count) = tokens(&paragraph.inlines, style.size, width - left);
    let first = mm(style.first).min((width - left) * 0.8);
    let mut breaker = Breaker {
        left,
        right: width,
        first,
        align: style.align,
        size: style.size,
        lines: Vec::new(),
        leaders: vec![None; leader_count],
        current: Vec::new(),
        used: 0.0,
    };
    for token in tokens {
        breaker.take(token);
    }
    breaker.finish(true, false);
    let blank_lines = style.min_lines.saturating_sub(breaker.lines.len());
    // What the paragraph's last leader waits for belongs on these lines too.
    let shows = paragraph
        .inlines
        .iter()
        .rev()
        .find_map(|inline| match inline {
            Inline::Dots { shows, .. } => shows.clone(),
            _ => None,
        });
    for _ in 0..blank_lines {
        let x = breaker.left;
        let item = Item {
            x,
            width: breaker.right - x,
            kind: ItemKind::Leader,
            shows: shows.clone(),
        };
        breaker.push_line(vec![item], false);
    }
    let one_line = breaker.lines.len() == 1;
    let boxes = breaker
        .lines
        .iter()
        .flat_map(|line| line.items.iter().enumerate())
        .find_map(|(index, item)| match item.kind {
            ItemKind::Boxes { pitch, .. } => Some(Boxes {
                x: item.x,
                pitch,
                beside: one_line && index > 0,
            }),
            _ => None,
        });
    Broken {
        boxes,
        lines: breaker.lines,
        leaders: breaker.leaders,
        blank_lines,
    }
}

/// Room and baseline of a line of this size.
pub(crate) fn line_shape(size: f32) -> (f32, f32) {
    let height = size * font::LEADING;
    let above = (font::LEADING - font::ASCENT - font::DESCENT) / 2.0;
    (height, size * (above + font::ASCENT))
}

struct Breaker {
    left: f32,
    right: f32,
    first: f32,
    align: Align,
    size: f32,
    lines: Vec<Line>,
    leaders: Vec<Option<f32>>,
    /// Words and spaces of the line being made.
    current: Vec<Token>,
    used: f32,
}

/// Where an atom goes, and what its line has to give.
#[derive(Clone, Copy)]
struct At {
    x: f32,
    /// How far centring moved the line.
    shift: f32,
    /// Added to every space.
    gap: f32,
    /// Added to every leader that fills.
    share: f32,
}

/// Forgives rounding when a word just fits.
const SLACK: f32 = 0.01;

impl Breaker {
    fn start(&self) -> f32 {
        self.left
            + if self.lines.is_empty() {
                self.first
            } else {
                0.0
            }
    }

    fn room(&self) -> f32 {
        (self.right - self.start()).max(1.0)
    }

    fn take(&mut self, token: Token) {
        match token {
            Token::Break => self.finish(true, false),
            Token::Space { width, .. } => {
                if !self.current.is_empty() {
                    self.used += width;
                    self.current.push(token);
                }
            }
            Token::Word(atoms) => {
                let width = word_width(&atoms);
                if self.used + width > self.room() + SLACK && !self.current.is_empty() {
                    self.finish(false, false);
                }
                if width > self.room() + SLACK {
                    self.take_long(atoms);
                } else {
                    self.used += width;
                    self.current.push(Token::Word(atoms));
                }
            }
        }
    }

    /// A word wider than a line: as many characters in each line as fit.
    fn take_long(&mut self, atoms: Vec<Atom>) {
        for atom in atoms {
            match atom {
                Atom::Text {
                    text,
                    face,
                    size,
                    shows,
                    ..
                } => {
                    let metrics = Face::of(face);
                    let mut part = String::new();
                    let mut part_width = 0.0;
                    for c in text.chars() {
                        let width = metrics.width(c.encode_utf8(&mut [0; 4]), size);
                        if self.used + part_width + width > self.room() + SLACK
                            && (!part.is_empty() || !self.current.is_empty())
                        {
                            self.push_atom(Atom::Text {
                                text: std::mem::take(&mut part),
                                face,
                                size,
                                width: part_width,
                                shows: shows.clone(),
                            });
                            self.finish(false, true);
                            part_width = 0.0;
                        }
                        part.push(c);
                        part_width += width;
                    }
                    self.push_atom(Atom::Text {
                        text: part,
                        face,
                        size,
                        width: part_width,
                        shows,
                    });
                }
                Atom::Leader {
                    index,
                    least,
                    fills,
                    shows,
                } => {
                    if self.used + least > self.room() && !self.current.is_empty() {
                        self.finish(false, false);
                    }
                    self.push_atom(Atom::Leader {
                        index,
                        least: least.min(self.room() - self.used).max(0.0),
                        fills,
                        shows,
                    });
                }
                other => {
                    if self.used + other.width() > self.room() && !self.current.is_empty() {
                        self.finish(false, false);
                    }
                    self.push_atom(other);
                }
            }
        }
    }

    fn push_atom(&mut self, atom: Atom) {
        if matches!(&atom, Atom::Text { text, .. } if text.is_empty()) {
            return;
        }
        self.used += atom.width();
        glue(&mut self.current, atom);
    }

    /// Ends the current line; `last` lines are not justified.
    fn finish(&mut self, last: bool, splits_word: bool) {
        while let Some(Token::Space { width, .. }) = self.current.last() {
            self.used -= width;
            self.current.pop();
        }
        let tokens = std::mem::take(&mut self.current);
        let start = self.start();
        let spare = (self.room() - self.used).max(0.0);
        self.used = 0.0;
        let fills = tokens
            .iter()
            .flat_map(Token::atoms)
            .filter(|a| matches!(a, Atom::Leader { fills: true, .. }))
            .count();
        let spaces = tokens
            .iter()
            .filter(|t| matches!(t, Token::Space { .. }))
            .count();
        let (mut x, mut gap, mut share) = (start, 0.0, 0.0);
        let mut shift = 0.0;
        if fills > 0 {
            share = spare / fills as f32;
        } else {
            match self.align {
                Align::Left => {}
                Align::Centre => shift = spare / 2.0,
                Align::Right => shift = spare,
                Align::Justify if !last && !splits_word && spaces > 0 => {
                    gap = spare / spaces as f32
                }
                Align::Justify => {}
            }
        }
        x += shift;
        let mut items: Vec<Item> = Vec::new();
        for token in tokens {
            match token {
                Token::Break => {}
                Token::Space { face, size, width } => {
                    match items.last_mut() {
                        Some(Item {
                            width: run,
                            kind: ItemKind::Text { text, .. },
                            ..
                        }) => {
                            text.push(' ');
                            *run += width + gap;
                        }
                        _ => items.push(Item {
                            x,
                            width: width + gap,
                            kind: ItemKind::Text {
                                text: " ".to_owned(),
                                face,
                                size,
                                gap,
                            },
                            shows: None,
                        }),
                    }
                    x += width + gap;
                }
                Token::Word(atoms) => {
                    for atom in atoms {
                        x += self.put(
                            atom,
                            At {
                                x,
                                shift,
                                gap,
                                share,
                            },
                            &mut items,
                        );
                    }
                }
            }
        }
        self.push_line(items, splits_word);
    }

    /// Adds one atom at `x` and says how wide it became.
    fn put(&mut self, atom: Atom, at: At, items: &mut Vec<Item>) -> f32 {
        let At {
            x,
            shift,
            gap,
            share,
        } = at;
        match atom {
            Atom::Text {
                text,
                face,
                size,
                width,
                shows,
            } => {
                match items.last_mut() {
                    Some(Item {
                        width: run,
                        kind:
                            ItemKind::Text {
                                text: last,
                                face: last_face,
                                size: last_size,
                                ..
                            },
                        shows: last_shows,
                        ..
                    }) if *last_face == face && *last_size == size && *last_shows == shows => {
                        last.push_str(&text);
                        *run += width;
                    }
                    _ => items.push(Item {
                        x,
                        width,
                        kind: ItemKind::Text {
                            text,
                            face,
                            size,
                            gap,
                        },
                        shows,
                    }),
                }
                width
            }
            Atom::Check {
                checked,
                label,
                width,
                shows,
            } => {
                items.push(Item {
                    x,
                    width,
                    kind: ItemKind::Check {
                        checked,
                        label,
                        size: self.size,
                    },
                    shows,
                });
                width
            }
            Atom::Boxes {
                text,
                count,
                pitch,
                shows,
            } => {
                let width = pitch * count as f32;
                items.push(Item {
                    x,
                    width,
                    kind: ItemKind::Boxes {
                        text,
                        count,
                        pitch,
                        size: self.size,
                    },
                    shows,
                });
                width
            }
            Atom::Leader {
                index,
                least,
                fills,
                shows,
            } => {
                let width = least + if fills { share } else { 0.0 };
                if width >= LEAST_LEADER {
                    items.push(Item {
                        x,
                        width,
                        kind: ItemKind::Leader,
                        shows,
                    });
                    if let Some(end) = self.leaders.get_mut(index) {
                        *end = Some(x + width - shift);
                    }
                }
                width
            }
        }
    }

    fn push_line(&mut self, items: Vec<Item>, splits_word: bool) {
        let (mut height, mut baseline) = line_shape(self.size);
        if items
            .iter()
            .any(|item| matches!(item.kind, ItemKind::Boxes { .. }))
        {
            let (above, below) = frame(self.size);
            let under = (height - baseline).max(below + 1.5);
            baseline = baseline.max(above + 1.5);
            height = baseline + under;
        }
        let from = items.first().map_or(self.left, |item| item.x);
        let to = items.last().map_or(from, |item| item.x + item.width);
        self.lines.push(Line {
            items,
            height,
            baseline,
            from,
            to,
            splits_word,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Dots, ParagraphStyle, compose};

    fn set(text: &str, align: Align, width: f32) -> Vec<Line> {
        let inlines = vec![Inline::Text {
            text: text.to_owned(),
            face: Type::default(),
            shows: None,
        }];
        let style = ParagraphStyle {
            align,
            ..compose::body(10.0)
        };
        break_lines(&Paragraph { style, inlines }, width).lines
    }

    fn text(line: &Line) -> String {
        line.items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn lines_break_on_spaces_and_justify_to_the_margin() {
        let lines = set(
            "một hai ba bốn năm sáu bảy tám chín mười",
            Align::Justify,
            60.0,
        );
        let words: Vec<String> = lines
            .iter()
            .flat_map(|l| {
                text(l)
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(words.join(" "), "một hai ba bốn năm sáu bảy tám chín mười");
        let (last, full) = lines.split_last().unwrap();
        for line in full {
            assert!((line.to - 60.0).abs() < 0.05, "ends at {}", line.to);
        }
        assert!(last.to < 60.0);
    }

    #[test]
    fn a_word_longer_than_the_line_is_split_without_loss() {
        let word = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".repeat(4);
        let lines = set(&word, Align::Left, 50.0);
        assert!(lines.len() > 10);
        assert!(lines.iter().all(|line| line.to <= 50.1));
        assert_eq!(lines.iter().map(text).collect::<String>(), word);
    }

    #[test]
    fn leaders_share_what_is_left() {
        let dots = |after: &str| Inline::Dots {
            dots: Dots::Fill,
            after: after.into(),
            face: Type::default(),
            shows: None,
        };
        let say = |text: &str| Inline::Text {
            text: text.into(),
            face: Type::default(),
            shows: None,
        };
        let paragraph = Paragraph {
            style: compose::line(10.0),
            inlines: vec![say("A: "), dots(""), say(" B: "), dots("")],
        };
        let broken = break_lines(&paragraph, 200.0);
        assert_eq!(broken.lines.len(), 1);
        let widths: Vec<f32> = broken.lines[0]
            .items
            .iter()
            .filter(|i| i.kind == ItemKind::Leader)
            .map(|i| i.width)
            .collect();
        assert!((widths[0] - widths[1]).abs() < 0.01);
        assert!((broken.leaders[1].unwrap() - 200.0).abs() < 0.01);
    }
}
