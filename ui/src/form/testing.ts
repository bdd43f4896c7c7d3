import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftPatch } from '@/lib/bindings/DraftPatch';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { FormState } from '@/lib/bindings/FormState';
import type { Node } from '@/lib/bindings/Node';
import type { Patch } from '@/lib/bindings/Patch';

/** A component as the core would describe it; for tests and for looking at screens without the core. */
export function node(kind: string, more: Partial<Node> = {}): Node {
  return {
    key: 'answer',
    path: more.key ?? 'answer',
    kind,
    label: 'Câu hỏi',
    hideLabel: false,
    hint: '',
    placeholder: '',
    required: false,
    disabled: false,
    multiple: false,
    choices: [],
    questions: [],
    html: '',
    attributes: {},
    children: [],
    ...more,
  };
}

export const noPatch: Patch = {
  rows: [],
  values: {},
  hidden: {},
  sources: {},
  warnings: {},
  overrides: {},
  blocked: {},
};

export function draftPatch(
  part: FormPart | null,
  patch: Partial<Patch> = {},
  more: Partial<DraftPatch> = {},
): DraftPatch {
  return {
    part,
    patch: { ...noPatch, ...patch },
    fee: null,
    components: null,
    steps: [],
    paper: 'none',
    canUndo: true,
    canRedo: false,
    savedAt: '2026-11-21T10:42:00+07:00',
    ...more,
  };
}

/** A draft with these components in its form. */
export function draftInfo(nodes: Node[], state: Partial<FormState> = {}): DraftInfo {
  const empty: FormState = { data: {}, hidden: [], sources: {}, warnings: {}, overrides: {}, blocked: {} };
  return {
    id: 'draft',
    procedure: '1.001193',
    title: 'Đăng ký khai sinh',
    subject: '',
    step: 'form',
    page: '',
    applicant: { title: 'Người nộp', nodes: [], state: empty },
    form: { title: 'Tờ khai', nodes, state: { ...empty, ...state } },
    components: [],
    fee: { lines: [], total: 0, totalInWords: '', announced: false, unknown: false, asOf: '' },
    agencyLevel: null,
    handover: {
      delivery: { how: 'electronic' },
      originals: null,
      notices: [],
      pay: 'online',
      agency: null,
      agencySuggested: null,
    },
    steps: [],
    paper: 'none',
    canUndo: false,
    canRedo: false,
    savedAt: '',
    supplement: null,
    readOnly: '',
    share: null,
    declaration: '',
    declarationVersion: '1',
  };
}
