// schemathesis at the sandbox portal with its own OpenAPI document: all checks, all phases. Ends with `N passed, M failed`:
// operations.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandbox, signIn } from '../tus/programs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.HOSO_PYTHON;
if (!python)
  throw new Error('start this with cargo xtask test --only schemathesis, which installs schemathesis');

const CODE = '1.001193';
const folder = mkdtempSync(join(tmpdir(), 'hoso-schemathesis-'));
const portal = await sandbox(join(folder, 'portal'));
const token = await signIn(portal.url);

/** A request of the signed-in person; what is answered must be a success. */
async function ask(method, path, headers = {}, body = undefined) {
  const answer = await fetch(portal.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer;
}

/** JSON with sorted keys: the canonical form of what is sealed. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

const tus = { 'tus-resumable': '1.0.0' };

/** Announces a file; answers its id. */
async function announce(length, words) {
  const upload = randomUUID();
  const metadata = Object.entries({ upload, ...words });
  await ask('POST', '/v1/uploads', {
    ...tus,
    'upload-length': length,
    'upload-metadata': metadata
      .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
      .join(','),
  });
  return upload;
}

/** One that was handed in, with one file. */
async function dossier() {
  const bytes = Buffer.from(`%PDF-1.7\n${randomUUID()}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = randomUUID();
  const words = { sha256, filename: 'tệp.pdf', filetype: 'application/pdf' };
  const upload = await announce(bytes.length, words);
  const piece = { 'upload-offset': 0, 'content-type': 'application/offset+octet-stream' };
  await ask('PATCH', `/v1/uploads/${upload}`, { ...tus, ...piece }, bytes);
  const at = '2026-11-21T08:00:00Z';
  const file = { upload, component: 'T1', name: 'tệp.pdf', mediaType: 'application/pdf' };
  const manifest = {
    dossier: id,
    revision: 1,
    procedure: CODE,
    packVersion: '2026.1',
    applicant: { name: 'Nguyễn Thị An', identity: '001090000001' },
    applicantForm: {},
    form: {},
    files: [{ ...file, size: bytes.length, sha256 }],
    delivery: { how: 'electronic' },
    fee: 8000,
    declaration: { textVersion: 'vi-1', acceptedAt: at },
    sealedAt: at,
  };
  const json = { 'content-type': 'application/json' };
  await ask('PUT', `/v1/dossiers/${id}/revisions/1`, json, canonical(manifest));
  await ask('POST', `/v1/dossiers/${id}/revisions/1/submit`);
  return id;
}

async function clerk(id, move, fields = {}) {
  const answer = await fetch(`${portal.url}/clerk/dossiers/${id}/${move}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
  assert.equal(answer.status, 303, `${move}: ${await answer.text()}`);
}

/** What is on the portal before it is tried: one dossier with an open order, one that is done, files that were begun. */
async function stage() {
  const due = await dossier();
  await clerk(due, 'accept');
  const { fees, files } = await (await ask('GET', `/v1/dossiers/${due}`)).json();
  const payment = randomUUID();
  const wish = { dossier: due, fee: fees[0].id, amount: fees[0].amount };
  const json = { 'content-type': 'application/json' };
  await ask('PUT', `/v1/payments/${payment}`, json, JSON.stringify(wish));
  const done = await dossier();
  await clerk(done, 'refuse', { opinion: 'Không thuộc thẩm quyền.' });
  const begun = [];
  while (begun.length < 12) begun.push(`"${await announce(1_000_000, {})}"`);
  const drafts = [];
  while (drafts.length < 12) {
    const draft = randomUUID();
    const headers = {
      'content-type': 'application/octet-stream',
      'hoso-desktop': randomUUID(),
      'if-none-match': '*',
    };
    await ask('PUT', `/v1/drafts/${draft}`, headers, Buffer.from(randomUUID()));
    drafts.push(`"${draft}"`);
  }
  const { edit: before } = await (await ask('GET', '/v1/account')).json();
  const edit = randomUUID();
  const changed = { ...json, 'if-match': `"${before}"` };
  await ask('PUT', `/v1/account/edits/${edit}`, changed, JSON.stringify({ phone: '+84900000001' }));
  const shared = drafts.join(', ');
  const of = {
    edit,
    shared,
    due,
    done,
    payment,
    file: files[0].id,
    fee: fees[0].id,
    begun: begun.join(', '),
  };
  return { ...of, token, code: CODE };
}

const staged = await stage();
const report = join(folder, 'report.json');
const config = join(folder, 'schemathesis.toml');
const words = readFileSync(join(here, 'schemathesis.toml'), 'utf8');
writeFileSync(
  config,
  words.replace(/\$\{(\w+)\}/g, (whole, name) => staged[name] ?? whole),
);
const program = join(dirname(python), 'schemathesis');
const what = ['run', `${portal.url}/openapi.json`, '--checks=all', `--report-json-path=${report}`];
const child = spawn(program, ['--config-file', config, ...what], {
  cwd: folder,
  stdio: 'inherit',
  env: { ...process.env, SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: here },
});
await once(child, 'exit');
await portal.kill();

const { test_cases, operations, phases, failures, errors, valid_rates, complete } = JSON.parse(
  readFileSync(report, 'utf8'),
);
rmSync(folder, { recursive: true, force: true });

const wrong = [
  ...failures.map(({ title, operations }) => `${title}: ${operations.length} operations`),
  ...errors.map(({ title }) => title),
  // A phase that was skipped proves nothing. The document has no examples to try.
  ...['coverage', 'fuzzing', 'stateful']
    .filter((name) => phases[name].status !== 'success')
    .map((name) => `${name}: ${phases[name].status}`),
];
if (!complete) wrong.push('it did not come to its end');
if (operations.tested !== operations.total) wrong.push('an operation was not tried');
// Nor does an operation that took nothing; a carried dossier can't be made up.
const taken = (rates) => Object.values(rates).reduce((sum, { accepted }) => sum + accepted, 0);
for (const [name, rates] of Object.entries(valid_rates))
  if (taken(rates) === 0 && name !== 'POST /v1/sticks') wrong.push(`${name} never took anything`);
const whole = Object.values(valid_rates).reduce((sum, rates) => sum + taken(rates), 0);
console.log(`${test_cases.generated} requests by schemathesis, ${whole} of them taken`);
for (const what of wrong) console.log(`FAILED  ${what}`);
const failed = Math.min(wrong.length, operations.total);
console.log(`${operations.total - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
