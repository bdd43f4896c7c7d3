// Measures hoso-eform beside @formio/core, in turns and in processor time: `node bench.mjs [--rounds N]`.
// HOSO_EFORM_BENCH names our program; the largest definition of HOSO_CORPUS, or of `shared/corpus/formio` beside the project, is measured too.
// Then what means harm, by HOSO_BIN, our command line; `--only hostile` does nothing else. It fails where harm isn't told.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { grid, large, wizards } from './bench/forms.mjs';
import { hostile } from './bench/hostile.mjs';
import { processOwned } from './core.mjs';
import { corpusFolder } from './definitions.mjs';
import { submissions } from './generate.mjs';

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '30' }, only: { type: 'string' } },
});
if (flags.only === 'hostile') process.exit(hostile(process.env.HOSO_BIN) ? 0 : 1);
const rounds = Number(flags.rounds);
/** Runs of ours for each of theirs: both sides shall work for about as long. */
const MINE = 20;

const ours = spawn(process.env.HOSO_EFORM_BENCH, [], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: ours.stdout })[Symbol.asyncIterator]();

async function ask(request) {
  ours.stdin.write(`${JSON.stringify(request)}\n`);
  const { value, done } = await lines.next();
  if (done) throw new Error('our program ended');
  return Number(value) / 1e6;
}

/** The processor time of one run of form.io's, in milliseconds; its inputs are copied outside of it. */
function theirs(form, data) {
  const own = structuredClone(form);
  const submission = structuredClone({ data });
  const before = process.cpuUsage();
  processOwned(own, submission);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const sorted = (times) => [...times].sort((a, b) => a - b);
const at = (times, share) => sorted(times)[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)];
const median = (times) => at(times, 0.5);

const shown = (ms) => (ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3));
const cells = (times) => [0.5, 0.95, 0.99].map((share) => shown(at(times, share)).padStart(9)).join('');

function print(name, mine, peer) {
  const ratio = median(peer) / median(mine);
  process.stdout.write(`${name.padEnd(46)}${cells(mine)}  ${cells(peer)}  ${ratio.toFixed(0).padStart(7)}\n`);
}

/** A whole pass over each submission, ours and theirs in turns. */
async function passes(name, form, data) {
  await ask({ op: 'form', form, data });
  for (let warm = 0; warm < 5; warm += 1) {
    theirs(form, data[warm % data.length]);
    for (let run = 0; run < MINE; run += 1) await ask({ op: 'pass' });
  }
  const [mine, peer] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    peer.push(theirs(form, data[round % data.length]));
    for (let run = 0; run < MINE; run += 1) mine.push(await ask({ op: 'pass' }));
  }
  print(name, mine, peer);
}

/** One change after another; form.io looks at everything again after each, so a whole run is its figure. */
async function changes(name, { form, data, changes: list }, peers, peersData = data) {
  await ask({ op: 'form', form, data: [data] });
  await ask({ op: 'open' });
  for (const change of list.slice(0, 50)) await ask({ op: 'change', change });
  const [mine, peer] = [[], []];
  theirs(form, peersData);
  const share = Math.ceil((list.length - 50) / peers);
  for (let from = 50; from < list.length; from += share) {
    peer.push(theirs(form, peersData));
    for (const change of list.slice(from, from + share)) mine.push(await ask({ op: 'change', change }));
  }
  print(name, mine, peer);
}

const count = (value) => {
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + count(item), 0);
  if (!value || typeof value !== 'object') return 0;
  const inner = Object.values(value).reduce((sum, item) => sum + count(item), 0);
  return inner + (typeof value.type === 'string' && typeof value.key === 'string' ? 1 : 0);
};

/** The definition of a folder with the most components. */
function largest(folder) {
  let found = { size: 0 };
  for (const file of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    let form = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (!form.components && form.form?.components) form = form.form;
    const size = Array.isArray(form.components) ? count(form.components) : 0;
    if (size > found.size) found = { size, file, form };
  }
  return found;
}

const head = ['median', '95 %', '99 %'].map((word) => word.padStart(9)).join('');
process.stdout.write(
  `Milliseconds of processor time; load ${loadavg()[0].toFixed(1)}\n` +
    `${''.padEnd(46)}${'Hồ Sơ'.padStart(27)}  ${'@formio/core 2.8.3'.padStart(27)}\n` +
    `${''.padEnd(46)}${head}  ${head}    ratio\n`,
);
for (const [name, { form, data }] of Object.entries(wizards)) await passes(name, form, data);
const corpus = corpusFolder(join(import.meta.dirname, '../../..'));
if (corpus) {
  const { form, file, size } = largest(corpus);
  const data = submissions(form, 1, 24)
    .map((submission) => submission.data)
    .filter((one) => {
      try {
        processOwned(structuredClone(form), { data: structuredClone(one) });
        return true;
      } catch {
        return false;
      }
    });
  await passes(`${file.replace(/\.json$/, '')}, ${size} components`, form, data);
} else {
  process.stdout.write(
    'the largest form of a folder: skipped, HOSO_CORPUS names none and none is beside the project\n',
  );
}
await changes(`one answer of ${count(large().form.components)} components`, large(), Math.min(rounds, 10));
// All rows would take minutes of form.io's time, so it is asked about a tenth of them.
const { data, ...table } = grid();
const tenth = { ...data, rows: data.rows.slice(0, 200) };
await changes('one cell of 2,000 rows (form.io: 200 rows)', { data, ...table }, 3, tenth);
process.stdout.write(`load ${loadavg()[0].toFixed(1)} at the end\n`);
ours.stdin.end();
if (!hostile(process.env.HOSO_BIN)) process.exitCode = 1;
