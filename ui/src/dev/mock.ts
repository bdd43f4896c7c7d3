import { mockIPC, mockWindows } from '@tauri-apps/api/mocks';
import { putAt, valueAt } from '@/form/path';
import type { AppInfo } from '@/lib/bindings/AppInfo';
import type { Change } from '@/lib/bindings/Change';
import type { ComponentState } from '@/lib/bindings/ComponentState';
import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftPatch } from '@/lib/bindings/DraftPatch';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { Explanation } from '@/lib/bindings/Explanation';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { Patch } from '@/lib/bindings/Patch';
import type { OwnDay } from '@/lib/bindings/OwnDay';
import type { ProcedureFilter } from '@/lib/bindings/ProcedureFilter';
import type { SendRules } from '@/lib/bindings/SendRules';
import type { SyncInfo } from '@/lib/bindings/SyncInfo';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { WizardStep } from '@/lib/bindings/WizardStep';
import { matches } from '@/lib/text';
import * as data from './data';
import { definition, MockForm, type Definition } from './forms';
import { samplePaper } from './paper';

type Args = { [name: string]: unknown };

let info: AppInfo = structuredClone(data.app);
let components: ComponentState[] = structuredClone(data.components);
let step: WizardStep = 'applicant';
let page = '';
let rows = [...data.rows];
let trash = [] as typeof data.papers;
let papers = [...data.papers];
let picked = 1;

const forms: Record<FormPart, MockForm> = {
  applicant: new MockForm(definition('_applicant'), { ho_ten: 'Lê Văn Mẫu', so_dinh_danh: '062092000017' }),
  form: new MockForm(definition('1.001193'), {}),
};

const now = () => new Date().toISOString();
const steps = (): DraftPatch['steps'] => [
  { step: 'applicant', state: forms.applicant.missing('').length > 0 ? 'incomplete' : 'done' },
  { step: 'form', state: forms.form.missing('').length > 0 ? 'incomplete' : 'done' },
  { step: 'components', state: 'todo' },
  { step: 'fees', state: 'todo' },
  { step: 'review', state: 'todo' },
];

const EMPTY: Patch = {
  rows: [],
  values: {},
  hidden: {},
  sources: {},
  warnings: {},
  overrides: {},
  blocked: {},
};

const patch = (part: FormPart | null = null, changed: Patch = EMPTY): DraftPatch => ({
  part,
  patch: changed,
  fee: null,
  components: structuredClone(components),
  steps: steps(),
  paper: components[0]?.files.length ? 'fresh' : 'none',
  canUndo: true,
  canRedo: false,
  savedAt: now(),
});

function draft(): DraftInfo {
  return {
    id: 'd1',
    procedure: '1.001193',
    title: 'Đăng ký khai sinh',
    subject: 'Lê Nguyễn Minh Ước',
    step,
    page,
    applicant: forms.applicant.view({ ho_ten: 'profile', so_dinh_danh: 'profile' }),
    form: forms.form.view(),
    components: structuredClone(components),
    fee: {
      lines: [{ name: 'Bản sao trích lục khai sinh', unit: 8000, quantity: 3, amount: 24_000, note: '' }],
      total: 24_000,
      totalInWords: 'Hai mươi bốn nghìn đồng',
      announced: false,
      unknown: false,
      asOf: '01/11/2026',
    },
    agencyLevel: null,
    handover: {
      delivery: { how: 'electronic' },
      originals: null,
      notices: [],
      pay: 'online',
      agency: null,
      agencySuggested: null,
    },
    steps: steps(),
    paper: 'none',
    canUndo: false,
    canRedo: false,
    savedAt: now(),
    supplement: null,
    readOnly: '',
    share: null,
    declaration:
      'Tôi chắc chắn rằng các thông tin khai báo trên là đúng sự thật và đồng ý chịu trách nhiệm trước pháp luật về lời khai trên',
    declarationVersion: '1',
  };
}

function change(part: FormPart, one: Change): DraftPatch {
  const form = forms[part];
  const batch: Patch = { ...EMPTY, values: {}, hidden: {} };
  const before = new Set(form.hidden);
  const path = one.op === 'batch' ? '' : one.path;
  const list = (valueAt(form.data, path) ?? []) as JsonValue[];
  if (one.op === 'set') putAt(form.data, path, one.value);
  else if (one.op === 'clear') putAt(form.data, path, undefined);
  else if (one.op === 'insertRow') putAt(form.data, path, list.toSpliced(one.index, 0, one.value));
  else if (one.op === 'removeRow') putAt(form.data, path, list.toSpliced(one.index, 1));
  else if (one.op === 'moveRow') {
    const [row] = list.slice(one.from, one.from + 1);
    putAt(form.data, path, list.toSpliced(one.from, 1).toSpliced(one.to, 0, row ?? null));
  } else if (one.op === 'batch') {
    for (const inner of one.changes) {
      const { values, hidden } = change(part, inner).patch;
      Object.assign(batch.values, values);
      Object.assign(batch.hidden, hidden);
    }
    return patch(part, batch);
  }
  form.hide();
  const hidden = Object.fromEntries(
    [...new Set([...before, ...form.hidden])]
      .filter((node) => before.has(node) !== form.hidden.has(node))
      .map((node) => [node, form.hidden.has(node)]),
  );
  return patch(part, {
    ...EMPTY,
    values: { [path]: valueAt(form.data, path) ?? null },
    hidden,
    sources: { [path]: null },
  });
}

function check(wanted: WizardStep | null, key: string): DraftProblem[] {
  const parts: FormPart[] = ['applicant', 'form'];
  const answers = parts
    .filter((part) => wanted === null || wanted === part)
    .flatMap((part) =>
      forms[part].missing(part === 'form' ? key : '').map((one) => ({
        step: part,
        page: part === 'form' ? one.page : '',
        path: one.path,
        rule: 'required',
        message: `Hãy điền mục “${one.label}”.`,
      })),
    );
  const files = components
    .filter((one) => (wanted === null || wanted === 'components') && one.required && one.files.length === 0)
    .map((one) => ({
      step: 'components' as const,
      page: '',
      path: one.code,
      rule: 'component.missing',
      message: `Còn thiếu: ${one.name}.`,
    }));
  return [...answers, ...files];
}

function attach(code: string, name: string, origin: string): DraftPatch {
  components = components.map((one) =>
    one.code === code
      ? {
          ...one,
          files: [
            ...one.files,
            {
              id: crypto.randomUUID(),
              name,
              mediaType: 'application/pdf',
              size: 240_000,
              origin,
              stale: false,
            },
          ],
        }
      : one,
  );
  return patch();
}

const handlers: Record<string, (args: Args) => unknown> = {
  app_info: () => info,
  profile_create: () => (info = { ...info, lock: 'open' }),
  profile_unlock: ({ pin }) => {
    if (pin !== '123456') throw { code: 'lock.wrong_pin', message: 'wrong PIN', fields: { seconds: '5' } };
    return (info = { ...info, lock: 'open' });
  },
  profile_unlock_keyring: () => (info = { ...info, lock: 'open' }),
  profile_lock: () => (info = { ...info, lock: 'locked' }),
  profile_lock_idle: () => (info = { ...info, lock: 'locked' }),
  profile_check: () => undefined,
  profile_update: ({ details }) => (info = { ...info, profile: details as AppInfo['profile'] }),
  contact_info: () => null,
  settings_update: ({ settings }) => (info = { ...info, settings: settings as AppInfo['settings'] }),
  sign_in: () => (info = { ...info, session: { state: 'signingIn' } }),
  sign_in_cancel: () => (info = { ...info, session: { state: 'signedOut' } }),
  sign_in_take: () =>
    (info = { ...info, session: { state: 'signedIn', name: 'Nguyễn Thị An', identity: '001090000001' } }),
  sign_out: () => (info = { ...info, session: { state: 'signedOut' } }),
  procedures: ({ filter }) => {
    const { query, field, level, agency, service } = filter as unknown as ProcedureFilter;
    return data.procedures.filter(
      (one) =>
        matches(one.name, query) &&
        (!field || one.field === field) &&
        (!level || one.level === level) &&
        (!agency || one.agency === agency) &&
        (!service || one.fullOnline === (service === 'full')),
    );
  },
  procedure_agencies: () => [...new Set(data.procedures.map((one) => one.agency))],
  checklist_print: () => null,
  checklist_save: () => '/home/an/danh-muc.pdf',
  procedure_fields: () => [...new Set(data.procedures.map((one) => one.field))],
  procedure: ({ code }) => {
    const found = data.procedures.find((one) => one.code === String(code));
    if (!found) throw { code: 'not_found', message: 'no such procedure', fields: {} };
    return data.procedureInfo(found);
  },
  paper_places: () => [],
  desk_papers: () => ({ papers: [], begun: [] }),
  desk_paper_create: draft,
  draft_create: draft,
  draft_open: draft,
  draft_change: (args) => change(args['part'] as FormPart, args['change'] as Change),
  draft_confirm_source: (args) =>
    patch(args['part'] as FormPart, { ...EMPTY, sources: { [String(args['path'])]: null } }),
  draft_undo: () => patch(),
  draft_redo: () => patch(),
  draft_step: (args) => {
    step = args['step'] as WizardStep;
    page = String(args['page']);
    return steps();
  },
  draft_earlier: () => [],
  places_communes: () => [],
  places_provinces: () => [],
  place_read: () => null,
  draft_check: (args) => check(args['step'] as WizardStep | null, String(args['page'])),
  draft_explain: ({ part, path }): Explanation => ({
    path: String(path),
    definition: { type: 'textfield', key: String(path) },
    answer: valueAt(forms[part as FormPart].data, String(path)) ?? null,
    hidden: forms[part as FormPart].hidden.has(String(path)),
    hiddenBy: '',
    source: '',
    overrides: {},
    rules: [
      {
        of: String(path),
        what: 'customConditional',
        text: "show = data.quan_he === 'cha'",
        reads: [{ path: 'quan_he', answer: 'me' }],
        result: { is: 'shown' },
      },
    ],
    refused: [{ what: 'calculateValue', reason: 'asks for `fetch`, which a form has no access to' }],
  }),
  draft_handover: () => patch(),
  draft_discard: () => void (rows = rows.filter((one) => one.draft !== 'd1')),
  draft_restore: () => void (rows = [...data.rows]),
  paper_preview: () =>
    samplePaper(['TO KHAI DANG KY KHAI SINH', JSON.stringify(forms.form.data).slice(0, 60)]),
  paper_export: ({ format }) => ({ path: `/home/mau/to-khai.${String(format)}`, unfilled: [] }),
  word_template: () => ({ own: '', fromPack: false, unfilled: [], unused: [] }),
  word_template_choose: () => ({ own: 'mau.docx', fromPack: false, unfilled: [], unused: [] }),
  word_template_forget: () => ({ own: '', fromPack: false, unfilled: [], unused: [] }),
  paper_attach: () => attach('TK', 'to-khai-dang-ky-khai-sinh.pdf', 'export'),
  pictures_pick: () => [{ page: picked++, name: 'IMG_0001.jpg', quarterTurns: 0, askew: 1.5 }],
  picture_look: () => new ArrayBuffer(0),
  pictures_size: () => ({ bytes: 812_000, limit: 10 << 20, fits: true, dpi: 240 }),
  pictures_progress: () => ({ reading: 0, done: 1 }),
  pictures_stop: () => null,
  pictures_attach: ({ component }) => attach(String(component), 'IMG_0001.pdf', 'photo'),
  pictures_choices: () => ({ whiten: false, straighten: false }),
  pictures_end: () => null,
  attachment_pick: ({ component }) => attach(String(component), 'giay-chung-sinh.pdf', 'picked'),
  attachment_from_vault: ({ component }) => attach(String(component), 'CCCD Lê Văn Mẫu.pdf', 'vault'),
  attachment_remove: ({ attachment }) => {
    components = components.map((one) => ({
      ...one,
      files: one.files.filter((file) => file.id !== String(attachment)),
    }));
    return patch();
  },
  attachment_restore: () => attach('K1', 'giay-chung-sinh.pdf', 'picked'),
  inbox_choose: () =>
    (info = { ...info, settings: { ...info.settings, scanFolder: '/home/mau/Scan' } }).settings,
  inbox_stop: () => (info = { ...info, settings: { ...info.settings, scanFolder: null } }).settings,
  inbox_list: () => [],
  vault_list: (args) => (args['trash'] ? trash : papers),
  vault_add: () => null,
  vault_remove: () => {
    trash = papers;
    papers = [];
  },
  vault_restore: () => {
    papers = trash;
    trash = [];
  },
  dossier_seal: () => data.dossier(data.rows[1]!),
  dossiers: ({ folder, query }) => ({
    folders: [
      'unsent',
      'outbox',
      'failed',
      'conflict',
      'sent',
      'awaitingPayment',
      'supplementRequested',
      'processing',
      'returned',
      'rejected',
    ].map((one) => ({ folder: one, count: rows.filter((row) => row.folder === one).length })),
    rows: rows.filter(
      (row) =>
        (!folder || row.folder === folder) &&
        matches(`${row.title} ${row.subject} ${row.code}`, String(query)),
    ),
    refreshedAt: now(),
    leftOut: false,
  }),
  dossier: ({ id }) => data.dossier(rows.find((one) => one.dossier === String(id)) ?? data.rows[1]!),
  dossier_supplement: draft,
  dossier_copy: draft,
  window_closing: () => null,
  due: () => [],
  calendar: () => data.calendar,
  calendar_set: ({ days }) => {
    data.calendar.own = days as OwnDay[];
    return data.calendar;
  },
  calendar_set_aside: () => ({ ...data.calendar, broken: [] }),
  dossier_cancel: draft,
  dossier_confirm: ({ id }) => data.dossier(rows.find((one) => one.dossier === String(id)) ?? data.rows[1]!),
  dossier_confirm_again: ({ id }) =>
    data.dossier(rows.find((one) => one.dossier === String(id)) ?? data.rows[1]!),
  post_label_print: () => null,
  post_label_save: () => '/home/an/nhan-buu-gui.pdf',
  dossier_withdraw: ({ id, reason }) => ({
    ...data.dossier(rows.find((one) => one.dossier === String(id)) ?? data.rows[1]!),
    mayWithdraw: false,
    withdrawal: { reason: String(reason), state: 'waiting', trouble: null },
  }),
  dossier_rate: ({ id, score, comment }) => ({
    ...data.dossier(rows.find((one) => one.dossier === String(id)) ?? data.rows[1]!),
    mayRate: false,
    rating: { score: Number(score), comment: String(comment), state: 'waiting', trouble: null },
  }),
  look_up: ({ code }) => ({ ...data.lookUps[0], code }),
  look_ups: () => data.lookUps,
  look_up_forget: () => [],
  catalogue_info: () => ({
    procedures: 15,
    source: 'portal',
    asOf: '2026-11-20T01:00:00Z',
    takenAt: now(),
    portal: '',
  }),
  catalogue_take_pick: () => null,
  catalogue_progress: () => ({ done: 0, total: 0 }),
  desktops: () => ({
    code: `hoso-may:age12pk5zvq7j8k5k3fs3huclvcnhm4ajc3qhacz4psz4q3km3x3t9vq9yhhxg:${'A'.repeat(43)}=`,
    fingerprint: '0A1B-2C3D-4E5F-6071',
    portalKeeps: true,
    desktops: [{ name: 'Máy ở cơ quan', fingerprint: '7F6E-5D4C-3B2A-1908' }],
  }),
  sharing: () => ({ ready: true, notForUs: 0, strangers: 0, broken: 0 }),
  stick_keys: () => ({
    recipient: 'age12pk5zvq7j8k5k3fs3huclvcnhm4ajc3qhacz4psz4q3km3x3t9vq9yhhxg',
    fingerprint: '0A1B-2C3D-4E5F-6071',
    portalKnown: true,
    told: true,
  }),
  stick_export: () => '/media/usb/ho-so.hoso',
  stick_take_pick: () => null,
  stick_receipt_pick: () => null,
  sync_info: () => sync(),
  sync_pause: (args) => ({ ...sync(), paused: args['on'] }),
  sync_rules: (args) => {
    rules = args['rules'] as SendRules;
    return sync();
  },
};

let rules: SendRules = { hours: null, spareMetered: true, alwaysMetered: false, bytesPerSecond: null };

const sync = (): SyncInfo => ({
  online: false,
  paused: false,
  busy: false,
  refreshedAt: now(),
  queue: data.queue,
  clockOffSeconds: 0,
  rules,
  metered: false,
  receiptsSigned: true,
  otherVersion: false,
});

/** The forms that the benches measure. */
type Large = {
  longForm(): Definition;
  rowsForm(): Definition;
  rows(): JsonValue[];
};
const large = import.meta.glob<Large>('../../../tests/journeys/bench/large-forms.mjs');

async function useLargeForm(name: string): Promise<void> {
  const made = await Object.values(large)[0]?.();
  if (!made) return;
  forms.form = new MockForm(
    name === 'rows' ? made.rowsForm() : made.longForm(),
    name === 'rows' ? { nguoi: made.rows() } : {},
  );
}

/**
 * Answers the window's commands with invented data; `?lock=firstStart` and the like choose the state it starts in,
 * `?form=long` and `?form=rows` large forms.
 */
export async function installMock(): Promise<void> {
  const params = new URLSearchParams(location.search);
  const form = params.get('form');
  if (form) await useLargeForm(form);
  info = {
    ...info,
    lock: (params.get('lock') as AppInfo['lock']) ?? info.lock,
    settings: {
      ...info.settings,
      theme: (params.get('theme') as AppInfo['settings']['theme']) ?? info.settings.theme,
      zoom: Number(params.get('zoom') ?? info.settings.zoom),
      language: params.get('language') ?? info.settings.language,
      formLayout: (params.get('layout') as AppInfo['settings']['formLayout']) ?? info.settings.formLayout,
      previewOpen: params.get('paper') !== 'no',
    },
  };
  step = (params.get('step') as WizardStep) ?? step;
  page = params.get('page') ?? page;
  mockWindows('main');
  mockIPC((command, args) => handlers[command]?.((args ?? {}) as Args), { shouldMockEvents: true });
}
