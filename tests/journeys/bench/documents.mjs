// The papers of an answered birth registration: each by a program of its own, and one after the other in one program.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary } from '../harness/app.mjs';
import { folder } from '../harness/folder.mjs';
import { ROUNDS, median, tell } from './figures.mjs';

const PACK = '1.001193';
const DATA = resolve(
  dirname(fileURLToPath(import.meta.url)),
  '../../../crates/app/packs',
  PACK,
  'example.json',
);
/** Documents a round in one program. */
const LOOP = 20;
const BEGINS = { pdf: '%PDF-', docx: 'PK' };

export async function documents() {
  const out = folder('documents');
  const whole = { pdf: [], docx: [] };
  const loop = { answer: [], pdf: [], docx: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [format, begin] of Object.entries(BEGINS)) {
      const file = join(out, `${round}.${format}`);
      const start = performance.now();
      execFileSync(binary('hoso'), ['form', 'export', PACK, '--data', DATA, `--${format}`, file]);
      whole[format].push(performance.now() - start);
      if (!readFileSync(file, 'latin1').startsWith(begin)) throw new Error(`${file} is no ${format}`);
    }
    const told = execFileSync(binary('examples/papers'), [PACK, DATA, String(LOOP)], { encoding: 'utf8' });
    for (const [figure, numbers] of Object.entries(JSON.parse(told))) loop[figure].push(...numbers);
  }
  tell('documents: the packs read and the answers processed, in one program', loop.answer, 'ms');
  for (const format of Object.keys(BEGINS)) {
    tell(`documents: ${format} in one program`, loop[format], 'ms');
    tell(`documents: ${format} by a program of its own`, whole[format], 'ms');
    const ratio = median(whole[format]) / median(loop[format]);
    console.log(`documents: ${format} by a program of its own takes ${ratio.toFixed(1)} times as long`);
  }
}
