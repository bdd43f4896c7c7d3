//! Papers of the one-stop desk (*giấy tờ một cửa*): which there are, which were begun, and beginning one from a dossier.

use std::collections::BTreeMap;

use hoso_dossier::{ComponentKind, DossierField, DossierId, Manifest, Pack, PaperPack};
use hoso_eform::Env;
use hoso_store::DraftState;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::draft::Facts;
use crate::open::Open;
use crate::procedures::{say, why_not};
use crate::view::{DeskPaperRow, DeskPapers, DraftInfo, EarlierDossier};
use crate::{App, AppError, procedures};

impl App {
    /// The papers of the one-stop desk, and those that were begun, newest first.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn desk_papers(&self) -> Result<DeskPapers, AppError> {
        let open = self.open()?;
        let (catalogue, language) = (open.catalogue(), open.language());
        let today = Env::new(self.host.now()).date();
        let mut begun: Vec<_> = open
            .store
            .drafts()
            .await?
            .into_iter()
            .filter(|row| row.state == DraftState::Open)
            .collect();
        begun.sort_by_key(|row| std::cmp::Reverse(row.updated_at));
        Ok(DeskPapers {
            papers: catalogue
                .papers()
                .map(PaperPack::paper)
                .map(|paper| DeskPaperRow {
                    code: paper.code.clone(),
                    name: say(&paper.name, &language).to_owned(),
                    number: paper.number.clone(),
                    agency: say(&paper.agency, &language).to_owned(),
                    summary: paper.summary.clone(),
                    knows_dossiers: !paper.dossier.is_empty(),
                    not_in_force: paper
                        .effective
                        .check(today)
                        .err()
                        .map(|why| why_not(&why, &language))
                        .unwrap_or_default(),
                })
                .collect(),
            begun: begun
                .into_iter()
                .filter(|row| catalogue.is_paper(&row.procedure))
                .filter_map(|row| {
                    let pack = catalogue.pack(&row.procedure)?;
                    Some(EarlierDossier {
                        draft: row.id,
                        title: say(pack.name(), &language).to_owned(),
                        subject: row.title,
                        changed_at: row.updated_at.to_string(),
                    })
                })
                .collect(),
        })
    }

    /// Begins a paper; with what a dossier of this machine says, if it is about one (*lập từ hồ sơ*).
    ///
    /// # Errors
    /// There is no such paper or dossier, or the paper is not in force today.
    pub async fn desk_paper_create(
        &self,
        code: String,
        dossier: Option<DossierId>,
    ) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let pack = procedures::find_pack(&open.catalogue(), &code)?;
        let Pack::Paper(paper) = pack else {
            return Err(AppError::NotFound {
                what: "paper",
                id: code.chars().take(60).collect(),
            });
        };
        let known = match dossier {
            Some(dossier) => open.told_by(dossier).await?,
            None => BTreeMap::new(),
        };
        let answers = paper
            .paper()
            .dossier
            .iter()
            .filter_map(|(path, field)| Some((path.clone(), known.get(field)?.clone())))
            .collect();
        self.draft_begin(code, answers).await
    }
}

impl Open {
    /// What a dossier knows of itself.
    async fn told_by(&self, id: DossierId) -> Result<BTreeMap<DossierField, Value>, AppError> {
        use DossierField as Field;
        let stored = self.store.dossier(id).await?;
        let newest = self
            .store
            .revisions(id)
            .await?
            .last()
            .map(|one| one.revision);
        let newest = newest.ok_or_else(|| AppError::NotFound {
            what: "sealed revision of the dossier",
            id: id.to_string(),
        })?;
        let manifest = Manifest::from_sealed(&self.store.manifest(id, newest).await?)?;
        let look = self.sender.look_at(id);
        let view = look.as_ref().and_then(|look| look.entry.view.clone());
        let mut known = BTreeMap::new();
        let mut add = |field, value: Value| {
            if !crate::draft::is_empty(&value) {
                known.insert(field, value);
            }
        };
        let row = self.dossier_row(&stored, look.as_ref());
        add(
            Field::Code,
            json!(row.code.map(|code| code.as_str().to_owned())),
        );
        add(Field::ApplicantName, json!(manifest.applicant.name));
        add(Field::ApplicantIdentity, json!(manifest.applicant.identity));
        add(Field::Fee, json!(manifest.fee));
        if let Some(Pack::Procedure(pack)) = self.catalogue().pack(&stored.procedure) {
            let procedure = pack.procedure();
            add(Field::Procedure, json!(procedure.name.vi));
            add(Field::Time, json!(procedure.time));
            let rows: Vec<Value> = procedure
                .components
                .iter()
                .filter(|component| component.kind != ComponentKind::Note)
                .filter_map(|component| {
                    let files = manifest.files.iter();
                    let count = files
                        .filter(|file| file.component == component.code)
                        .count();
                    (count > 0).then(|| {
                        json!({"ten": component.name.vi, "loai": "Bản điện tử", "so_luong": count})
                    })
                })
                .collect();
            add(Field::Components, json!(rows));
            let facts = Facts::of_answers(&procedure.prefill.applicant, &manifest.applicant_form)
                .or(Facts::of_answers(&procedure.prefill.form, &manifest.form));
            add(Field::ApplicantPhone, json!(facts.phone()));
            add(Field::ApplicantEmail, json!(facts.email()));
            add(Field::ApplicantAddress, json!(facts.address_line()));
        }
        let submitted = look
            .as_ref()
            .and_then(|look| look.entry.accepted()?.receipt.as_ref())
            .map(|receipt| receipt.submitted_at.clone());
        let due = view.and_then(|view| view.due_at);
        for (at, day, time) in [
            (submitted, Field::ReceivedDay, Field::ReceivedTime),
            (due, Field::DueDay, Field::DueTime),
        ] {
            if let Some(at) = at.and_then(|at| at.parse::<Timestamp>().ok()) {
                let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::UTC);
                let local = at.to_zoned(zone);
                add(day, json!(local.date().to_string()));
                add(time, json!(local.strftime("%H:%M").to_string()));
            }
        }
        Ok(known)
    }
}
