// The gallery as a form pack, for a sandbox to publish.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../harness/folder.mjs';
import { PAGES } from './components.mjs';
import { CATALOGUES } from './lists.mjs';
import { hintOf, keyOf, outside } from './parts.mjs';

export const NAME = 'Phòng trưng bày các loại câu hỏi';
const CODE = '9.000001';
const INPUTLESS = ['content', 'htmlelement', 'button', 'reviewpage'];

/** A script that asks for what no form has access to. */
const NEVER_RUNS = "valid = fetch('https://kiem-tra.vidu.vn') ? true : 'Sai';";

/** form.io's definition of one part; `more` goes over it, `around` over the group that it stands in. */
function component(part, { validate = {}, ...more } = {}, around = {}) {
  const { type, label, props, within } = part;
  const input = !INPUTLESS.includes(type);
  const asked = input && part.role && part.asks !== false && !part.optional;
  const hint = hintOf(part);
  const own = {
    type,
    key: keyOf(part),
    label,
    input: input || type === 'button',
    ...(hint ? { description: hint } : {}),
    validate: { ...(asked ? { required: true } : {}), ...validate },
    ...props,
    ...more,
  };
  if (!within) return own;
  return { ...outside(part, own, part.of ?? ''), ...around };
}

const page = ({ key, title, parts }, one = component) => ({
  type: 'panel',
  key,
  title,
  label: title,
  input: false,
  components: parts.map((part) => one(part)),
});

/** The same page once more, answered and not to be changed; of what stands in a group, only the group is locked. */
function fixed({ key, title, parts }) {
  const locked = parts
    .filter(({ role, asks }) => role && asks !== false)
    .map((part) => ({ ...part, of: 'khoa_', optional: true }));
  return { key, title: `${title} (không sửa được)`, parts: locked };
}

/** An answer to begin with, of those that are not worked out. */
function beginning({ answer, sample = typeof answer === 'function' ? undefined : answer, told = [] }) {
  return told.includes('Tự tính') ? undefined : sample;
}

/** The same page once more, begun with answers that nobody has confirmed, odd ones where there are such, and with rules that can't run here. */
function begun({ key, title, parts }) {
  const all = parts
    .filter((part) => part.role && part.asks !== false && !part.optional && beginning(part) !== undefined)
    .map((part) => ({ ...part, of: 'san_' }));
  return { key, title: `${title} (điền sẵn)`, parts: all };
}

function begin(part) {
  const { props = {}, within } = part;
  return component(
    part,
    {
      validate: { custom: NEVER_RUNS },
      ...(props.name === undefined ? {} : { name: `san_${props.name}` }),
      defaultValue: part.odd ?? beginning(part),
    },
    within ? { validate: { custom: NEVER_RUNS } } : {},
  );
}

function locked(part) {
  const { props = {}, within } = part;
  const sample = beginning(part);
  const lock = { disabled: true };
  return component(
    part,
    {
      ...(within ? {} : lock),
      ...(props.name === undefined ? {} : { name: `khoa_${props.name}` }),
      ...(sample === undefined ? {} : { defaultValue: sample }),
    },
    lock,
  );
}

export const BEGUN = PAGES.map(begun).filter(({ parts }) => parts.length > 0);
export const FIXED = PAGES.map(fixed).filter(({ parts }) => parts.length > 0);

/** The definition of the whole gallery. */
export const definition = () => ({
  title: 'Phòng trưng bày',
  display: 'wizard',
  type: 'form',
  components: [
    ...PAGES.map((one) => page(one)),
    ...BEGUN.map((one) => page({ ...one, key: `san_${one.key}` }, begin)),
    ...FIXED.map((one) => page({ ...one, key: `khoa_${one.key}` }, locked)),
  ],
});

/** The type of a part and those that it stands in. */
export const typesOf = (part) => typesIn(component(part));

/** Every type of component in a definition, wherever it stands. */
export function typesIn(node) {
  if (Array.isArray(node)) return new Set(node.flatMap((one) => [...typesIn(one)]));
  if (node === null || typeof node !== 'object') return new Set();
  const own = typeof node.type === 'string' && 'key' in node ? [node.type] : [];
  return new Set([...own, ...Object.values(node).flatMap((one) => [...typesIn(one)])]);
}

/** Writes the pack into a new folder of packs and gives that folder. */
export function galleryPacks() {
  const packs = folder('packs');
  const pack = join(packs, CODE);
  mkdirSync(pack);
  const files = {
    'pack.json': JSON.stringify(about()),
    'form.json': JSON.stringify(definition()),
    'applicant.json': JSON.stringify({
      title: 'Người nộp',
      display: 'form',
      components: [{ type: 'textfield', key: 'ho_ten', label: 'Họ và tên', input: true }],
    }),
    'example.json': '{}',
    'paper.html': '<paper title="Phòng trưng bày"><h1>PHÒNG TRƯNG BÀY</h1></paper>',
  };
  Object.values(CATALOGUES).forEach((list, index) => (files[listName(index)] = JSON.stringify(list)));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(pack, name), text);
  return packs;
}

const listName = (index) => `danh-muc-${index + 1}.json`;

function about() {
  return {
    code: CODE,
    version: '1',
    name: { vi: NAME, en: 'Gallery of component types' },
    agency: { level: 'commune', name: { vi: 'Cơ quan Thử Nghiệm', en: 'Office of trials' } },
    field: { vi: 'Thử nghiệm', en: 'Trials' },
    audience: 'citizen',
    serviceLevel: 'full',
    mustAttend: '',
    summary: 'Mọi loại câu hỏi, để thử.',
    steps: ['Điền.'],
    methods: ['Trực tuyến.'],
    time: 'Ngay.',
    result: 'Không có.',
    legal: ['Không có.'],
    effective: { from: '2025-01-01', to: null },
    confidence: 'Bịa ra để thử.',
    applicant: 'applicant.json',
    form: 'form.json',
    example: 'example.json',
    paper: { layout: 'paper.html', fileName: 'phong-trung-bay', component: `${CODE}-01` },
    components: [
      {
        code: `${CODE}-01`,
        name: { vi: 'Tờ khai', en: 'Form' },
        kind: 'eform',
        required: true,
        original: 1,
        copy: 0,
        accept: ['pdf'],
        maxBytes: 20971520,
        maxFiles: 1,
        hint: '',
      },
    ],
    fees: [],
    prefill: { applicant: {}, form: {} },
    deadlines: [],
    keywords: ['trung bay'],
    catalogues: Object.fromEntries(
      Object.keys(CATALOGUES).map((address, index) => [address, listName(index)]),
    ),
  };
}
