//! Whether files may leave now, and whose go first.

use hoso_dossier::{DossierId, UploadId};

use super::{Flight, Mutant, Out, Outbox, Slot};
use crate::backoff::WaitReason;
use crate::entry::{Entry, FileState, Revision};
use crate::message::Request;

/// A request this young says nothing of the line yet, in ms.
const YOUNG: u64 = 5_000;

impl Outbox {
    /// What the person has said that keeps the files of a dossier's active revision here; `None` when nothing does, or none are left.
    pub(super) fn files_wait(&self, dossier: DossierId, now: u64) -> Option<WaitReason> {
        let active = self.entries.get(&dossier).and_then(Entry::active)?;
        if !active.has_files_to_send() || self.is_let_go(active) {
            return None;
        }
        let rules = &self.meta.rules;
        let hours = rules.hours.and_then(|hours| hours.opens_at(now));
        if let Some(until) = hours
            && !self.policy.broken(Mutant::IgnoreHours)
        {
            return Some(WaitReason::Hours { until });
        }
        let metered = rules.always_metered || self.link.metered;
        let spared = rules.spare_metered && metered && !self.policy.broken(Mutant::IgnoreMetered);
        spared.then_some(WaitReason::Metered)
    }

    fn is_let_go(&self, revision: &Revision) -> bool {
        let all = self.policy.broken(Mutant::AllAtOnce);
        let any = |entry: &Entry| entry.active().is_some_and(|one| one.at_once);
        revision.at_once || all && self.entries.values().any(any)
    }

    /// Stops bytes on their way that may not leave any more; where they got to is asked when they go on.
    pub(super) fn hold_files(&mut self, now: u64, out: &mut Out) {
        if self.policy.broken(Mutant::FlowOn) {
            return;
        }
        let under_way = self.flights.values().filter_map(Flight::sends_bytes_of);
        let held = |of: &DossierId| self.files_wait(*of, now).is_some();
        let held: Vec<DossierId> = under_way.map(|(of, _)| of).filter(held).collect();
        for dossier in held {
            self.abort_bytes(Some(dossier), out);
        }
    }

    /// When the hours for files begin or end, if that makes a difference.
    pub(super) fn next_hours(&self, now: u64) -> Option<u64> {
        let hours = self.meta.rules.hours?;
        let mut active = self.entries.values().filter_map(Entry::active);
        active
            .any(|one| one.has_files_to_send() && !one.at_once)
            .then(|| hours.changes_at(now))
    }

    /// Learns from the bytes on their way how fast the line is.
    pub(super) fn measure(&mut self, now: u64) {
        let paces = self.flights.values().filter_map(|flight| {
            let (_, upload) = flight.sends_bytes_of()?;
            let reached = self.progress.get(&upload).copied().unwrap_or_default();
            let age = now.saturating_sub(flight.since);
            (age >= YOUNG).then(|| flight.pace(reached, now))
        });
        if let Some(pace) = paces.max() {
            self.link.pace = Some(pace);
        }
    }

    /// [`Self::measure`] by a file that has arrived.
    pub(super) fn measure_arrival(&mut self, flight: &Flight, reached: u64, now: u64) {
        if let Request::SendBytes { offset, .. } = flight.request
            && reached.saturating_sub(offset) >= self.policy.sample
        {
            self.link.pace = Some(flight.pace(reached, now));
        }
    }

    /// Files of one dossier would keep those of others waiting for long.
    pub(super) fn is_line_thin(&self) -> bool {
        let cap = self.meta.rules.bytes_per_second;
        let cap = cap.map(|cap| u64::from(cap.get()));
        [self.link.pace, cap]
            .into_iter()
            .flatten()
            .any(|pace| pace < self.policy.thin)
    }

    /// Bytes of a dossier that still have to leave; none of one that has waited long enough behind smaller ones.
    pub(super) fn left_to_send(&self, entry: &Entry, now: u64) -> u64 {
        let Some(active) = entry.active().filter(|one| one.has_files_to_send()) else {
            return 0;
        };
        if now.saturating_sub(active.sealed_at) >= self.policy.patience {
            return 0;
        }
        let waiting = active
            .files
            .iter()
            .filter(|file| file.state != FileState::Done);
        let left = waiting.map(|file| {
            let sent = self.progress.get(&file.upload).copied().unwrap_or_default();
            file.size.saturating_sub(sent)
        });
        // One that has nothing but empty files left is not one that has waited.
        left.fold(1, u64::saturating_add)
    }

    /// On a thin line, stops the file of a much larger dossier for one that could go now.
    pub(super) fn make_room(
        &mut self,
        dossier: DossierId,
        upload: UploadId,
        now: u64,
        out: &mut Out,
    ) {
        let slot = Slot::Upload(dossier, upload);
        let waits = self.waits.get(&slot).is_some_and(|wait| !wait.is_over(now));
        let under_way = self.flights.values().any(|flight| flight.slot == slot);
        if waits || under_way || self.has_room(&slot) || !self.is_line_thin() {
            return;
        }
        let left_of = |id: DossierId| {
            let entry = self.entries.get(&id);
            entry.map_or(0, |entry| self.left_to_send(entry, now))
        };
        // One that has waited long enough takes the next place that comes free.
        let most = match left_of(dossier) {
            0 => return,
            left => left.saturating_mul(2),
        };
        let others = self.flights.values().filter_map(|flight| {
            let (of, upload) = flight.sends_bytes_of()?;
            Some((left_of(of), upload))
        });
        let largest = others.filter(|(left, _)| *left > most).max();
        if let Some((_, largest)) = largest {
            self.drop_flights(out, |flight| {
                flight
                    .sends_bytes_of()
                    .is_some_and(|(_, one)| one == largest)
            });
        }
    }
}

impl Flight {
    /// Whose bytes it carries, where it carries a file's.
    pub(super) fn sends_bytes_of(&self) -> Option<(DossierId, UploadId)> {
        match (&self.slot, &self.request) {
            (Slot::Upload(dossier, upload), Request::SendBytes { .. }) => Some((*dossier, *upload)),
            _ => None,
        }
    }

    /// Bytes a second, when so many of the file have left.
    fn pace(&self, reached: u64, now: u64) -> u64 {
        let from = match &self.request {
            Request::SendBytes { offset, .. } => *offset,
            _ => 0,
        };
        let took = now.saturating_sub(self.since).max(1);
        reached.saturating_sub(from).saturating_mul(1_000) / took
    }
}
