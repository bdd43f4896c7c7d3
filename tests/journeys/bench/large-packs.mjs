// The large forms as form packs.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LONG, ROWS, longForm, rowsForm } from './large-forms.mjs';

const SHARED = resolve(dirname(fileURLToPath(import.meta.url)), '../../../crates/app/packs/_applicant');

/** Writes both packs into a folder, as a portal takes them. */
export function writeLargePacks(folder) {
  cpSync(SHARED, join(folder, '_applicant'), { recursive: true });
  write(folder, LONG, longForm());
  write(folder, ROWS, rowsForm());
}

function write(folder, { code, name }, definition) {
  const pack = {
    code,
    version: '2026.11.1',
    name: { vi: name, en: name },
    agency: { level: 'commune', name: { vi: 'Nơi đo', en: 'Where it is measured' } },
    field: { vi: 'Đo', en: 'Measuring' },
    audience: 'citizen',
    serviceLevel: 'full',
    summary: name,
    steps: [],
    methods: [],
    time: '',
    result: name,
    legal: [],
    effective: { from: '2025-07-01', to: null },
    confidence: '',
    applicant: 'citizen.json',
    form: 'form.json',
    paper: { layout: 'paper.html', fileName: 'to-khai', component: 'TK' },
    components: [
      {
        code: 'TK',
        name: { vi: 'Tờ khai', en: 'Form' },
        kind: 'eform',
        required: true,
        original: 1,
        copy: 0,
        accept: ['pdf', 'docx'],
        maxBytes: 20_971_520,
        maxFiles: 1,
      },
    ],
    prefill: { applicant: {}, form: {} },
    fees: [],
    example: 'example.json',
  };
  const files = {
    'pack.json': JSON.stringify(pack),
    'form.json': JSON.stringify(definition),
    'example.json': '{}',
    'paper.html': `<paper title="${name}"><h1>${name}</h1></paper>`,
  };
  mkdirSync(join(folder, code), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, code, file), text);
}
