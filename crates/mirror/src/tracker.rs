//! What looks at a folder add up to. Pure: time comes in as an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::look::{InboxItem, Look};

/// What happened in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxEvent {
    /// A paper has come, and its writing is over.
    Added(InboxItem),
    /// A paper offered before has other content, and its writing is over.
    Changed(InboxItem),
    /// A paper offered before is gone, though the folder is well.
    Removed(PathBuf),
    /// The folder is not there: unplugged, renamed, deleted. Nothing is known of the papers in it.
    FolderLost,
    /// The folder is there again; its papers are offered anew.
    FolderBack,
}

/// Offers a paper when two looks at least `quiet` apart, and all between them, agree on it.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    quiet: Duration,
    papers: BTreeMap<PathBuf, Paper>,
}

#[derive(Debug)]
struct Paper {
    /// As last seen; nothing when it was not there.
    seen: Option<InboxItem>,
    /// Since when it is like that.
    since: Duration,
    /// As last offered.
    offered: Option<InboxItem>,
}

impl Tracker {
    pub(crate) fn new(quiet: Duration) -> Self {
        Self {
            quiet,
            papers: BTreeMap::new(),
        }
    }

    /// Takes in a look begun at `now`, and which paths the system said were touched before it.
    pub(crate) fn observe(
        &mut self,
        mut look: Look,
        touched: &BTreeSet<PathBuf>,
        now: Duration,
    ) -> Vec<InboxEvent> {
        let mut events = Vec::new();
        for (path, paper) in &mut self.papers {
            let seen = look.items.remove(path);
            if seen.is_none() && is_under(path, &look.unread) {
                continue;
            }
            if seen != paper.seen || touched.contains(path) {
                paper.seen = seen;
                paper.since = now;
            } else if now.saturating_sub(paper.since) >= self.quiet && paper.seen != paper.offered {
                events.push(match (&paper.seen, &paper.offered) {
                    (Some(item), None) => InboxEvent::Added(item.clone()),
                    (Some(item), Some(_)) => InboxEvent::Changed(item.clone()),
                    (None, _) => InboxEvent::Removed(path.clone()),
                });
                paper.offered.clone_from(&paper.seen);
            }
        }
        self.papers
            .retain(|_, paper| paper.seen.is_some() || paper.offered.is_some());
        for (path, item) in look.items {
            let paper = Paper {
                seen: Some(item),
                since: now,
                offered: None,
            };
            self.papers.insert(path, paper);
        }
        events
    }

    /// When the next look can settle something, if anything is unsettled.
    pub(crate) fn next_look(&self) -> Option<Duration> {
        self.papers
            .values()
            .filter(|paper| paper.seen != paper.offered)
            .map(|paper| paper.since.saturating_add(self.quiet))
            .min()
    }

    /// Forgets everything: the folder is lost, and what is not seen is not gone.
    pub(crate) fn clear(&mut self) {
        self.papers.clear();
    }
}

fn is_under(path: &Path, folders: &[PathBuf]) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn item(name: &str, size: u64) -> InboxItem {
        InboxItem {
            path: PathBuf::from(name),
            name: name.to_owned(),
            size,
            modified: Timestamp::UNIX_EPOCH,
            media_type: "application/pdf",
        }
    }

    /// Looks at given milliseconds; a file is written `name:size`, an unreadable folder `!name`, a touched file `~name`.
    fn run(looks: &[(u64, &str)]) -> Vec<String> {
        let mut tracker = Tracker::new(Duration::from_millis(700));
        let mut told = Vec::new();
        for (time, words) in looks {
            let mut look = Look::default();
            let mut touched = BTreeSet::new();
            for word in words.split_whitespace() {
                if let Some(folder) = word.strip_prefix('!') {
                    look.unread.push(PathBuf::from(folder));
                } else if let Some(name) = word.strip_prefix('~') {
                    touched.insert(PathBuf::from(name));
                } else {
                    let (name, size) = word.split_once(':').unwrap();
                    let item = item(name, size.parse().unwrap());
                    look.items.insert(item.path.clone(), item);
                }
            }
            for event in tracker.observe(look, &touched, Duration::from_millis(*time)) {
                told.push(match event {
                    InboxEvent::Added(item) => format!("{time} +{}:{}", item.name, item.size),
                    InboxEvent::Changed(item) => format!("{time} *{}:{}", item.name, item.size),
                    InboxEvent::Removed(path) => format!("{time} -{}", path.display()),
                    other => panic!("{other:?}"),
                });
            }
        }
        told
    }

    #[test]
    fn a_paper_is_offered_once_when_it_has_been_quiet() {
        for (looks, told) in [
            (
                &[(0, "a:1"), (600, "a:1"), (700, "a:1"), (9000, "a:1")][..],
                &["700 +a:1"][..],
            ),
            (
                &[
                    (0, "a:1"),
                    (600, "a:2"),
                    (1200, "a:3"),
                    (1800, "a:3"),
                    (1900, "a:3"),
                ],
                &["1900 +a:3"],
            ),
            (
                &[(0, "a:1"), (700, "a:1 ~a"), (1300, "a:1"), (1400, "a:1")],
                &["1400 +a:1"],
            ),
            (
                &[
                    (0, "a:1"),
                    (100, ""),
                    (900, "a:1"),
                    (1500, "a:1"),
                    (1600, "a:1"),
                ],
                &["1600 +a:1"],
            ),
            (&[(0, "a:1"), (700, "")], &[]),
        ] {
            assert_eq!(run(looks), told, "{looks:?}");
        }
    }

    #[test]
    fn later_changes_and_removals_need_quiet_too() {
        let begin = [(0, "d/a:1"), (700, "d/a:1")];
        for (later, told) in [
            (&[(800, "d/a:2"), (1500, "d/a:2")][..], &["1500 *d/a:2"][..]),
            // Saved by deleting and writing again.
            (&[(800, ""), (900, "d/a:1"), (2000, "d/a:1")], &[]),
            (
                &[(800, ""), (900, "d/a:2"), (1600, "d/a:2")],
                &["1600 *d/a:2"],
            ),
            (&[(800, ""), (1500, ""), (2500, "")], &["1500 -d/a"]),
            // Not seen is not gone while its folder cannot be read.
            (&[(800, "!d"), (1500, "!d"), (2500, "d/a:1")], &[]),
            (&[(800, "!e"), (1500, "!e")], &["1500 -d/a"]),
            (
                &[(800, ""), (1500, ""), (1600, "d/a:1"), (2300, "d/a:1")],
                &["1500 -d/a", "2300 +d/a:1"],
            ),
        ] {
            let told: Vec<_> = ["700 +d/a:1"].iter().chain(told).copied().collect();
            assert_eq!(run(&[&begin, later].concat()), told, "{later:?}");
        }
    }

    #[test]
    fn a_look_is_due_only_while_something_is_unsettled() {
        let mut tracker = Tracker::new(Duration::from_millis(700));
        let look = |size| Look {
            items: [(PathBuf::from("a"), item("a", size))].into(),
            unread: Vec::new(),
        };
        let at = Duration::from_millis;
        assert_eq!(tracker.next_look(), None);
        tracker.observe(look(1), &BTreeSet::new(), at(100));
        assert_eq!(tracker.next_look(), Some(at(800)));
        tracker.observe(look(1), &BTreeSet::new(), at(800));
        assert_eq!(tracker.next_look(), None);
        tracker.observe(Look::default(), &BTreeSet::new(), at(900));
        assert_eq!(tracker.next_look(), Some(at(1600)));
        tracker.clear();
        assert_eq!(tracker.next_look(), None);
    }
}
