//! `hoso dossier`, `hoso pay`, `hoso rules`, `hoso sync`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hoso_app::App;
use hoso_app::forms::save;
use hoso_app::view::{
    DossierInfo, DraftShare, FormPart, LookUpState, PaperFormat, QueueStage, SealRequest,
    SendHours, SyncInfo, Trouble, WaitInfo,
};
use hoso_dossier::{DECLARATION_VERSION, DossierId, DraftId};
use hoso_eform::Change;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::args::{Dossier, Global, Rules};
use crate::form::{read_json, read_lines};
use crate::output::Output;
use crate::person::unlock;

/// How long a pass may go on moving nothing before it is called done.
const QUIET: Duration = Duration::from_millis(400);
/// How long a pass may take without any progress at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// What keeps a draft from being sealed, and where it would go if the portal has that chosen.
async fn checked(app: &App, id: DraftId) -> Result<Value, Failure> {
    let problems = app.draft_check(id, None, String::new()).await?;
    let profile = app.app_info().await?.portal_profile;
    let draft = app.draft_open(id).await?;
    let asked = profile.is_some_and(|one| one.agency.is_some()) && draft.agency_level.is_some();
    let handover = draft.handover;
    let agency = handover.agency.filter(|_| asked);
    let suggested = handover.agency_suggested.filter(|_| agency.is_some());
    Ok(json!({
        "id": id,
        "problems": problems,
        "agency": agency.map(|one| one.name),
        "agencySuggested": suggested,
    }))
}

pub(crate) async fn run(
    app: &Arc<App>,
    command: Dossier,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    match command {
        Dossier::New {
            pack,
            data,
            from,
            attach,
        } => {
            let data = data.as_deref().map(read_json).transpose()?;
            let draft = match from {
                Some(from) => app.desk_paper_create(pack, Some(from)).await?,
                None => app.draft_create(pack).await?,
            };
            if let Some(data) = data {
                answer(app, draft.id, data).await?;
            }
            attach_all(app, draft.id, &attach).await?;
            output.answer(&checked(app, draft.id).await?);
        }
        Dossier::Edit {
            id,
            data,
            changes,
            attach,
        } => {
            if let Some(data) = data {
                answer(app, id, read_json(&data)?).await?;
            }
            if let Some(changes) = changes {
                answer_lines(app, id, &changes, output).await?;
            }
            attach_all(app, id, &attach).await?;
            output.answer(&checked(app, id).await?);
        }
        Dossier::Paper { id } => {
            app.paper_attach(id).await?;
            output.answer(&checked(app, id).await?);
        }
        Dossier::Export { id, pdf, docx } => {
            let mut written = Vec::new();
            for (path, format) in [(pdf, PaperFormat::Pdf), (docx, PaperFormat::Docx)] {
                if let Some(path) = path {
                    let bytes = app.paper_bytes(id, format).await?;
                    save(&path, &bytes)?;
                    written.push(json!({"path": path, "bytes": bytes.len()}));
                }
            }
            output.answer(&json!({"written": written}));
        }
        Dossier::Papers => output.answer(&app.desk_papers().await?),
        Dossier::Handover { id, data, agency } => {
            let before = app.draft_open(id).await?.handover;
            let mut handover = before.clone();
            if let Some(data) = data {
                let said = read_json(&data)?;
                let kept = said.get("agency").is_none();
                handover = serde_json::from_value(said).map_err(|error| {
                    Failure::own("data.shape", format!("{}: {error}", data.display()))
                })?;
                if kept {
                    handover.agency = before.agency;
                    handover.agency_suggested = before.agency_suggested;
                }
            }
            if let Some(words) = agency {
                handover.agency = Some(app.agency_named(id, words).await?);
                handover.agency_suggested = None;
            }
            app.draft_handover(id, handover).await?;
            output.answer(&checked(app, id).await?);
        }
        Dossier::Check { id } => {
            output.answer(&checked(app, id).await?);
        }
        Dossier::Seal { id } => {
            let sealed = app
                .dossier_seal(SealRequest {
                    draft: id,
                    declared: true,
                    declaration_version: DECLARATION_VERSION.into(),
                })
                .await?;
            output.answer(&json!({"dossier": sealed.row.dossier, "revisions": sealed.revisions}));
        }
        Dossier::List => output.answer(&app.dossiers(None, String::new()).await?),
        Dossier::Show { id } => {
            let mut dossier = app.dossier(id).await?;
            // Pictures for the window; a shell has the code itself.
            dossier.code_qr.clear();
            dossier.zalo_qr.clear();
            for fee in &mut dossier.fees {
                if let Some(payment) = &mut fee.payment {
                    payment.qr.clear();
                }
            }
            output.answer(&dossier);
        }
        Dossier::Supplement { id } => {
            let draft = app.dossier_supplement(id).await?;
            output.answer(&json!({"id": draft.id, "request": draft.supplement}));
        }
        Dossier::SendAsIs { id } => {
            let dossier = app.dossier_send_as_is(id).await?;
            settle(app).await?;
            output.answer(&json!({"dossier": id, "queue": dossier.queue}));
        }
        Dossier::Retry { id } => {
            app.sync_retry(id).await?;
            settle(app).await?;
            let dossier = app.dossier(id).await?;
            output.answer(&json!({"dossier": id, "queue": dossier.queue}));
            if let Some(item) = &dossier.queue {
                if let Some(trouble) = &item.trouble {
                    return Err(in_the_way(trouble, &retry(id)));
                }
                if let Some(wait) = &item.wait {
                    return Err(waits(wait));
                }
            }
        }
        Dossier::SendNow { id } => {
            app.dossier_send_now(id).await?;
            settle(app).await?;
            let dossier = app.dossier(id).await?;
            output.answer(&json!({"dossier": id, "queue": dossier.queue}));
        }
        Dossier::Cancel { id } => {
            let draft = app.dossier_cancel(id).await?;
            output.answer(&json!({"dossier": id, "draft": draft.map(|draft| draft.id)}));
        }
        Dossier::Confirm { id, code } => {
            settle(app).await?;
            let dossier = match code {
                Some(code) => app.dossier_confirm(id, code).await?,
                None => app.dossier_confirm_again(id).await?,
            };
            settle(app).await?;
            let first = app.dossier(id).await?.first.or(dossier.first);
            output.answer(&json!({"dossier": id, "first": first}));
        }
        Dossier::Withdraw { id, reason } => {
            let dossier = app.dossier_withdraw(id, reason).await?;
            output.answer(&json!({"dossier": id, "withdrawal": dossier.withdrawal}));
        }
        Dossier::Rate { id, score, comment } => {
            let dossier = app.dossier_rate(id, score, comment).await?;
            output.answer(&json!({"dossier": id, "rating": dossier.rating}));
        }
        Dossier::Share { id } => {
            output.answer(&json!({"id": id, "share": app.draft_share(id).await?.share}))
        }
        Dossier::Unshare { id } => {
            app.draft_unshare(id).await?;
            output.answer(&json!({"id": id}));
        }
        Dossier::TakeOver { id, even_if_open } => {
            let taken = app.draft_take_over(id, even_if_open).await?;
            output.answer(&json!({"id": taken.id, "share": taken.share}));
        }
        Dossier::Discard { id } => {
            app.draft_discard(id).await?;
            output.answer(&json!({"discarded": id}));
        }
        Dossier::Restore { id } => {
            app.draft_restore(id).await?;
            output.answer(&json!({"id": id}));
        }
        Dossier::File {
            id,
            file,
            version,
            out,
        } => {
            let (name, bytes) = app.dossier_file(id, file, version).await?;
            save(&out, &bytes)?;
            output.answer(&json!({"name": name, "path": out, "bytes": bytes.len()}));
        }
    }
    Ok(())
}

pub(crate) async fn pay(
    app: &Arc<App>,
    id: DossierId,
    fee: Option<String>,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    settle(app).await?;
    let due: Vec<String> = app
        .dossier(id)
        .await?
        .fees
        .into_iter()
        .filter(|one| !one.paid && fee.as_ref().is_none_or(|fee| *fee == one.id))
        .map(|one| one.id)
        .collect();
    let [fee] = due.as_slice() else {
        return Err(match due.len() {
            0 => hoso_app::AppError::NothingDue.into(),
            _ => Failure::own(
                "payment.several",
                "several fees are due; say which with --fee",
            ),
        });
    };
    app.payment_start(id, fee.clone()).await?;
    settle(app).await?;
    let paid = app
        .dossier(id)
        .await?
        .fees
        .into_iter()
        .find(|one| one.id == *fee);
    let Some(mut payment) = paid.and_then(|fee| fee.payment) else {
        return Err(hoso_app::AppError::NothingDue.into());
    };
    payment.qr.clear();
    output.answer(&json!({"dossier": id, "fee": fee, "payment": payment}));
    match (&payment.trouble, &payment.wait) {
        (Some(trouble), _) => Err(in_the_way(trouble, &format!("hoso pay {id}"))),
        (None, Some(wait)) => Err(waits(wait)),
        (None, None) => Ok(()),
    }
}

pub(crate) async fn look_up(
    app: &Arc<App>,
    code: String,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    let found = app.look_up(code).await?;
    output.answer(&found);
    match (&found.wait, found.state) {
        (Some(wait), _) => Err(waits(wait)),
        (None, LookUpState::Unknown) => Err(Failure::own(
            "lookup.unknown",
            "looking a dossier up: the portal has none of that code; compare it with the receipt",
        )),
        (None, _) => Ok(()),
    }
}

/// Keeps what is said of when files are sent, and answers with what holds.
pub(crate) async fn rules(
    app: &Arc<App>,
    said: Rules,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    let mut rules = app.sync_info().await?.rules;
    if let Some(hours) = said.hours {
        rules.hours = match hours.split_once('-') {
            _ if hours == "always" => None,
            // What is no time of day is refused by its name.
            None => Some(SendHours {
                from: hours,
                to: String::new(),
            }),
            Some((from, to)) => Some(SendHours {
                from: from.into(),
                to: to.into(),
            }),
        };
    }
    if let Some(limit) = said.limit {
        rules.bytes_per_second = Some(limit.saturating_mul(1_024)).filter(|bytes| *bytes > 0);
    }
    rules.spare_metered = said.spare_metered.unwrap_or(rules.spare_metered);
    rules.always_metered = said.always_metered.unwrap_or(rules.always_metered);
    let info = app.sync_rules(rules).await?;
    output.answer(&json!({"rules": info.rules}));
    Ok(())
}

pub(crate) async fn sync(
    app: &Arc<App>,
    _once: bool,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    let info = settle(app).await?;
    // Without a way to the portal the queue says so already.
    let _ = app.sharing_settle().await;
    let all = app.dossiers(None, String::new()).await?.rows;
    let rows: Vec<_> = all.iter().filter(|row| row.dossier.is_some()).collect();
    let contact = app.contact_info().await?;
    output.answer(&json!({"sync": info, "dossiers": rows, "contact": contact}));
    let queue = info.queue.iter();
    let parked = queue.clone();
    let mut parked = parked.filter_map(|item| Some((item.dossier, item.trouble.as_ref()?)));
    if let Some((dossier, trouble)) = parked.next() {
        return Err(in_the_way(trouble, &retry(dossier)));
    }
    if let Some(trouble) = contact.as_ref().and_then(|one| one.trouble.as_ref()) {
        return Err(in_the_way(trouble, "hoso profile edit"));
    }
    let contact = contact.as_ref().and_then(|one| one.wait.as_ref());
    let mut waiting = queue.clone().filter_map(|item| item.wait.as_ref());
    match waiting.next().or(contact) {
        Some(wait) => Err(waits(wait)),
        None if !info.online => Err(Failure::own(
            "portal.offline",
            "asking the portal: it can't be reached; everything is safe on this machine",
        )),
        None => {
            let unfinished = app.sync_unfinished().await?;
            let shown = rows.iter().filter_map(|row| row.dossier);
            all_here(app, shown.filter(|one| unfinished.contains(one))).await?;
            all_shared(all.iter().filter_map(|row| row.share.as_ref()))
        }
    }
}

/// What stands for the button *Thử lại* in a shell.
fn retry(dossier: DossierId) -> String {
    format!("hoso dossier retry {dossier}")
}

/// The words are the window's; `again` is the command that does what its button does.
fn in_the_way(trouble: &Trouble, again: &str) -> Failure {
    Failure::own(
        "portal.problem",
        format!(
            "sending: {} {} ({}); to try again: {again}",
            trouble.what.en, trouble.next.en, trouble.code
        ),
    )
}

fn waits(wait: &WaitInfo) -> Failure {
    Failure::own(
        match wait.code.as_str() {
            "offline" => "portal.offline",
            "signedOut" => "portal.signed_out",
            "paused" => "sync.paused",
            "changed" => "dossier.changed",
            "confirm" => "dossier.confirm",
            "pay" => "dossier.pay",
            "hours" => "sync.hours",
            "metered" => "sync.metered",
            "unsigned" => "receipt.unsigned",
            "otherVersion" => "portal.other_version",
            _ => "sync.waiting",
        },
        format!(
            "asking the portal: something waits ({}) {}",
            wait.code, wait.detail
        ),
    )
}

/// A receipt or result that has not arrived, and a payment that the portal could not be asked about, are no success.
async fn all_here(
    app: &Arc<App>,
    dossiers: impl Iterator<Item = DossierId>,
) -> Result<(), Failure> {
    for dossier in dossiers {
        let DossierInfo { files, fees, .. } = app.dossier(dossier).await?;
        let payments = fees.iter().filter_map(|fee| fee.payment.as_ref());
        if let Some(wait) = payments.clone().find_map(|one| one.wait.as_ref()) {
            return Err(waits(wait));
        }
        if let Some(file) = files.iter().find(|file| !file.here) {
            let what = format!(
                "receiving {}: it has not arrived whole; try again",
                file.name
            );
            return Err(Failure::own("sync.waiting", what));
        }
    }
    Ok(())
}

/// A draft that the portal has not taken for the person's other desktops is no success either.
fn all_shared<'a>(mut shares: impl Iterator<Item = &'a DraftShare>) -> Result<(), Failure> {
    match shares.find(|share| !share.trouble.is_empty()) {
        Some(DraftShare { trouble, said, .. }) => Err(Failure::own(
            "share.waiting",
            format!(
                "sharing a draft: the portal has not taken it ({trouble}) {said} It is safe on this machine and goes as soon as it can"
            ),
        )),
        None => Ok(()),
    }
}

/// Lets everything that can move, move.
async fn settle(app: &Arc<App>) -> Result<SyncInfo, Failure> {
    app.sync_now().await?;
    let started = Instant::now();
    let mut changed = Instant::now();
    let mut before: Option<SyncInfo> = None;
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let info = app.sync_info().await?;
        if before.as_ref() != Some(&info) {
            changed = Instant::now();
            before = Some(info.clone());
        }
        let moving = info.busy
            || info.queue.iter().any(|item| {
                item.wait.is_none()
                    && !matches!(item.stage, QueueStage::NeedsFix | QueueStage::Quarantined)
            });
        let quiet = changed.elapsed();
        if (!moving && quiet > QUIET) || quiet > PATIENCE || started.elapsed() > PATIENCE * 10 {
            return Ok(info);
        }
    }
}

/// Gives answers, each a change of its own step of undo: the form's, or both forms' under `applicant` and `form`.
async fn answer(app: &Arc<App>, id: DraftId, data: Value) -> Result<(), Failure> {
    let Value::Object(data) = data else {
        return Err(Failure::own(
            "data.shape",
            "the answers have to be a JSON object",
        ));
    };
    let both = !data.is_empty() && data.keys().all(|key| key == "applicant" || key == "form");
    let parts: Vec<(FormPart, Map<String, Value>)> = if both {
        data.into_iter()
            .filter_map(|(part, answers)| {
                let part = match part.as_str() {
                    "applicant" => FormPart::Applicant,
                    _ => FormPart::Form,
                };
                answers.as_object().map(|answers| (part, answers.clone()))
            })
            .collect()
    } else {
        vec![(FormPart::Form, data)]
    };
    for (part, answers) in parts {
        for (path, value) in answers {
            app.draft_change(id, part, Change::Set { path, value })
                .await?;
        }
    }
    Ok(())
}

/// One answer of a file of changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default = "form_part")]
    part: FormPart,
    path: String,
    value: Value,
}

const fn form_part() -> FormPart {
    FormPart::Form
}

/// Gives answers as they are read, and says after each that it is kept.
async fn answer_lines(
    app: &Arc<App>,
    id: DraftId,
    file: &Path,
    output: &Output,
) -> Result<(), Failure> {
    for line in read_lines(file)? {
        let (number, Line { part, path, value }) = line?;
        let change = Change::Set { path, value };
        let patch = app.draft_change(id, part, change).await?;
        output.answer(&json!({"line": number, "savedAt": patch.saved_at}));
    }
    Ok(())
}

async fn attach_all(app: &Arc<App>, id: DraftId, attach: &[String]) -> Result<(), Failure> {
    for wish in attach {
        let Some((component, file)) = wish.split_once('=') else {
            return Err(Failure::own(
                "attach.shape",
                format!("{wish}: say COMPONENT=FILE"),
            ));
        };
        let path = PathBuf::from(file);
        let path = path.canonicalize().unwrap_or(path);
        app.attachment_drop(id, component.to_owned(), vec![path.display().to_string()])
            .await?;
    }
    Ok(())
}
