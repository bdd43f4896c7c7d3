// What means harm, each by a process of its own as a person would start it: how long it takes, what is told, and that the answers stay.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIB = 2 ** 20;
const field = (key, more) => ({ type: 'textfield', key, input: true, ...more });
const scripted = (calculateValue) => ({ components: [field('a'), field('bad', { calculateValue })] });
const content = (size) =>
  JSON.stringify({ components: [field('a'), { type: 'content', key: 'c', html: 'x'.repeat(size) }] });
const nested = `{"components":${'[{"type":"panel","key":"p","components":'.repeat(10_000)}[]${'}]'.repeat(10_000)}}`;
const circle = {
  components: [
    field('a'),
    ...Array.from({ length: 50 }, (_, at) => ({
      type: 'number',
      key: `n${at}`,
      input: true,
      calculateValue: `value = (data.n${(at + 1) % 50} || 0) + 1`,
    })),
  ],
};

/** `told` finds the words in what `form process` prints, `checked` in what `form check` does, where the definition alone shows it; `kept` where the answers must come back. */
const CASES = [
  { name: 'endless loop', form: scripted('for (;;) {}'), told: /takes too long/, kept: true },
  {
    name: 'text of 1 GB',
    form: scripted("value = 'x'.repeat(1073741824)"),
    told: /takes too (long|much memory)/,
    kept: true,
  },
  {
    name: 'prototype pollution',
    form: scripted('Object.prototype.polluted = 1'),
    told: /changes what all scripts share/,
    checked: /changes what all scripts share/,
    kept: true,
  },
  {
    name: 'pattern that backtracks',
    form: { components: [field('a'), field('bad', { validate: { pattern: '(a|aa)+$' } })] },
    data: { bad: `${'a'.repeat(40)}b` },
    told: /could not be checked/,
    kept: true,
  },
  {
    name: 'script whose pattern backtracks',
    form: scripted("value = /^(a+)+$/.test('a'.repeat(40) + 'b')"),
    told: /takes too long/,
    kept: true,
  },
  { name: '10,000 nested components', form: nested, told: /nests deeper than/, checked: /nests deeper than/ },
  { name: 'calculations in a circle', form: circle, kept: true, checked: /in a circle with/ },
  { name: 'definition just under 20 MB', form: content(20 * MIB - 400), kept: true },
  {
    name: 'definition just over 20 MB',
    form: content(20 * MIB),
    told: /bytes are more than/,
    checked: /bytes are more than/,
  },
];

/** Whether each was told; prints milliseconds and what was told. */
export function hostile(program) {
  const folder = mkdtempSync(join(tmpdir(), 'hoso-hostile-'));
  const file = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const run = (...args) => {
    const started = performance.now();
    const { stdout, stderr, status, error } = spawnSync(program, args, {
      encoding: 'utf8',
      maxBuffer: 64 * MIB,
    });
    if (error) throw error;
    return { ms: performance.now() - started, stdout, stderr, status };
  };
  process.stdout.write(
    `\nWhat means harm, milliseconds of a whole process${' '.repeat(18)}process    check\n`,
  );
  let good = true;
  try {
    for (const { name, form, data = {}, told, kept, checked: shown } of CASES) {
      const definition = file('form.json', typeof form === 'string' ? form : JSON.stringify(form));
      const answers = { a: 'an', ...data };
      const processed = run(
        '--json',
        'form',
        'process',
        definition,
        '--data',
        file('data.json', JSON.stringify(answers)),
      );
      const checked = run('--json', 'form', 'check', definition);
      const words = processed.stdout + processed.stderr;
      const failures = [];
      if (told && !told.test(words))
        failures.push(`\`form process\` doesn't tell of it: ${words.slice(0, 300)}`);
      const seen = checked.stdout + checked.stderr;
      if (shown && !shown.test(seen))
        failures.push(`\`form check\` doesn't tell of it: ${seen.slice(0, 300)}`);
      if (kept && JSON.parse(processed.stdout || '{}').data?.a !== 'an')
        failures.push('the answers are gone');
      if (!kept && processed.status !== 1 && processed.status !== 2)
        failures.push(`it ended with ${processed.status}`);
      const times = [processed, checked].map(({ ms }) => ms.toFixed(0).padStart(9)).join('');
      const slow = processed.ms > 1000 || checked.ms > 1000 ? '  over a second' : '';
      process.stdout.write(`${name.padEnd(64)}${times}${slow}\n`);
      const line = (words + seen).match(told ?? shown ?? /$^/)?.[0];
      if (line) process.stdout.write(`  told: …${line}…\n`);
      for (const failure of failures) process.stdout.write(`  WRONG: ${failure}\n`);
      good &&= failures.length === 0;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return good;
}
