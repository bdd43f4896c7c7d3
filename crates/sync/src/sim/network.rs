//! The way to the portal and back: messages are lost, doubled, delayed and overtaken; tokens run out.

use hoso_portal_api::ProblemCode;

use super::dice::Dice;
use super::portal::{Sealed, problem};
use super::story::Trouble;
use super::world::{MINUTE, What, World};
use crate::{Failure, Reply, Request, RequestId};

/// A request on its way, and what becomes of its answer.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    pub(crate) run: u64,
    pub(crate) id: RequestId,
    pub(crate) request: Request,
    /// The sealed revision that it brings, as it was when it left.
    sealed: Option<Sealed>,
    damage: bool,
    cut: Option<u64>,
    answer: Returns,
    /// How long the answer takes, and when it comes again.
    back: u64,
    again: Option<u64>,
}

#[derive(Debug, Clone)]
enum Returns {
    Whole,
    Nothing,
    Instead(Failure),
}

impl World {
    pub(super) fn send(&mut self, who: usize, id: RequestId, request: Request) {
        self.check_request(who, id, &request);
        self.desks[who].requests += 1;
        let number = self.desks[who].requests;
        let mut dice = Dice::of(self.seed_of(who), 1, number);
        let bytes = matches!(
            request,
            Request::SendBytes { .. } | Request::CreateUpload { whole: true, .. }
        );
        let asks_who = matches!(request, Request::PortalInfo);
        let asks_for_word = self.portal.signs
            && matches!(request, Request::Submit { .. } | Request::AskReceipt { .. });
        let (there, back) = (1 + dice.below(200), 1 + dice.below(200));
        let (late, much_later) = (1 + dice.below(30_000), 1 + dice.below(10 * MINUTE));
        let (cut, fate) = (dice.below(2_000), dice.below(100));
        let mut journey = Journey {
            run: self.desks[who].run,
            id,
            sealed: self.brings(who, &request),
            request,
            damage: false,
            cut: None,
            answer: Returns::Whole,
            back,
            again: None,
        };
        let unknown = || Failure::Unknown {
            what: "lost".into(),
        };
        let strange = || Failure::Unexpected {
            status: if fate % 2 == 0 { 502 } else { 200 },
            what: "<html>".into(),
        };
        if let Some(what) = self.lacks(who, &journey.request) {
            return self.answer(who, 1, &journey, Err(Failure::Local { what }));
        }
        if !self.desks[who].online || self.portal.down_until > self.now {
            return self.answer(who, there, &journey, Err(Failure::Offline));
        }
        let faults = if asks_for_word { 68 } else { 64 };
        let fate = if self.meets(Trouble::Fate(who, number), || fate < faults) {
            fate
        } else {
            99
        };
        let told = match fate {
            0..5 => {
                self.answer(who, there, &journey, Err(Failure::Offline));
                "does not leave"
            }
            5..10 => {
                self.answer(who, late, &journey, Err(unknown()));
                "is lost"
            }
            10..18 => {
                journey.answer = Returns::Instead(unknown());
                self.leave(who, there, journey.clone());
                "arrives, and its answer is lost"
            }
            18..23 => {
                self.answer(who, late, &journey, Err(unknown()));
                journey.answer = Returns::Nothing;
                self.leave(who, much_later, journey.clone());
                "is given up, and arrives much later"
            }
            23..27 => {
                self.leave(who, there, journey.clone());
                let twin = Journey {
                    answer: Returns::Nothing,
                    ..journey.clone()
                };
                self.leave(who, much_later, twin);
                "arrives twice"
            }
            27..33 => {
                if fate < 30 {
                    journey.answer = Returns::Instead(strange());
                    self.leave(who, there, journey.clone());
                } else {
                    self.answer(who, there, &journey, Err(strange()));
                }
                "is answered with HTML"
            }
            33..35 => {
                self.answer(who, there, &journey, Err(problem(ProblemCode::Busy)));
                "meets a busy portal"
            }
            35..37 => {
                self.answer(who, there, &journey, Err(problem(ProblemCode::Internal)));
                "meets a broken portal"
            }
            37..40 => {
                journey.back = 2 * late;
                self.leave(who, there, journey.clone());
                "is answered late"
            }
            40..43 => {
                journey.again = Some(late);
                self.leave(who, there, journey.clone());
                "is answered twice"
            }
            43..45 if !asks_who => {
                self.answer(
                    who,
                    there,
                    &journey,
                    Err(problem(ProblemCode::AuthRequired)),
                );
                "meets a token that has run out"
            }
            45..59 if bytes => {
                journey.cut = Some(cut);
                self.leave(who, there, journey.clone());
                "breaks off"
            }
            59..64 if bytes => {
                self.desks[who].damaged = true;
                journey.damage = true;
                self.leave(who, there, journey.clone());
                "arrives damaged"
            }
            64..68 => {
                let unsigned = Failure::Unsigned {
                    what: "a stranger's signature".into(),
                };
                if fate < 66 {
                    journey.answer = Returns::Instead(unsigned);
                    self.leave(who, there, journey.clone());
                } else {
                    self.answer(who, there, &journey, Err(unsigned));
                }
                "is answered with a receipt that the portal has not signed"
            }
            _ => {
                self.leave(who, there, journey.clone());
                ""
            }
        };
        let looks = matches!(
            journey.request,
            Request::PortalInfo | Request::Changes { .. }
        );
        if self.telling && !(looks && told.is_empty()) {
            let what = format!("  asks {} {told}", brief(&journey.request));
            self.tell(who, what.trim_end());
        }
    }

    fn brings(&self, who: usize, request: &Request) -> Option<Sealed> {
        let Request::PutRevision { dossier, revision } = request else {
            return None;
        };
        self.desks[who].sealed.get(&(*dossier, *revision)).cloned()
    }

    /// What the desktop's disk can't give any more of what it would send.
    fn lacks(&self, who: usize, request: &Request) -> Option<String> {
        let (Request::SendBytes { sha256, .. }
        | Request::CreateUpload {
            sha256,
            whole: true,
            ..
        }) = request
        else {
            return None;
        };
        let gone = self.desks[who].torn.contains(sha256);
        gone.then(|| "the file is gone".into())
    }

    /// The portal is started anew, from the same data: nothing that is on its way there arrives, what it was about to say is never heard, and of files that
    /// are not whole it has what was on its disk.
    pub(super) fn restart_the_portal(&mut self, which: u64) {
        let mut dice = Dice::of(self.seed, 24, which);
        let soon = self.now + 1_000;
        let (now, down) = (self.now, 1 + dice.below(20_000));
        self.portal.restart(&mut dice);
        self.portal.down_until = now + down;
        let broken = || Failure::Unknown {
            what: "the connection is gone".into(),
        };
        for ((at, _), (_, _, what)) in self.queue.range_mut(..(soon, 0)) {
            match what {
                What::Arrive(journey) if *at < now + down => {
                    let (run, id) = (journey.run, journey.id);
                    *what = What::Answer(run, id, Box::new(Err(broken())));
                }
                What::Answer(_, _, outcome) if outcome.is_ok() => **outcome = Err(broken()),
                _ => {}
            }
        }
    }

    fn leave(&mut self, who: usize, after: u64, journey: Journey) {
        self.schedule(self.now + after, who, What::Arrive(Box::new(journey)));
    }

    pub(super) fn arrive(&mut self, who: usize, journey: &Journey) {
        let outcome = self.portal.answer(
            &journey.request,
            journey.sealed.as_ref(),
            journey.damage,
            journey.cut,
        );
        self.check_replaced(who);
        if self.portal.is_changed() {
            self.check_the_portal();
        }
        match &journey.answer {
            Returns::Whole => {
                if let Some(again) = journey.again {
                    self.answer(who, journey.back + again, journey, outcome.clone());
                }
                self.answer(who, journey.back, journey, outcome);
            }
            Returns::Nothing => {}
            Returns::Instead(failure) => {
                self.answer(who, journey.back, journey, Err(failure.clone()))
            }
        }
    }

    fn answer(
        &mut self,
        who: usize,
        after: u64,
        journey: &Journey,
        outcome: Result<Reply, Failure>,
    ) {
        let answer = What::Answer(journey.run, journey.id, Box::new(outcome));
        self.schedule(self.now + after, who, answer);
    }
}

/// A request in a few words.
pub(crate) fn brief(request: &Request) -> String {
    match request {
        Request::PortalInfo => "who the portal is".into(),
        Request::CreateUpload {
            upload,
            whole: true,
            ..
        } => format!("to take file {} whole", tail(upload)),
        Request::CreateUpload { upload, .. } => format!("for a place for file {}", tail(upload)),
        Request::AskOffset { upload, .. } => format!("how much of file {} is there", tail(upload)),
        Request::SendBytes { upload, offset, .. } => {
            format!("to take file {} from byte {offset}", tail(upload))
        }
        Request::PutRevision { dossier, revision } => {
            format!("to keep dossier {} revision {revision}", tail(dossier))
        }
        Request::Confirm { dossier, code, .. } => {
            format!("to take the code “{code}” for dossier {}", tail(dossier))
        }
        Request::Submit { dossier, revision } => {
            format!("to submit dossier {} revision {revision}", tail(dossier))
        }
        Request::AskReceipt { dossier, revision } => format!(
            "for the receipt of dossier {} revision {revision} again",
            tail(dossier)
        ),
        Request::AskDossier { dossier } => format!("about dossier {}", tail(dossier)),
        Request::Changes { .. } => "what is new".into(),
        Request::FetchFile { dossier, file } => {
            format!("for file “{}” of dossier {}", file.id, tail(dossier))
        }
        Request::PutPayment { payment, wish } => {
            format!(
                "for order {} of dossier {}",
                tail(payment),
                tail(wish.dossier)
            )
        }
        Request::AskPayment { payment } => format!("about order {}", tail(payment)),
        Request::AskAccount => "what the account says".into(),
        Request::PutAccount { edit, over, .. } => {
            let (edit, over) = (tail(edit), tail(over));
            format!("to take change {edit} of the account over {over}")
        }
        Request::Withdraw { dossier, .. } => format!("to withdraw dossier {}", tail(dossier)),
        Request::Rate { dossier, .. } => format!("to note the rating of dossier {}", tail(dossier)),
    }
}

/// The end of an id, which is what tells them apart here.
pub(crate) fn tail(id: impl ToString) -> String {
    let text = id.to_string();
    text.chars().skip(text.len().saturating_sub(4)).collect()
}
