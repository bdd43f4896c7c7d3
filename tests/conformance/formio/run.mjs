// Compares hoso-eform with @formio/core: `node run.mjs [--count N] [--seed N] [--form PART] [--show N]`.
// Forms: forms/*.json, those of the form packs, and where HOSO_CORPUS names a folder of definitions, those too. Accepted differences: crates/eform/QUIRKS.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { submissions } from './generate.mjs';
import { quirks, types } from './quirks.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '24' },
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

function definitions() {
  const folders = [join(here, 'forms')];
  const packs = join(root, 'crates/app/packs');
  if (process.env.HOSO_CORPUS) folders.push(process.env.HOSO_CORPUS);
  const ofPacks = (existsSync(packs) ? readdirSync(packs) : [])
    .map((name) => ({
      name: `pack ${name}`,
      file: join(packs, name, 'form.json'),
      example: join(packs, name, 'example.json'),
    }))
    .filter(({ name, file }) => existsSync(file) && (!flags.form || name.includes(flags.form)))
    .map(({ name, file, example }) => ({
      name,
      form: JSON.parse(readFileSync(file, 'utf8')),
      given: existsSync(example) ? [{ data: JSON.parse(readFileSync(example, 'utf8')) }] : [],
    }));
  const others = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.endsWith('.submission.json'))
      .filter((name) => !flags.form || name.includes(flags.form))
      .sort()
      .map((name) => {
        let form = JSON.parse(readFileSync(join(folder, name), 'utf8'));
        if (!form.components && form.form?.components) form = form.form;
        const beside = join(folder, name.replace(/\.json$/, '.submission.json'));
        const given = existsSync(beside) ? [JSON.parse(readFileSync(beside, 'utf8'))] : [];
        return { name, form, given: form.submissions ?? given };
      })
      .filter(({ form }) => Array.isArray(form.components)),
  );
  return [...others, ...ofPacks];
}

function ours() {
  if (process.env.HOSO_EFORM_PROCESS) return process.env.HOSO_EFORM_PROCESS;
  execFileSync('cargo', ['build', '--quiet', '-p', 'hoso-eform', '--example', 'process'], {
    cwd: root,
    stdio: 'inherit',
  });
  return join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/examples/process');
}

function ask(command, args, lines) {
  const started = performance.now();
  const answer = spawnSync(command, args, {
    input: lines.join('\n') + '\n',
    env,
    cwd: here,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (answer.status !== 0) throw new Error(`${command} failed: ${answer.stderr}`);
  return {
    answers: answer.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    seconds: (performance.now() - started) / 1000,
  };
}

const sorted = (list) => [...list].sort();
const names = (errors) => sorted(errors.map((error) => `${error.path} ${error.rule}`));

function differences(theirs, mine) {
  const found = [];
  const walk = (path, a, b) => {
    if (isDeepStrictEqual(a, b)) return;
    if (a && b && typeof a === 'object' && typeof b === 'object' && Array.isArray(a) === Array.isArray(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        walk(path ? `${path}.${key}` : key, a[key], b[key]);
      return;
    }
    found.push({ part: 'data', path, theirs: JSON.stringify(a), mine: JSON.stringify(b) });
  };
  walk('', theirs.data, mine.data);
  const lists = [
    ['errors', names(theirs.errors), names(mine.errors)],
    ['hidden', sorted(theirs.hidden), sorted(mine.hidden)],
  ];
  for (const [part, a, b] of lists) {
    for (const entry of a.filter((item) => !b.includes(item)))
      found.push({ part, path: entry, theirs: 'yes', mine: 'no' });
    for (const entry of b.filter((item) => !a.includes(item)))
      found.push({ part, path: entry, theirs: 'no', mine: 'yes' });
  }
  return found;
}

if (!existsSync(join(here, 'node_modules'))) {
  console.error('Run `npm ci` in tests/conformance/formio first.');
  process.exit(2);
}
const forms = definitions();
const accepted = quirks(readFileSync(join(root, 'crates/eform/QUIRKS.md'), 'utf8'));
const cases = forms.flatMap(({ name, form, given }) => {
  const { submissions: _, ...definition } = form;
  const count = Math.max(1, Math.min(Number(flags.count), Math.ceil(4e6 / JSON.stringify(form).length)));
  return [...given, ...submissions(definition, Number(flags.seed), count)].map((submission) => ({
    name,
    form: definition,
    submission,
  }));
});
const lines = cases.map(({ form, submission }) => JSON.stringify({ form, submission }));
const theirs = ask('node', ['oracle.mjs'], lines);
const mine = ask(ours(), [], lines);

let passed = 0;
let failed = 0;
let thrown = 0;
let excused = 0;
let shown = 0;
const byForm = new Map();
cases.forEach(({ name, form }, index) => {
  const oracle = theirs.answers[index];
  if (oracle.error) {
    thrown += 1;
    return;
  }
  const found = differences(oracle, mine.answers[index]);
  const typeAt = types(form);
  const left = found.filter((difference) => !accepted.some((quirk) => quirk(difference, typeAt)));
  if (left.length === 0) {
    passed += 1;
    if (found.length) excused += 1;
    return;
  }
  failed += 1;
  byForm.set(name, (byForm.get(name) ?? 0) + 1);
  if (shown < Number(flags.show)) {
    shown += 1;
    console.log(`${name} #${index}:`);
    for (const { part, path, theirs, mine } of left.slice(0, 6))
      console.log(`  ${part} ${path}: form.io ${theirs}, ours ${mine}`);
  }
});
for (const [name, count] of byForm) console.log(`${name}: ${count} differ`);
console.log(
  `${forms.length} forms; form.io threw on ${thrown}; ${excused} differ only by a listed quirk; form.io ${theirs.seconds.toFixed(1)} s, ours ${mine.seconds.toFixed(1)} s`,
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || passed === 0 ? 1 : 0;
