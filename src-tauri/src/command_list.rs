// Every command of the window, once: name, arguments, answer. Read by `commands.rs` and, for the permissions, by `build.rs`.

macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            app_info() -> AppInfo;
            profile_create(profile: NewProfile) -> AppInfo;
            profile_unlock(id: String, pin: String) -> AppInfo;
            profile_unlock_keyring(id: String) -> AppInfo;
            profile_lock() -> AppInfo;
            profile_lock_idle() -> AppInfo;
            profile_check(details: ProfileDetails) -> ();
            profile_update(details: ProfileDetails) -> AppInfo;
            contact_info() -> Option<ContactInfo>;
            contact_keep(seen: EditId, data: ContactData) -> ContactInfo;
            pin_change(old: String, new: String) -> ();
            settings_update(settings: Settings) -> AppInfo;
            activity() -> ();
            sign_in() -> AppInfo;
            sign_in_cancel() -> AppInfo;
            sign_in_take() -> AppInfo;
            sign_out() -> AppInfo;

            procedures(filter: ProcedureFilter) -> Vec<ProcedureRow>;
            procedure_fields() -> Vec<String>;
            procedure_agencies() -> Vec<String>;
            checklist_print(code: String) -> ();
            checklist_save(code: String) -> Option<String>;
            procedure(code: String) -> ProcedureInfo;

            catalogue_info() -> CatalogueInfo;
            catalogue_take_pick(trust: Option<String>) -> Option<CatalogueTaken>;
            catalogue_progress() -> CatalogueProgress;
            catalogue_stop() -> ();

            desk_papers() -> DeskPapers;
            desk_paper_create(code: String, dossier: Option<DossierId>) -> DraftInfo;

            batch_template_save(procedure: String) -> Option<String>;
            batch_pick(procedure: String) -> Option<BatchPreview>;
            batch_look(procedure: String, reading: BatchReading) -> BatchPreview;
            batch_take(procedure: String, reading: BatchReading) -> BatchInfo;
            batches() -> Vec<BatchInfo>;
            batch(id: Uuid) -> BatchInfo;
            batch_lines(id: Uuid, states: Vec<BatchRowState>, after: u32, most: u32) -> Vec<BatchRowInfo>;
            batch_fix(id: Uuid, line: u32, column: usize, words: String) -> BatchRowInfo;
            batch_correct_pick(id: Uuid) -> Option<BatchCorrected>;
            batch_report_save(id: Uuid) -> Option<String>;
            batch_export(id: Uuid, formats: Vec<PaperFormat>) -> Option<BatchInfo>;
            batch_drafts(id: Uuid) -> BatchInfo;
            batch_resume(id: Uuid) -> BatchInfo;
            batch_stop(id: Uuid) -> BatchInfo;
            batch_again(id: Uuid) -> BatchInfo;
            batch_folder(id: Uuid) -> ();
            batch_discard(id: Uuid) -> ();

            draft_create(procedure: String) -> DraftInfo;
            draft_open(id: DraftId) -> DraftInfo;
            draft_change(id: DraftId, part: FormPart, change: Change) -> DraftPatch;
            draft_confirm_source(id: DraftId, part: FormPart, path: String) -> DraftPatch;
            draft_undo(id: DraftId) -> DraftPatch;
            draft_redo(id: DraftId) -> DraftPatch;
            draft_step(id: DraftId, step: WizardStep, page: String) -> Vec<StepInfo>;
            draft_check(id: DraftId, step: Option<WizardStep>, page: String) -> Vec<DraftProblem>;
            draft_explain(id: DraftId, part: FormPart, path: String) -> Option<Explanation>;
            draft_differences(id: DraftId) -> Vec<RevisionChange>;
            draft_handover(id: DraftId, handover: Handover) -> DraftPatch;
            draft_discard(id: DraftId) -> ();
            draft_share_state(id: DraftId) -> Option<DraftShare>;
            draft_share(id: DraftId) -> DraftInfo;
            draft_unshare(id: DraftId) -> DraftInfo;
            draft_take_over(id: DraftId, even_if_open: bool) -> DraftInfo;
            draft_copy(id: DraftId) -> DraftInfo;
            draft_restore(id: DraftId) -> ();

            draft_fill_card(id: DraftId, part: FormPart, text: String) -> Filled;
            draft_earlier(id: DraftId) -> Vec<EarlierDossier>;
            draft_fill_earlier(id: DraftId, part: FormPart, from: DraftId) -> Filled;
            draft_fill_paper(id: DraftId, part: FormPart, paper: PaperId) -> Filled;

            places_communes(query: String, province: String) -> Vec<PlaceHit>;
            places_provinces() -> Vec<ProvinceHit>;
            place_read(text: String) -> Option<ReadPlace>;

            paper_places(id: DraftId) -> Vec<PaperPlace>;
            paper_export(id: DraftId, format: PaperFormat) -> Option<Exported>;
            paper_attach(id: DraftId) -> DraftPatch;
            paper_open(id: DraftId) -> ();
            paper_print(id: DraftId) -> ();
            word_template(id: DraftId) -> WordTemplate;
            word_template_choose(id: DraftId) -> Option<WordTemplate>;
            word_template_forget(id: DraftId) -> WordTemplate;

            attachment_pick(id: DraftId, component: String) -> Option<DraftPatch>;
            attachment_drop(id: DraftId, component: String, paths: Vec<String>) -> DraftPatch;
            attachment_from_vault(id: DraftId, component: String, paper: PaperId) -> DraftPatch;
            attachment_from_inbox(id: DraftId, component: String, path: String) -> DraftPatch;
            attachment_remove(id: DraftId, attachment: AttachmentId) -> DraftPatch;
            attachment_restore(id: DraftId, attachment: AttachmentId) -> DraftPatch;
            attachment_open(id: DraftId, attachment: AttachmentId) -> ();
            attachment_save(id: DraftId, attachment: AttachmentId) -> Option<String>;

            pictures_pick() -> Option<Vec<PictureInfo>>;
            pictures_size(id: DraftId, component: String, pages: Vec<PicturePage>) -> PicturesSize;
            pictures_progress() -> PicturesProgress;
            pictures_stop() -> ();
            pictures_attach(id: DraftId, component: String, pages: Vec<PicturePage>, choices: PictureChoices) -> DraftPatch;
            pictures_choices() -> PictureChoices;
            pictures_end() -> ();

            inbox_choose() -> Option<Settings>;
            inbox_list() -> Vec<InboxItemInfo>;
            inbox_stop() -> Settings;

            vault_list(trash: bool) -> Vec<PaperInfo>;
            vault_add(kind: String) -> Option<Vec<PaperInfo>>;
            vault_open(id: PaperId) -> ();
            vault_save(id: PaperId) -> Option<String>;
            vault_describe(id: PaperId, fields: PaperFields) -> PaperInfo;
            vault_describe_card(id: PaperId, text: String) -> PaperInfo;
            vault_remove(id: PaperId) -> ();
            vault_restore(id: PaperId) -> ();
            vault_purge(id: PaperId) -> ();

            dossier_seal(request: SealRequest) -> DossierInfo;
            dossiers(folder: Option<Folder>, query: String) -> DossierList;
            dossier(id: DossierId) -> DossierInfo;
            due() -> Vec<Due>;
            calendar() -> CalendarInfo;
            calendar_set(days: Vec<OwnDay>) -> CalendarInfo;
            calendar_set_aside() -> CalendarInfo;
            dossier_supplement(id: DossierId) -> DraftInfo;
            dossier_copy(id: DossierId) -> DraftInfo;
            dossier_send_as_is(id: DossierId) -> DossierInfo;
            dossier_send_now(id: DossierId) -> DossierInfo;
            dossier_cancel(id: DossierId) -> Option<DraftInfo>;
            dossier_confirm(id: DossierId, code: String) -> DossierInfo;
            dossier_confirm_again(id: DossierId) -> DossierInfo;
            post_label_print(id: DossierId) -> ();
            post_label_save(id: DossierId) -> Option<String>;
            dossier_withdraw(id: DossierId, reason: String) -> DossierInfo;
            dossier_rate(id: DossierId, score: u8, comment: String) -> DossierInfo;
            dossier_file_open(id: DossierId, file: String, version: Option<Sha256>) -> ();
            dossier_file_save(id: DossierId, file: String, version: Option<Sha256>) -> Option<String>;

            look_up(code: String) -> LookUpView;
            look_ups() -> Vec<LookUpView>;
            look_up_forget(code: Option<String>) -> Vec<LookUpView>;

            desktops() -> DesktopsInfo;
            desktop_add(code: String, name: String) -> DesktopsInfo;
            desktop_remove(fingerprint: String) -> DesktopsInfo;
            sharing() -> SharingInfo;

            stick_keys() -> StickKeyInfo;
            stick_export(id: DossierId, desktop: String) -> Option<String>;
            stick_take_pick(trust: Option<String>) -> Option<StickTaken>;
            stick_receipt_pick() -> Option<DossierInfo>;

            sync_info() -> SyncInfo;
            sync_now() -> ();
            sync_pause(on: bool) -> SyncInfo;
            sync_retry(id: DossierId) -> ();
            sync_rules(rules: SendRules) -> SyncInfo;

            payment_start(dossier: DossierId, fee: String) -> DossierInfo;
            payment_open(dossier: DossierId, fee: String) -> ();
            payment_check(dossier: DossierId) -> DossierInfo;
        }
    };
}
