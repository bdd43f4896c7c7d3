// schemathesis at the sandbox portal with its own OpenAPI document: all checks, all phases. Ends with `N passed, M failed`: operations and ways of
// trying them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

/** One that was handed in, with one file. */
async function dossier() {
  const bytes = Buffer.from(`%PDF-1.7\n${randomUUID()}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [id, upload] = [randomUUID(), randomUUID()];
  const words = { upload, sha256, filename: 'tệp.pdf', filetype: 'application/pdf' };
  const tus = { 'tus-resumable': '1.0.0' };
  await ask('POST', '/v1/uploads', {
    ...tus,
    'upload-length': bytes.length,
    'upload-metadata': Object.entries(words)
      .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
      .join(','),
  });
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
  return { id, upload };
}

async function clerk(id, move) {
  const answer = await fetch(`${portal.url}/clerk/dossiers/${id}/${move}`, {
    method: 'POST',
    redirect: 'manual',
  });
  assert.equal(answer.status, 303, `${move}: ${await answer.text()}`);
}

const due = await dossier();
await clerk(due.id, 'accept');
const { fees, files } = await (await ask('GET', `/v1/dossiers/${due.id}`)).json();
const payment = randomUUID();
const wish = { dossier: due.id, fee: fees[0].id, amount: fees[0].amount };
const json = { 'content-type': 'application/json' };
await ask('PUT', `/v1/payments/${payment}`, json, JSON.stringify(wish));
const done = await dossier();

const report = join(folder, 'report.json');
const child = spawn(
  python,
  [
    '-m',
    'schemathesis.cli',
    '--config-file',
    join(here, 'schemathesis.toml'),
    'run',
    `${portal.url}/openapi.json`,
    '--checks=all',
    `--report-json-path=${report}`,
  ],
  {
    cwd: folder,
    stdio: 'inherit',
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: 'hooks',
      PYTHONPATH: here,
      HOSO_TOKEN: token,
      HOSO_DUE: due.id,
      HOSO_DONE: done.id,
      HOSO_PAYMENT: payment,
      HOSO_UPLOAD: due.upload,
      HOSO_FILE: files[0].id,
      HOSO_CODE: CODE,
    },
  },
);
const [code] = await once(child, 'exit');
console.log(code);
await portal.kill();
