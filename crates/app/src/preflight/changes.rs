//! What has changed since a dossier was sealed.

use std::collections::BTreeSet;

use hoso_dossier::{ComponentKind, DossierId, FormPack, Manifest, OutOfForce, ProfileField};
use hoso_eform::{Env, Session, vn};
use jiff::civil::Date;

use crate::AppError;
use crate::draft::parse_form;
use crate::open::Open;
use crate::procedures::say;
use crate::text::written;
use crate::view::{BothLanguages, ChangedKind, ChangedSince, ProfileDetails};

/// So many questions that the new form asks otherwise are named.
const NAMED: usize = 5;

/// Keeps who the person was when a dossier was sealed, what the desk asked for, and before which revision its draft was begun.
pub(crate) async fn remember(
    open: &Open,
    dossier: DossierId,
    begun_before: u32,
) -> Result<(), AppError> {
    let details = open.details();
    let asked = asked_for(open, dossier);
    let store = &open.store;
    store.put_sync_meta(&person_key(dossier), &details).await?;
    store
        .put_sync_meta(&begun_key(dossier), &begun_before)
        .await?;
    Ok(store.put_sync_meta(&asked_key(dossier), &asked).await?)
}

/// What a request for supplement says.
type Asked = (String, Vec<String>);

fn asked_for(open: &Open, dossier: DossierId) -> Option<Asked> {
    let asked = open.sender.entry(dossier)?.view?.supplement?;
    Some((asked.reason, asked.components))
}

fn asked_key(dossier: DossierId) -> String {
    format!("askedFor:{dossier}")
}

fn begun_key(dossier: DossierId) -> String {
    format!("begunBefore:{dossier}")
}

fn person_key(dossier: DossierId) -> String {
    format!("sealedBy:{dossier}")
}

impl Open {
    /// What has changed since a revision was sealed, as far as it is known here.
    pub(super) async fn changed_since(
        &self,
        dossier: DossierId,
        revision: u32,
    ) -> Result<Vec<ChangedSince>, AppError> {
        let sealed = Manifest::from_sealed(&self.store.manifest(dossier, revision).await?)?;
        if revision > 1 {
            return self.changed_for_supplement(dossier, &sealed).await;
        }
        let catalogue = self.catalogue();
        let gone = || {
            ChangedSince::new(
                ChangedKind::Law,
                "Cổng không còn tiếp nhận thủ tục này",
                "The portal does not take this procedure any more",
                &sealed.procedure,
                "",
            )
        };
        let Some(pack) = catalogue.get(&sealed.procedure) else {
            return Ok(vec![gone()]);
        };
        let mut changed = Vec::new();
        if catalogue.offers(&sealed.procedure).is_err() {
            changed.push(gone());
        }
        if pack.procedure().version != sealed.pack_version {
            changed.push(ChangedSince::new(
                ChangedKind::Form,
                "Mẫu tờ khai có bản mới",
                "The form has a new version",
                &sealed.pack_version,
                &pack.procedure().version,
            ));
            changed.extend(self.asked_otherwise(pack, &sealed).await?);
        }
        if let Ok(fee) = pack.fee(&sealed.form)
            && fee.total != sealed.fee
        {
            changed.push(ChangedSince::new(
                ChangedKind::Fee,
                "Phí, lệ phí",
                "The fee",
                &sealed.fee.to_string(),
                &fee.total.to_string(),
            ));
        }
        let today = Env::new(self.host.now()).date();
        changed.extend(law(pack, &sealed, today));
        let then: Option<ProfileDetails> = self.store.sync_meta(&person_key(dossier)).await?;
        if let Some(then) = then {
            changed.extend(person(pack, &then, &self.details()));
        }
        Ok(changed)
    }

    /// What has changed since a supplement was sealed. It answers for a dossier that was taken, so the form, the fee and the law stand as they were then; what
    /// the desk asks for and who the person is may be another.
    async fn changed_for_supplement(
        &self,
        dossier: DossierId,
        sealed: &Manifest,
    ) -> Result<Vec<ChangedSince>, AppError> {
        let catalogue = self.catalogue();
        let pack = catalogue.get(&sealed.procedure);
        let then: Option<Option<Asked>> = self.store.sync_meta(&asked_key(dossier)).await?;
        let mut changed = Vec::new();
        // Whether it is still asked for at all is the portal's to say.
        if let (Some(then), Some(now)) = (then.flatten(), asked_for(self, dossier))
            && then != now
        {
            let language = self.language();
            let words = |(reason, components): &Asked| {
                let names = components.iter().map(|code| {
                    let known = pack.and_then(|pack| pack.component(code));
                    known.map_or(code.as_str(), |known| say(&known.name, &language))
                });
                let all: Vec<&str> = std::iter::once(reason.as_str()).chain(names).collect();
                all.join("; ")
            };
            changed.push(ChangedSince::new(
                ChangedKind::Request,
                "Nội dung yêu cầu bổ sung",
                "What the desk asks for",
                &words(&then),
                &words(&now),
            ));
        }
        let begun_before: Option<u32> = self.store.sync_meta(&begun_key(dossier)).await?;
        if let Some(begun_before) = begun_before
            && let Some(missing) = self.supplemented_elsewhere(dossier, begun_before).await?
        {
            changed.push(ChangedSince::new(
                ChangedKind::Request,
                &format!("Bản số {missing} được gửi từ máy khác; bản này không có những gì đã bổ sung ở đó"),
                &format!("Version {missing} was sent from another computer; this one hasn’t what was supplemented there"),
                "",
                "",
            ));
        }
        let then: Option<ProfileDetails> = self.store.sync_meta(&person_key(dossier)).await?;
        if let (Some(then), Some(pack)) = (then, pack) {
            changed.extend(person(pack, &then, &self.details()));
        }
        Ok(changed)
    }

    /// The revision that the portal has, where what is sealed here wasn't begun from it or from one after it. A supplement is the whole dossier anew: what another
    /// desktop brought with that revision would be gone.
    pub(crate) async fn supplemented_elsewhere(
        &self,
        dossier: DossierId,
        begun_before: u32,
    ) -> Result<Option<u32>, AppError> {
        let Some(view) = self.sender.entry(dossier).and_then(|entry| entry.view) else {
            return Ok(None);
        };
        let here = self.store.revisions(dossier).await?;
        let begun_from = here.iter().any(|one| {
            one.sha256 == view.sha256
                && one.revision == view.revision
                && one.revision < begun_before
        });
        Ok((!begun_from).then_some(view.revision))
    }

    /// Where the new form would not take what was sealed.
    async fn asked_otherwise(
        &self,
        pack: &FormPack,
        sealed: &Manifest,
    ) -> Result<Vec<ChangedSince>, AppError> {
        let language = self.language();
        let mut changed: Vec<ChangedSince> = pack
            .procedure()
            .components
            .iter()
            .filter(|one| one.kind == ComponentKind::Document)
            .filter(|one| pack.component_required(one, &sealed.form))
            .filter(|one| sealed.files.iter().all(|file| file.component != one.code))
            .map(|one| {
                ChangedSince::new(
                    ChangedKind::Form,
                    "Bản mới cần thêm giấy tờ",
                    "The new version wants a further paper",
                    "",
                    say(&one.name, &language),
                )
            })
            .collect();
        let whole = hoso_dossier::Pack::from(pack.clone());
        let form = parse_form(&whole, pack.form())?;
        let env = Env {
            locale: language,
            watch: Some(crate::forms::watch()),
            ..Env::new(self.host.now())
        };
        let answers = sealed.form.clone();
        let wrong = self.desk.run(move |_| {
            let session = Session::new(form, answers, Default::default(), env);
            session.errors(None)
        });
        changed.extend(wrong.await?.into_iter().take(NAMED).map(|wrong| {
            ChangedSince::new(
                ChangedKind::Form,
                "Bản mới hỏi khác",
                "The new version asks otherwise",
                "",
                &wrong.message,
            )
        }));
        Ok(changed)
    }
}

impl ChangedSince {
    /// What stands for a comparison that failed.
    pub(super) fn uncompared() -> Self {
        Self::new(
            ChangedKind::Form,
            "Chưa so được hồ sơ với mẫu tờ khai hiện nay",
            "It could not be compared with today's form",
            "",
            "",
        )
    }

    fn new(kind: ChangedKind, vi: &str, en: &str, before: &str, after: &str) -> Self {
        Self {
            kind,
            what: BothLanguages {
                vi: vi.to_owned(),
                en: en.to_owned(),
            },
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }
}

/// Days of the law that have come since.
fn law(pack: &FormPack, sealed: &Manifest, today: Date) -> Vec<ChangedSince> {
    let mut changed = Vec::new();
    match pack.in_force(today) {
        // That the portal has withdrawn it is the catalogue's to say.
        Ok(()) | Err(OutOfForce::Withdrawn) => {}
        Err(OutOfForce::Expired { to }) => changed.push(ChangedSince::new(
            ChangedKind::Law,
            "Mẫu tờ khai chỉ có hiệu lực đến hết ngày",
            "The form was in force until",
            "",
            &written(to),
        )),
        Err(OutOfForce::NotYet { from }) => changed.push(ChangedSince::new(
            ChangedKind::Law,
            "Mẫu tờ khai chỉ có hiệu lực từ ngày",
            "The form is in force only from",
            "",
            &written(from),
        )),
    }
    let sealed_on = sealed.sealed_at.parse().map(|at| Env::new(at).date());
    for due in pack.deadlines(&sealed.form) {
        if due.on < today
            && sealed_on
                .as_ref()
                .is_ok_and(|sealed_on| due.on >= *sealed_on)
        {
            changed.push(ChangedSince::new(
                ChangedKind::Law,
                &format!("Đã quá thời hạn. {}", due.note),
                &format!("A time limit has passed. {}", due.note),
                "",
                &written(due.on),
            ));
        }
    }
    changed
}

/// What is another in the profile than it was, of what the forms take from it.
fn person(pack: &FormPack, then: &ProfileDetails, now: &ProfileDetails) -> Vec<ChangedSince> {
    use ProfileField as Field;
    let prefill = &pack.procedure().prefill;
    let taken: BTreeSet<Field> = prefill
        .applicant
        .values()
        .chain(prefill.form.values())
        .copied()
        .collect();
    let address = |of: &ProfileDetails| {
        let parts = [&of.address, &of.commune, &of.province].map(String::as_str);
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    };
    let birth = |of: &ProfileDetails| {
        of.birth_date
            .parse()
            .map_or_else(|_| of.birth_date.clone(), written)
    };
    let phone = |of: &ProfileDetails| {
        let read = vn::Phone::parse(&of.phone);
        read.map_or_else(|| of.phone.clone(), |phone| phone.to_string())
    };
    let places = [
        Field::Address,
        Field::Commune,
        Field::Province,
        Field::Residence,
    ];
    // Whoever submits is named in every dossier.
    let rows = [
        (
            true,
            "Họ tên, tên tổ chức",
            "Name",
            then.name.clone(),
            now.name.clone(),
        ),
        (
            true,
            "Số định danh, mã số thuế",
            "Identity or tax number",
            then.identity.clone(),
            now.identity.clone(),
        ),
        (
            taken.contains(&Field::BirthDate),
            "Ngày sinh",
            "Date of birth",
            birth(then),
            birth(now),
        ),
        (
            taken.contains(&Field::Phone),
            "Số điện thoại",
            "Phone",
            phone(then),
            phone(now),
        ),
        (
            taken.contains(&Field::Email),
            "Thư điện tử",
            "E-mail",
            then.email.clone(),
            now.email.clone(),
        ),
        (
            places.iter().any(|one| taken.contains(one)),
            "Địa chỉ",
            "Address",
            address(then),
            address(now),
        ),
    ];
    rows.into_iter()
        .filter(|(used, _, _, before, after)| *used && before != after)
        .map(|(_, vi, en, before, after)| {
            ChangedSince::new(ChangedKind::Person, vi, en, &before, &after)
        })
        .collect()
}
