import { invoke } from '@tauri-apps/api/core';
import type { AppInfo } from './bindings/AppInfo';
import type { BatchCorrected } from './bindings/BatchCorrected';
import type { BatchInfo } from './bindings/BatchInfo';
import type { BatchPreview } from './bindings/BatchPreview';
import type { BatchReading } from './bindings/BatchReading';
import type { BatchRowInfo } from './bindings/BatchRowInfo';
import type { BatchRowState } from './bindings/BatchRowState';
import type { CalendarInfo } from './bindings/CalendarInfo';
import type { CatalogueInfo } from './bindings/CatalogueInfo';
import type { CatalogueProgress } from './bindings/CatalogueProgress';
import type { CatalogueTaken } from './bindings/CatalogueTaken';
import type { Change } from './bindings/Change';
import type { ContactData } from './bindings/ContactData';
import type { ContactInfo } from './bindings/ContactInfo';
import type { DeskPapers } from './bindings/DeskPapers';
import type { DesktopsInfo } from './bindings/DesktopsInfo';
import type { DossierInfo } from './bindings/DossierInfo';
import type { DossierList } from './bindings/DossierList';
import type { DraftInfo } from './bindings/DraftInfo';
import type { DraftPatch } from './bindings/DraftPatch';
import type { DraftProblem } from './bindings/DraftProblem';
import type { DraftShare } from './bindings/DraftShare';
import type { Due } from './bindings/Due';
import type { EarlierDossier } from './bindings/EarlierDossier';
import type { EditId } from './bindings/EditId';
import type { ErrorView } from './bindings/ErrorView';
import type { Exported } from './bindings/Exported';
import type { Filled } from './bindings/Filled';
import type { Folder } from './bindings/Folder';
import type { Explanation } from './bindings/Explanation';
import type { FormPart } from './bindings/FormPart';
import type { Handover } from './bindings/Handover';
import type { InboxItemInfo } from './bindings/InboxItemInfo';
import type { LookUpView } from './bindings/LookUpView';
import type { NewProfile } from './bindings/NewProfile';
import type { OwnDay } from './bindings/OwnDay';
import type { PaperFields } from './bindings/PaperFields';
import type { PaperPlace } from './bindings/PaperPlace';
import type { PaperInfo } from './bindings/PaperInfo';
import type { PictureChoices } from './bindings/PictureChoices';
import type { PictureEdit } from './bindings/PictureEdit';
import type { PictureInfo } from './bindings/PictureInfo';
import type { PicturePage } from './bindings/PicturePage';
import type { PicturesProgress } from './bindings/PicturesProgress';
import type { PicturesSize } from './bindings/PicturesSize';
import type { PlaceHit } from './bindings/PlaceHit';
import type { ProcedureFilter } from './bindings/ProcedureFilter';
import type { ProcedureInfo } from './bindings/ProcedureInfo';
import type { ProcedureRow } from './bindings/ProcedureRow';
import type { ProfileDetails } from './bindings/ProfileDetails';
import type { ProvinceHit } from './bindings/ProvinceHit';
import type { ReadPlace } from './bindings/ReadPlace';
import type { RevisionChange } from './bindings/RevisionChange';
import type { SealRequest } from './bindings/SealRequest';
import type { SendRules } from './bindings/SendRules';
import type { Settings } from './bindings/Settings';
import type { SharingInfo } from './bindings/SharingInfo';
import type { StepInfo } from './bindings/StepInfo';
import type { StickKeyInfo } from './bindings/StickKeyInfo';
import type { StickTaken } from './bindings/StickTaken';
import type { SyncInfo } from './bindings/SyncInfo';
import type { WizardStep } from './bindings/WizardStep';
import type { WordTemplate } from './bindings/WordTemplate';
import { announceChanged } from './changed';

/** What a command was refused with. */
export class Refused extends Error {
  constructor(readonly view: ErrorView) {
    super(`${view.code}: ${view.message}`);
  }
}

/** Whatever was thrown, in the shape that the screens word. */
export function errorView(thrown: unknown): ErrorView {
  if (thrown instanceof Refused) return thrown.view;
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    const { code, message, fields } = thrown as Partial<ErrorView>;
    return { code: String(code), message: String(message), fields: fields ?? {} };
  }
  return {
    code: 'ui.unknown',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    fields: {},
  };
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    const view = errorView(thrown);
    // The core may have locked by itself; the window then shows the lock.
    if (view.code === 'lock.locked') announceChanged(['shut']);
    throw new Refused(view);
  }
}

/** Every command of the window, once. */
export const ipc = {
  appInfo: () => call<AppInfo>('app_info'),
  profileCreate: (profile: NewProfile) => call<AppInfo>('profile_create', { profile }),
  profileUnlock: (id: string, pin: string) => call<AppInfo>('profile_unlock', { id, pin }),
  profileUnlockKeyring: (id: string) => call<AppInfo>('profile_unlock_keyring', { id }),
  profileLock: () => call<AppInfo>('profile_lock'),
  profileLockIdle: () => call<AppInfo>('profile_lock_idle'),
  profileCheck: (details: ProfileDetails) => call<void>('profile_check', { details }),
  profileUpdate: (details: ProfileDetails) => call<AppInfo>('profile_update', { details }),
  contactInfo: () => call<ContactInfo | null>('contact_info'),
  contactKeep: (seen: EditId, data: ContactData) => call<ContactInfo>('contact_keep', { seen, data }),
  pinChange: (old: string, fresh: string) => call<void>('pin_change', { old, new: fresh }),
  settingsUpdate: (settings: Settings) => call<AppInfo>('settings_update', { settings }),
  activity: () => call<void>('activity'),
  signIn: () => call<AppInfo>('sign_in'),
  signInCancel: () => call<AppInfo>('sign_in_cancel'),
  signInTake: () => call<AppInfo>('sign_in_take'),
  signOut: () => call<AppInfo>('sign_out'),

  procedures: (filter: Partial<ProcedureFilter>) => call<ProcedureRow[]>('procedures', { filter }),
  procedureAgencies: () => call<string[]>('procedure_agencies'),
  checklistPrint: (code: string) => call<void>('checklist_print', { code }),
  checklistSave: (code: string) => call<string | null>('checklist_save', { code }),
  procedureFields: () => call<string[]>('procedure_fields'),
  procedure: (code: string) => call<ProcedureInfo>('procedure', { code }),

  catalogueInfo: () => call<CatalogueInfo>('catalogue_info'),
  catalogueTakePick: (trust: string | null) => call<CatalogueTaken | null>('catalogue_take_pick', { trust }),
  catalogueProgress: () => call<CatalogueProgress>('catalogue_progress'),
  catalogueStop: () => call<void>('catalogue_stop'),

  deskPapers: () => call<DeskPapers>('desk_papers'),
  deskPaperCreate: (code: string, dossier: string | null) =>
    call<DraftInfo>('desk_paper_create', { code, dossier }),

  batchTemplateSave: (procedure: string) => call<string | null>('batch_template_save', { procedure }),
  batchPick: (procedure: string) => call<BatchPreview | null>('batch_pick', { procedure }),
  batchLook: (procedure: string, reading: BatchReading) =>
    call<BatchPreview>('batch_look', { procedure, reading }),
  batchTake: (procedure: string, reading: BatchReading) =>
    call<BatchInfo>('batch_take', { procedure, reading }),
  batches: () => call<BatchInfo[]>('batches'),
  batch: (id: string) => call<BatchInfo>('batch', { id }),
  batchLines: (id: string, states: BatchRowState[], after: number, most: number) =>
    call<BatchRowInfo[]>('batch_lines', { id, states, after, most }),
  batchFix: (id: string, line: number, column: number, words: string) =>
    call<BatchRowInfo>('batch_fix', { id, line, column, words }),
  batchCorrectPick: (id: string) => call<BatchCorrected | null>('batch_correct_pick', { id }),
  batchReportSave: (id: string) => call<string | null>('batch_report_save', { id }),
  batchExport: (id: string, formats: ('pdf' | 'docx')[]) =>
    call<BatchInfo | null>('batch_export', { id, formats }),
  batchDrafts: (id: string) => call<BatchInfo>('batch_drafts', { id }),
  batchResume: (id: string) => call<BatchInfo>('batch_resume', { id }),
  batchStop: (id: string) => call<BatchInfo>('batch_stop', { id }),
  batchAgain: (id: string) => call<BatchInfo>('batch_again', { id }),
  batchFolder: (id: string) => call<void>('batch_folder', { id }),
  batchDiscard: (id: string) => call<void>('batch_discard', { id }),

  draftCreate: (procedure: string) => call<DraftInfo>('draft_create', { procedure }),
  draftOpen: (id: string) => call<DraftInfo>('draft_open', { id }),
  draftChange: (id: string, part: FormPart, change: Change) =>
    call<DraftPatch>('draft_change', { id, part, change }),
  draftConfirmSource: (id: string, part: FormPart, path: string) =>
    call<DraftPatch>('draft_confirm_source', { id, part, path }),
  draftFillCard: (id: string, part: FormPart, text: string) =>
    call<Filled>('draft_fill_card', { id, part, text }),
  draftEarlier: (id: string) => call<EarlierDossier[]>('draft_earlier', { id }),
  draftFillEarlier: (id: string, part: FormPart, from: string) =>
    call<Filled>('draft_fill_earlier', { id, part, from }),
  draftFillPaper: (id: string, part: FormPart, paper: string) =>
    call<Filled>('draft_fill_paper', { id, part, paper }),
  draftUndo: (id: string) => call<DraftPatch>('draft_undo', { id }),
  draftRedo: (id: string) => call<DraftPatch>('draft_redo', { id }),
  draftStep: (id: string, step: WizardStep, page: string) =>
    call<StepInfo[]>('draft_step', { id, step, page }),
  draftCheck: (id: string, step: WizardStep | null, page: string) =>
    call<DraftProblem[]>('draft_check', { id, step, page }),
  draftExplain: (id: string, part: FormPart, path: string) =>
    call<Explanation | null>('draft_explain', { id, part, path }),
  draftDifferences: (id: string) => call<RevisionChange[]>('draft_differences', { id }),
  draftHandover: (id: string, handover: Handover) => call<DraftPatch>('draft_handover', { id, handover }),
  draftDiscard: (id: string) => call<void>('draft_discard', { id }),
  draftShareState: (id: string) => call<DraftShare | null>('draft_share_state', { id }),
  draftShare: (id: string) => call<DraftInfo>('draft_share', { id }),
  draftUnshare: (id: string) => call<DraftInfo>('draft_unshare', { id }),
  draftTakeOver: (id: string, evenIfOpen: boolean) => call<DraftInfo>('draft_take_over', { id, evenIfOpen }),
  draftCopy: (id: string) => call<DraftInfo>('draft_copy', { id }),
  draftRestore: (id: string) => call<void>('draft_restore', { id }),

  placesCommunes: (query: string, province: string) =>
    call<PlaceHit[]>('places_communes', { query, province }),
  placesProvinces: () => call<ProvinceHit[]>('places_provinces'),
  placeRead: (text: string) => call<ReadPlace | null>('place_read', { text }),

  paperPreview: (id: string) => call<ArrayBuffer>('paper_preview', { id }),
  paperPlaces: (id: string) => call<PaperPlace[]>('paper_places', { id }),
  paperExport: (id: string, format: 'pdf' | 'docx') => call<Exported | null>('paper_export', { id, format }),
  paperAttach: (id: string) => call<DraftPatch>('paper_attach', { id }),
  paperOpen: (id: string) => call<void>('paper_open', { id }),
  paperPrint: (id: string) => call<void>('paper_print', { id }),
  wordTemplate: (id: string) => call<WordTemplate>('word_template', { id }),
  wordTemplateChoose: (id: string) => call<WordTemplate | null>('word_template_choose', { id }),
  wordTemplateForget: (id: string) => call<WordTemplate>('word_template_forget', { id }),

  attachmentPick: (id: string, component: string) =>
    call<DraftPatch | null>('attachment_pick', { id, component }),
  attachmentDrop: (id: string, component: string, paths: string[]) =>
    call<DraftPatch>('attachment_drop', { id, component, paths }),
  attachmentFromVault: (id: string, component: string, paper: string) =>
    call<DraftPatch>('attachment_from_vault', { id, component, paper }),
  attachmentFromInbox: (id: string, component: string, path: string) =>
    call<DraftPatch>('attachment_from_inbox', { id, component, path }),
  attachmentRemove: (id: string, attachment: string) =>
    call<DraftPatch>('attachment_remove', { id, attachment }),
  attachmentRestore: (id: string, attachment: string) =>
    call<DraftPatch>('attachment_restore', { id, attachment }),
  attachmentOpen: (id: string, attachment: string) => call<void>('attachment_open', { id, attachment }),
  attachmentSave: (id: string, attachment: string) =>
    call<string | null>('attachment_save', { id, attachment }),

  picturesPick: () => call<PictureInfo[] | null>('pictures_pick'),
  pictureLook: (page: number, edit: PictureEdit, edge: number) =>
    call<ArrayBuffer>('picture_look', { page, edit, edge }),
  picturesSize: (id: string, component: string, pages: PicturePage[]) =>
    call<PicturesSize>('pictures_size', { id, component, pages }),
  picturesProgress: () => call<PicturesProgress>('pictures_progress'),
  picturesStop: () => call<void>('pictures_stop'),
  picturesAttach: (id: string, component: string, pages: PicturePage[], choices: PictureChoices) =>
    call<DraftPatch>('pictures_attach', { id, component, pages, choices }),
  picturesChoices: () => call<PictureChoices>('pictures_choices'),
  picturesEnd: () => call<void>('pictures_end'),

  inboxChoose: () => call<Settings | null>('inbox_choose'),
  inboxList: () => call<InboxItemInfo[]>('inbox_list'),
  inboxStop: () => call<Settings>('inbox_stop'),

  vaultList: (trash: boolean) => call<PaperInfo[]>('vault_list', { trash }),
  vaultAdd: (kind: string) => call<PaperInfo[] | null>('vault_add', { kind }),
  vaultOpen: (id: string) => call<void>('vault_open', { id }),
  vaultSave: (id: string) => call<string | null>('vault_save', { id }),
  vaultDescribe: (id: string, fields: PaperFields) => call<PaperInfo>('vault_describe', { id, fields }),
  vaultDescribeCard: (id: string, text: string) => call<PaperInfo>('vault_describe_card', { id, text }),
  vaultRemove: (id: string) => call<void>('vault_remove', { id }),
  vaultRestore: (id: string) => call<void>('vault_restore', { id }),
  vaultPurge: (id: string) => call<void>('vault_purge', { id }),

  dossierSeal: (request: SealRequest) => call<DossierInfo>('dossier_seal', { request }),
  dossiers: (folder: Folder | null, query: string) => call<DossierList>('dossiers', { folder, query }),
  dossier: (id: string) => call<DossierInfo>('dossier', { id }),
  windowClosing: (now: boolean) => call<void>('window_closing', { now }),
  due: () => call<Due[]>('due'),
  calendar: () => call<CalendarInfo>('calendar'),
  calendarSet: (days: OwnDay[]) => call<CalendarInfo>('calendar_set', { days }),
  calendarSetAside: () => call<CalendarInfo>('calendar_set_aside'),
  dossierSupplement: (id: string) => call<DraftInfo>('dossier_supplement', { id }),
  dossierCopy: (id: string) => call<DraftInfo>('dossier_copy', { id }),
  dossierSendAsIs: (id: string) => call<DossierInfo>('dossier_send_as_is', { id }),
  dossierSendNow: (id: string) => call<DossierInfo>('dossier_send_now', { id }),
  dossierCancel: (id: string) => call<DraftInfo | null>('dossier_cancel', { id }),
  dossierConfirm: (id: string, code: string) => call<DossierInfo>('dossier_confirm', { id, code }),
  dossierConfirmAgain: (id: string) => call<DossierInfo>('dossier_confirm_again', { id }),
  postLabelPrint: (id: string) => call<void>('post_label_print', { id }),
  postLabelSave: (id: string) => call<string | null>('post_label_save', { id }),
  dossierWithdraw: (id: string, reason: string) => call<DossierInfo>('dossier_withdraw', { id, reason }),
  dossierRate: (id: string, score: number, comment: string) =>
    call<DossierInfo>('dossier_rate', { id, score, comment }),
  dossierFileOpen: (id: string, file: string, version: string | null) =>
    call<void>('dossier_file_open', { id, file, version }),
  dossierFileSave: (id: string, file: string, version: string | null) =>
    call<string | null>('dossier_file_save', { id, file, version }),

  lookUp: (code: string) => call<LookUpView>('look_up', { code }),
  lookUps: () => call<LookUpView[]>('look_ups'),
  lookUpForget: (code: string | null) => call<LookUpView[]>('look_up_forget', { code }),
  desktops: () => call<DesktopsInfo>('desktops'),
  desktopAdd: (code: string, name: string) => call<DesktopsInfo>('desktop_add', { code, name }),
  desktopRemove: (fingerprint: string) => call<DesktopsInfo>('desktop_remove', { fingerprint }),
  sharing: () => call<SharingInfo>('sharing'),

  stickKeys: () => call<StickKeyInfo>('stick_keys'),
  stickExport: (id: string, desktop: string) => call<string | null>('stick_export', { id, desktop }),
  stickTakePick: (trust: string | null) => call<StickTaken | null>('stick_take_pick', { trust }),
  stickReceiptPick: () => call<DossierInfo | null>('stick_receipt_pick'),

  syncInfo: () => call<SyncInfo>('sync_info'),
  syncNow: () => call<void>('sync_now'),
  syncPause: (on: boolean) => call<SyncInfo>('sync_pause', { on }),
  syncRetry: (id: string) => call<void>('sync_retry', { id }),
  syncRules: (rules: SendRules) => call<SyncInfo>('sync_rules', { rules }),

  paymentStart: (dossier: string, fee: string) => call<DossierInfo>('payment_start', { dossier, fee }),
  paymentOpen: (dossier: string, fee: string) => call<void>('payment_open', { dossier, fee }),
  paymentCheck: (dossier: string) => call<DossierInfo>('payment_check', { dossier }),
};
