// The gallery as a form pack, for a sandbox to publish.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../harness/folder.mjs';
import { PAGES, keyOf } from './components.mjs';

export const NAME = 'Phòng trưng bày các loại câu hỏi';
const CODE = '9.000001';
const INPUTLESS = ['content', 'htmlelement', 'button', 'recaptcha'];

/** form.io's definition of one part; `more` goes over it. */
function component(part, more = {}) {
  const { type, label, props, within } = part;
  const input = !INPUTLESS.includes(type);
  const asked = input && type !== 'hidden' && !part.optional;
  const own = {
    type,
    key: keyOf(part),
    label,
    input: input || type === 'button',
    ...(asked ? { validate: { required: true } } : {}),
    ...props,
    ...more,
  };
  return within ? within(own) : own;
}

const page = ({ key, title, parts }, more) => ({
  type: 'panel',
  key,
  title,
  label: title,
  input: false,
  components: parts.map((part) => component(part, more?.(part))),
});

/** The same questions once more, answered and not to be changed. */
function fixed({ key, title, parts }) {
  const answered = parts.filter(({ role, within }) => role && !within);
  return page(
    {
      key: `khoa_${key}`,
      title: `${title} (không sửa được)`,
      parts: answered.map((part) => ({ ...part, key: `khoa_${keyOf(part)}`, optional: true })),
    },
    ({ answer, sample = answer, props = {} }) => ({
      disabled: true,
      ...(props.name === undefined ? {} : { name: `khoa_${props.name}` }),
      ...(sample === undefined ? {} : { defaultValue: sample }),
    }),
  );
}

export const FIXED = PAGES.map(fixed).filter(({ components }) => components.length > 0);

/** Writes the pack into a new folder of packs and gives that folder. */
export function galleryPacks() {
  const packs = folder('packs');
  const pack = join(packs, CODE);
  mkdirSync(pack);
  const files = {
    'pack.json': JSON.stringify(about()),
    'form.json': JSON.stringify({
      title: 'Phòng trưng bày',
      display: 'wizard',
      type: 'form',
      components: [...PAGES.map((one) => page(one)), ...FIXED],
    }),
    'applicant.json': JSON.stringify({
      title: 'Người nộp',
      display: 'form',
      components: [{ type: 'textfield', key: 'ho_ten', label: 'Họ và tên', input: true }],
    }),
    'example.json': '{}',
    'paper.html': '<paper title="Phòng trưng bày"><h1>PHÒNG TRƯNG BÀY</h1></paper>',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(pack, name), text);
  return packs;
}

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
  };
}
