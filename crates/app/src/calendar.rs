//! The calendar of working days: the one that comes with the program, or another whole one in its place, and the days that the person adds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hoso_dossier::{CALENDAR, Calendar, OwnDay, OwnDayProblem, OwnDaysError};
use hoso_eform::Env;

use crate::open::Open;
use crate::view::{BrokenCalendar, CalendarDay, CalendarInfo, CalendarYear};
use crate::{App, AppError, Topic, text};

/// File of the home in which a whole other calendar may be put.
const WHOLE: &str = "calendar.json";
/// File of the home in which the days are that the person added.
const OWN: &str = "days-off.json";
/// Largest file that is read.
const MAX_FILE: u64 = 1024 * 1024;

/// What is known of working days.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    /// Without the person's own days.
    base: Calendar,
    /// Another whole calendar is in the built-in one's place.
    replaced: bool,
    own: Vec<OwnDay>,
    broken: Vec<BrokenCalendar>,
    /// All of it.
    pub(crate) calendar: Calendar,
}

impl Days {
    /// Reads what the home has. A file that can't be used is left where it is, and told of until the person sees to it.
    pub(crate) fn read(home: &Path) -> Self {
        let mut broken = Vec::new();
        let mut look = |file: &str| match content(&home.join(file)) {
            Ok(found) => found,
            Err(error) => {
                broken.push(told(file, false, &error));
                None
            }
        };
        let (whole, own) = (look(WHOLE), look(OWN));
        let whole = whole.and_then(|text| {
            let read = Calendar::parse(&text);
            read.map_err(|error| broken.push(told(WHOLE, false, &error)))
                .ok()
        });
        let own = own.map(|text| OwnDay::parse(&text)).transpose();
        let own = own.unwrap_or_else(|error| {
            let newer = matches!(error, OwnDaysError::Version(_));
            broken.push(told(OWN, newer, &error));
            None
        });
        let replaced = whole.is_some();
        // The one that comes with the program is checked by its tests.
        let base = whole.unwrap_or_else(|| Calendar::parse(CALENDAR).unwrap_or_default());
        Self::of(base, replaced, own.unwrap_or_default(), broken)
    }

    fn of(base: Calendar, replaced: bool, own: Vec<OwnDay>, broken: Vec<BrokenCalendar>) -> Self {
        Self {
            calendar: base.with(&own),
            base,
            replaced,
            own,
            broken,
        }
    }

    /// This year and the next one, and every other one that the person said something of.
    fn view(&self, this_year: i16) -> CalendarInfo {
        let said = self.own.iter().map(|one| one.day.year());
        let years: BTreeSet<i16> = said
            .chain([this_year, this_year.saturating_add(1)])
            .collect();
        let year = |year: i16| CalendarYear {
            year,
            known: self.calendar.knows(year),
            days: self
                .calendar
                .unusual(year)
                .map(|one| CalendarDay {
                    day: one.day.to_string(),
                    kind: one.kind,
                    name: one.name.to_owned(),
                    own: self.own.iter().any(|own| own.day == one.day),
                })
                .collect(),
        };
        CalendarInfo {
            years: years.into_iter().map(year).collect(),
            own: self.own.clone(),
            source: self.base.source().to_vec(),
            replaced: self.replaced,
            broken: self.broken.clone(),
        }
    }
}

impl App {
    /// The days on which the desk is closed or open against the rule, and where they are from.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn calendar(&self) -> Result<CalendarInfo, AppError> {
        let open = self.open()?;
        Ok(open.calendar_info())
    }

    /// Puts these days in place of those that the person added before; an older list is how one goes back.
    ///
    /// # Errors
    /// A day that was not there before says nothing new or has no name: the fields are named. Or the disk is full.
    pub async fn calendar_set(&self, days: Vec<OwnDay>) -> Result<CalendarInfo, AppError> {
        let open = self.open()?;
        let _one_at_a_time = self.door.lock().await;
        let (shown, before) = (open.days(), Days::read(&self.home_dir));
        // Another window or the person's own hand may have changed the file since: what was changed here is changed there.
        let mut wanted: Vec<OwnDay> = before.own.clone();
        wanted.retain(|one| days.contains(one) || !shown.own.contains(one));
        let added = days.into_iter().filter(|one| !shown.own.contains(one));
        let added: Vec<OwnDay> = added.filter(|one| !before.own.contains(one)).collect();
        wanted.extend(added);
        let mut own: Vec<OwnDay> = Vec::new();
        for day in wanted {
            let day = OwnDay {
                name: text::tidy(&day.name),
                ..day
            };
            let known = before.own.contains(&day) && !own.iter().any(|one| one.day == day.day);
            if let (false, Err(problem)) = (known, day.check(&own, &before.base)) {
                return Err(AppError::Calendar(wrong(problem)));
            }
            own.push(day);
        }
        own.sort_by_key(|one| one.day);
        // What can't be read is not written over.
        set_aside(&self.home_dir, &before.broken, OWN)?;
        let file = OwnDay::file(&own).map_err(|error| AppError::Io {
            doing: "saving the own days off".into(),
            source: io::Error::other(error),
        })?;
        text::save(&self.home_dir.join(OWN), file.as_bytes())?;
        let broken = before.broken.iter().filter(|one| one.file != OWN);
        let broken = broken.cloned().collect();
        open.keep_days(Days::of(before.base.clone(), before.replaced, own, broken));
        Ok(open.calendar_info())
    }

    /// Gives the files that can't be read another name, so that nothing asks for them any more; they stay in the folder.
    ///
    /// # Errors
    /// The folder can't be written.
    pub async fn calendar_set_aside(&self) -> Result<CalendarInfo, AppError> {
        let open = self.open()?;
        let _one_at_a_time = self.door.lock().await;
        for file in [WHOLE, OWN] {
            set_aside(&self.home_dir, &open.days().broken, file)?;
        }
        open.keep_days(Days::read(&self.home_dir));
        Ok(open.calendar_info())
    }
}

impl Open {
    fn calendar_info(&self) -> CalendarInfo {
        self.days().view(Env::new(self.host.now()).date().year())
    }

    /// From now on every deadline is counted by these.
    fn keep_days(&self, days: Days) {
        self.set_days(Arc::new(days));
        self.tell(&[Topic::App, Topic::Dossiers]);
    }
}

/// What a file says; nothing where there is none.
fn content(path: &Path) -> io::Result<Option<String>> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    file.take(MAX_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::Error::other("it is larger than 1 MB"));
    }
    Ok(Some(text))
}

fn told(file: &str, newer: bool, error: &dyn std::error::Error) -> BrokenCalendar {
    tracing::warn!(file, newer, "a file of the calendar is not used");
    BrokenCalendar {
        file: file.to_owned(),
        newer,
        why: error.to_string(),
    }
}

/// Gives a file that can't be read a name that nothing reads and that nobody has.
fn set_aside(home: &Path, broken: &[BrokenCalendar], file: &str) -> Result<(), AppError> {
    let path = home.join(file);
    if !broken.iter().any(|one| one.file == file) || !path.exists() {
        return Ok(());
    }
    let aside = free_name(home, file);
    fs::rename(&path, &aside).map_err(AppError::io(format!("setting {file} aside")))
}

fn free_name(home: &Path, file: &str) -> PathBuf {
    let stem = file.trim_end_matches(".json");
    let mut count = 1_u32;
    loop {
        let path = home.join(format!("{stem}.unreadable-{count}.json"));
        if !path.exists() || count == u32::MAX {
            return path;
        }
        count += 1;
    }
}

fn wrong(problem: OwnDayProblem) -> BTreeMap<String, String> {
    let (field, code) = match problem {
        OwnDayProblem::Twice => ("day", "twice"),
        OwnDayProblem::IsOff => ("day", "isOff"),
        OwnDayProblem::IsWorked => ("day", "isWorked"),
        OwnDayProblem::TooMany => ("day", "tooMany"),
        OwnDayProblem::Unnamed => ("name", "required"),
        OwnDayProblem::LongName => ("name", "long"),
    };
    BTreeMap::from([(field.to_owned(), code.to_owned())])
}
