//! A paragraph as words with their widths.

use crate::flow::{Inline, Shows};
use crate::font::{self, Face};
use crate::layout::{Dots, Type};

use super::mm;

/// The shortest leader that is an invitation to write.
const LEAST_BLANK: f32 = 28.0;

/// What is never divided, except text that is wider than a line.
#[derive(Debug, Clone)]
pub(super) enum Atom {
    Text {
        text: String,
        face: Type,
        size: f32,
        width: f32,
        shows: Shows,
    },
    Check {
        checked: bool,
        label: String,
        width: f32,
        shows: Shows,
    },
    Boxes {
        text: String,
        count: usize,
        pitch: f32,
        shows: Shows,
    },
    Leader {
        index: usize,
        least: f32,
        fills: bool,
        shows: Shows,
    },
}

/// A word of atoms, or what stands between words.
#[derive(Debug, Clone)]
pub(super) enum Token {
    Word(Vec<Atom>),
    Space { face: Type, size: f32, width: f32 },
    Break,
}

/// The words of a paragraph at most `widest` points wide, and how many leaders stand in it.
pub(super) fn tokens(inlines: &[Inline], size: f32, widest: f32) -> (Vec<Token>, usize) {
    let mut tokens = Vec::new();
    let mut leaders = 0;
    for inline in inlines {
        match inline {
            Inline::Break => tokens.push(Token::Break),
            Inline::SignHere { .. } => {}
            Inline::Text { text, face, shows } => {
                let shown = if face.raised {
                    size * font::RAISED_SIZE
                } else {
                    size
                };
                let metrics = Face::of(*face);
                for (index, word) in text.split(' ').enumerate() {
                    if index > 0 {
                        tokens.push(Token::Space {
                            face: *face,
                            size: shown,
                            width: metrics.width(" ", shown),
                        });
                    }
                    if !word.is_empty() {
                        let width = metrics.width(word, shown);
                        glue(
                            &mut tokens,
                            Atom::Text {
                                text: word.to_owned(),
                                face: *face,
                                size: shown,
                                width,
                                shows: shows.clone(),
                            },
                        );
                    }
                }
            }
            Inline::Check {
                checked,
                label,
                shows,
            } => {
                glue(
                    &mut tokens,
                    Atom::Check {
                        checked: *checked,
                        label: label.clone(),
                        width: size * 0.82,
                        shows: shows.clone(),
                    },
                );
            }
            Inline::Boxes {
                text,
                count,
                width,
                shows,
            } => {
                let pitch = mm(*width).min(widest / (*count).max(1) as f32);
                let boxes = Atom::Boxes {
                    text: text.clone(),
                    count: *count,
                    pitch,
                    shows: shows.clone(),
                };
                glue(&mut tokens, boxes);
            }
            Inline::Dots {
                dots,
                after,
                face,
                shows,
            } => {
                let shows = shows.clone();
                let atom = match dots {
                    Dots::Fill if after.is_empty() => Atom::Leader {
                        index: leaders,
                        least: LEAST_BLANK,
                        fills: true,
                        shows,
                    },
                    Dots::Fill => Atom::Leader {
                        index: leaders,
                        least: 0.0,
                        fills: true,
                        shows,
                    },
                    Dots::Wide(wide) => {
                        let least = (mm(*wide) - Face::of(*face).width(after, size)).max(0.0);
                        Atom::Leader {
                            index: leaders,
                            least,
                            fills: false,
                            shows,
                        }
                    }
                };
                leaders += 1;
                glue(&mut tokens, atom);
            }
        }
    }
    (tokens, leaders)
}

/// Adds an atom to the word that is being made.
pub(super) fn glue(tokens: &mut Vec<Token>, atom: Atom) {
    match tokens.last_mut() {
        Some(Token::Word(atoms)) => atoms.push(atom),
        _ => tokens.push(Token::Word(vec![atom])),
    }
}

pub(super) fn word_width(atoms: &[Atom]) -> f32 {
    atoms.iter().map(Atom::width).sum()
}

impl Atom {
    pub(super) fn width(&self) -> f32 {
        match self {
            Atom::Text { width, .. } | Atom::Check { width, .. } => *width,
            Atom::Boxes { count, pitch, .. } => *pitch * *count as f32,
            Atom::Leader { least, .. } => *least,
        }
    }
}

impl Token {
    pub(super) fn atoms(&self) -> &[Atom] {
        match self {
            Token::Word(atoms) => atoms,
            Token::Space { .. } | Token::Break => &[],
        }
    }
}
