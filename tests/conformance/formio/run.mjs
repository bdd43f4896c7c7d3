// Compares hoso-eform with @formio/core: `node run.mjs [--count N] [--seed N] [--form PART] [--show N]`.
// Definitions: forms/*.json, those of the form packs, and those of a folder that HOSO_CORPUS names; without it, a few submissions
// of each in `shared/corpus/formio` beside the project, where that is there.
// Accepted differences: crates/eform/QUIRKS.md. Forms of form.io's types must agree without it in 99.5 of 100 cases.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differences } from './compare.mjs';
import { definitions } from './definitions.mjs';
import { submissions } from './generate.mjs';
import { quirks, TIDIED, types } from './quirks.mjs';
import { withKept } from './tidied.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    form: { type: 'string' },
    show: { type: 'string', default: '10' },
  },
});
const env = {
  ...process.env,
  TZ: 'Asia/Ho_Chi_Minh',
  HOSO_NOW: process.env.HOSO_NOW ?? '2026-11-21T03:00:00Z',
};
/** Of 100 cases, those that must agree before the list of accepted differences. */
const REQUIRED = 99.5;
/** Of 100 cases, those on which form.io may throw, which leaves nothing to compare with. */
const THROWN = 2;

function ours() {
  if (process.env.HOSO_EFORM_PROCESS) return process.env.HOSO_EFORM_PROCESS;
  execFileSync('cargo', ['build', '--quiet', '-p', 'hoso-eform', '--example', 'process'], {
    cwd: root,
    stdio: 'inherit',
  });
  return join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/examples/process');
}

/** A program's answers to lines, one a line. */
function ask(command, args, lines) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const program = spawn(command, args, { env, cwd: here, stdio: ['pipe', 'pipe', 'inherit'] });
    const parts = [];
    program.on('error', reject);
    program.stdin.on('error', () => {});
    program.stdout.on('data', (part) => parts.push(part));
    program.on('close', (code) => {
      const answers = Buffer.concat(parts).toString().trimEnd().split('\n');
      if (code !== 0 || answers.length !== lines.length)
        return reject(new Error(`${command} stopped with ${code} after ${answers.length} answers`));
      const seconds = (performance.now() - started) / 1000;
      resolve({ answers: answers.map((line) => JSON.parse(line)), seconds });
    });
    for (const line of lines) program.stdin.write(`${line}\n`);
    program.stdin.end();
  });
}

if (!existsSync(join(here, 'node_modules'))) {
  console.error('Run `npm ci` in tests/conformance/formio first.');
  process.exit(2);
}
const forms = definitions(here, root, flags.form);
const accepted = quirks(readFileSync(join(root, 'crates/eform/QUIRKS.md'), 'utf8'));
const cases = forms.flatMap((entry) =>
  [...entry.given, ...submissions(entry.form, Number(flags.seed), Number(flags.count))].map((submission) => ({
    ...entry,
    submission,
  })),
);

/** Both engines' answers to submissions. */
async function askBoth(cases) {
  if (cases.length === 0) return [0, 0];
  const lines = cases.map(({ form, submission }) => JSON.stringify({ form, submission }));
  const [theirs, mine] = await Promise.all([ask('node', ['oracle.mjs'], lines), ask(ours(), [], lines)]);
  for (const [index, one] of cases.entries()) {
    one.theirs = theirs.answers[index];
    one.mine = mine.answers[index];
  }
  return [theirs.seconds, mine.seconds];
}

const [theirSeconds, mySeconds] = await askBoth(cases);
const used = new Set();
/** The row that accepts a difference. */
function row(difference, typeAt) {
  const quirk = accepted.find(({ excuses }) => excuses(difference, typeAt));
  if (quirk) used.add(quirk.id);
  return quirk?.id;
}

// Rules look at what is kept. So where that is written in another way than it was typed, both are asked about it once more as it is kept.
const retold = [];
for (const one of cases.filter(({ own, theirs }) => own && !theirs.error)) {
  const typeAt = types(one.form);
  const tidied = differences(one.theirs, one.mine).filter((found) => TIDIED.includes(row(found, typeAt)));
  if (tidied.length === 0) continue;
  one.submission = withKept(one.submission, tidied);
  retold.push(one);
}
await askBoth(retold);

const empty = () => ({ forms: 0, cases: 0, thrown: 0, same: 0, listed: 0, differ: 0 });
const tally = { formio: empty(), own: empty() };
for (const { own } of forms) tally[own ? 'own' : 'formio'].forms += 1;
const compared = new Set();
const differing = new Map();
let shown = 0;
cases.forEach(({ name, form, own, theirs, mine }, index) => {
  const count = tally[own ? 'own' : 'formio'];
  if (theirs.error) {
    count.thrown += 1;
    return;
  }
  count.cases += 1;
  compared.add(name);
  const typeAt = types(form);
  const found = differences(theirs, mine);
  const left = found.filter((difference) => !row(difference, typeAt));
  if (found.length === 0) count.same += 1;
  else if (left.length === 0) count.listed += 1;
  else {
    count.differ += 1;
    differing.set(name, (differing.get(name) ?? 0) + 1);
    if (shown < Number(flags.show)) {
      shown += 1;
      console.log(`${name} #${index}:`);
      for (const { part, path, theirs, mine } of left.slice(0, 6))
        console.log(`  ${part} ${path}: form.io ${theirs}, ours ${mine}`.slice(0, 300));
    }
  }
});
for (const [name, count] of differing) console.log(`${name}: ${count} differ`);

const share = (part, whole) => (whole ? (100 * part) / whole : 100);
const words = { formio: "form.io's types", own: 'with our own types' };
for (const [kind, count] of Object.entries(tally)) {
  const { forms, cases, thrown, same, listed } = count;
  console.log(
    `${words[kind]}: ${forms} forms, ${cases} submissions (and ${thrown} on which form.io throws); agreement ` +
      `${share(same, cases).toFixed(3)} % before the list, ${share(same + listed, cases).toFixed(3)} % after it`,
  );
}
console.log(
  `form.io ${theirSeconds.toFixed(1)} s, ours ${mySeconds.toFixed(1)} s, side by side; ${retold.length} submissions asked about again as they are kept`,
);
const whole = !flags.form;
let failed = tally.formio.differ + tally.own.differ;
if (share(tally.formio.same, tally.formio.cases) < REQUIRED) {
  failed += 1;
  console.log(`less than ${REQUIRED} % of the submissions of form.io's types agree before the list`);
}
for (const { id } of whole ? accepted.filter(({ id }) => !used.has(id)) : []) {
  failed += 1;
  console.log(`QUIRKS.md lists ${id}, but nothing differs by it any more: remove the row`);
}
for (const [kind, { cases, thrown }] of Object.entries(tally)) {
  if (share(thrown, cases + thrown) > THROWN && cases + thrown > 0) {
    failed += 1;
    console.log(`${words[kind]}: form.io throws on more than ${THROWN} % of the submissions`);
  }
}
for (const { name } of forms.filter(({ name }) => !compared.has(name))) {
  failed += 1;
  console.log(`${name}: no submission of it was compared`);
}
const passed = tally.formio.same + tally.formio.listed + tally.own.same + tally.own.listed;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || passed === 0 ? 1 : 0;
