//! Distributes units over pages.

use crate::error::PaperError;

use super::{Mark, Unit};

/// A page: what is drawn on it, in reading order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Mark>,
}

/// The most pages of one document.
pub(crate) const MOST_PAGES: usize = 1_000;

/// Places `units` between `top` and `bottom` of as many pages as it takes.
pub(crate) fn paginate(
    units: Vec<Unit>,
    heads: &[Vec<Unit>],
    top: f32,
    bottom: f32,
) -> Result<Vec<Page>, PaperError> {
    let mut pages = Paginator {
        pages: vec![Page::default()],
        heads,
        y: top,
        top,
        bottom,
        blank: true,
    };
    let mut units = units.into_iter().peekable();
    while let Some(unit) = units.next() {
        let mut group = vec![unit];
        while group.last().is_some_and(|unit| unit.keep) {
            match units.next() {
                Some(next) => group.push(next),
                None => break,
            }
        }
        pages.place(group)?;
    }
    Ok(pages.pages)
}

struct Paginator<'a> {
    pages: Vec<Page>,
    heads: &'a [Vec<Unit>],
    y: f32,
    top: f32,
    bottom: f32,
    /// Nothing stands on the page yet.
    blank: bool,
}

/// Forgives rounding when a unit just fits.
const SLACK: f32 = 0.5;

impl Paginator<'_> {
    /// Places units that belong together: on one page if any page can hold them.
    fn place(&mut self, group: Vec<Unit>) -> Result<(), PaperError> {
        let height: f32 = group.iter().map(|unit| unit.before + unit.height).sum();
        if !self.blank && self.y + height > self.bottom + SLACK && height <= self.bottom - self.top
        {
            self.new_page(group.first().and_then(|unit| unit.head))?;
        }
        for unit in group {
            if unit.page_break {
                self.new_page(None)?;
                continue;
            }
            if !self.blank && self.y + unit.before + unit.height > self.bottom + SLACK {
                self.new_page(unit.head)?;
            }
            self.draw(unit);
        }
        Ok(())
    }

    fn new_page(&mut self, head: Option<usize>) -> Result<(), PaperError> {
        if self.pages.len() >= MOST_PAGES {
            return Err(PaperError::TooManyPages { most: MOST_PAGES });
        }
        self.pages.push(Page::default());
        self.y = self.top;
        self.blank = true;
        let heads = self.heads;
        for unit in head.and_then(|head| heads.get(head)).into_iter().flatten() {
            self.draw(unit.clone());
        }
        // A repeated head alone does not make the page full.
        self.blank = true;
        Ok(())
    }

    fn draw(&mut self, unit: Unit) {
        if !self.blank {
            self.y += unit.before;
        }
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.marks.extend(unit.marks.into_iter().map(|mark| Mark {
                y: mark.y + y,
                ..mark
            }));
        }
        self.y += unit.height;
        self.blank = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::MarkKind;

    fn unit(height: f32, keep: bool) -> Unit {
        let mark = Mark {
            element: None,
            x: 0.0,
            y: 0.0,
            kind: MarkKind::Leader { width: 1.0 },
            shows: None,
        };
        Unit {
            height,
            keep,
            marks: vec![mark],
            ..Unit::default()
        }
    }

    fn counts(units: Vec<Unit>) -> Vec<usize> {
        paginate(units, &[], 0.0, 100.0)
            .unwrap()
            .iter()
            .map(|page| page.marks.len())
            .collect()
    }

    #[test]
    fn units_that_keep_together_move_together() {
        assert_eq!(
            counts(vec![unit(90.0, false), unit(8.0, true), unit(8.0, false)]),
            [1, 2]
        );
        assert_eq!(
            counts(vec![unit(90.0, false), unit(8.0, false), unit(8.0, false)]),
            [2, 1]
        );
    }

    #[test]
    fn a_group_taller_than_a_page_is_broken_somewhere() {
        assert_eq!(
            counts((0..25).map(|_| unit(10.0, true)).collect()),
            [10, 10, 5]
        );
    }

    #[test]
    fn endless_paper_is_refused() {
        let error = paginate(
            (0..2000).map(|_| unit(90.0, false)).collect(),
            &[],
            0.0,
            100.0,
        )
        .unwrap_err();
        assert_eq!(error, PaperError::TooManyPages { most: MOST_PAGES });
    }
}
