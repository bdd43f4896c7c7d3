// tus both ways: tus-js-client at the sandbox portal, our client at @tus/server. Ends with `N passed, M failed`.

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Upload } from 'tus-js-client';
import { ourClient, sandbox, signIn, tusServer } from './programs.mjs';

const MIB = 1024 * 1024;
const SIZE = 20 * MIB;
const bytes = randomBytes(SIZE);
const sha256 = createHash('sha256').update(bytes).digest('hex');

const folder = mkdtempSync(join(tmpdir(), 'hoso-tus-'));
const portal = await sandbox(join(folder, 'portal'));
const token = await signIn(portal.url);

/** An upload by tus-js-client; `done` settles with it. */
function upload(options = {}, content = bytes) {
  let settle;
  const done = new Promise((resolve, reject) => (settle = { resolve, reject }));
  const it = new Upload(content, {
    endpoint: `${portal.url}/v1/uploads`,
    headers: { Authorization: `Bearer ${token}` },
    metadata: { filename: 'tệp.bin' },
    chunkSize: MIB,
    retryDelays: null,
    onSuccess: () => settle.resolve(it),
    onError: (error) => settle.reject(error),
    ...options,
  });
  return Object.assign(it, { done });
}

const audit = async () => (await fetch(`${portal.url}/audit`)).json();
const idOf = (it) => it.url.slice(it.url.lastIndexOf('/') + 1);
const faults = (change) =>
  fetch(`${portal.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });

async function arrived(it) {
  const { uploads } = await audit();
  const found = uploads.find(({ id }) => id === idOf(it));
  assert.equal(found.sha256, sha256);
  assert.equal(found.held, SIZE);
  return found.received;
}

const cases = [];
const test = (name, run) => cases.push({ name, run });

test('tus-js-client: a plain upload in one piece', async () => {
  const it = upload({ chunkSize: Infinity });
  it.start();
  await it.done;
  assert.equal(await arrived(it), SIZE);
});

test('tus-js-client: paused twice and resumed, no byte sent again but the piece in flight', async () => {
  await faults({ latency_ms: 15 });
  let stops = [5 * MIB, 12 * MIB];
  const it = upload({
    onChunkComplete: (_, reached) => {
      if (stops.length === 0 || reached < stops[0]) return;
      stops = stops.slice(1);
      it.abort().then(() => it.start());
    },
  });
  it.start();
  await it.done;
  await faults({ clear: true });
  assert.equal(stops.length, 0);
  assert.ok((await arrived(it)) <= SIZE + 2 * MIB);
});

test('tus-js-client: the portal killed three times', async () => {
  await faults({ latency_ms: 20 });
  let kills = [3 * MIB, 9 * MIB, 15 * MIB];
  let killing;
  const it = upload({
    retryDelays: [300, 300, 300, 600, 600, 1000],
    onProgress: (sent) => {
      if (killing || kills.length === 0 || sent < kills[0]) return;
      kills = kills.slice(1);
      killing = portal
        .restart()
        .then(() => faults({ latency_ms: 20 }))
        .then(() => (killing = undefined));
    },
  });
  it.start();
  await it.done;
  await killing;
  await faults({ clear: true });
  assert.equal(kills.length, 0);
  const sent = await arrived(it);
  console.log(`        the portal took ${(sent / SIZE).toFixed(3)} times the size`);
  assert.ok(sent < 1.2 * SIZE, `${sent} bytes`);
});

test('tus-js-client: a second creation with the same id goes on with the first', async () => {
  const metadata = { upload: randomUUID(), sha256, filename: 'tệp.bin' };
  const first = upload({
    metadata,
    onChunkComplete: (_, reached) => reached >= 4 * MIB && first.abort(),
  });
  first.start();
  while (
    first.url === null ||
    !(await audit()).uploads.some(({ held, id }) => id === idOf(first) && held >= 4 * MIB)
  ) {
    await wait(20);
  }
  const second = upload({ metadata, storeFingerprintForResuming: false });
  second.start();
  // The second begins at 0, is told 409, asks where the portal is and goes on there.
  await second.done.catch(async () => {
    const again = upload({ metadata, uploadUrl: second.url });
    again.start();
    await again.done;
  });
  assert.equal(idOf(second), metadata.upload);
  assert.equal(idOf(first), metadata.upload);
  assert.ok((await arrived(second)) <= SIZE + 2 * MIB);
});

test('tus-js-client: another content than announced is refused and forgotten', async () => {
  const metadata = { upload: randomUUID(), sha256: '0'.repeat(64) };
  const it = upload({ metadata });
  it.start();
  const error = await it.done.then(assert.fail, (error) => error);
  assert.equal(error.originalResponse.getStatus(), 422);
  assert.equal(JSON.parse(error.originalResponse.getBody()).code, 'upload.hash_mismatch');
  const { uploads } = await audit();
  assert.equal(uploads.find(({ id }) => id === metadata.upload).held, 0);
});

test('tus-js-client: too large is said before a byte is sent', async () => {
  const it = upload({ uploadSize: 10_000 * MIB });
  it.start();
  const error = await it.done.then(assert.fail, (error) => error);
  assert.equal(error.originalResponse.getStatus(), 413);
});

test('tus-js-client: terminated', async () => {
  const it = upload({ onChunkComplete: (_, reached) => reached === 2 * MIB && it.abort(true) });
  it.start();
  while (it.url === null || (await audit()).uploads.some(({ id }) => id === idOf(it))) await wait(20);
});

async function toTusServer(kills) {
  const data = mkdtempSync(join(folder, 'files-'));
  const file = join(folder, 'hồ sơ.bin');
  writeFileSync(file, bytes);
  const server = await tusServer(data);
  try {
    const killing = (async () => {
      for (const at of kills) {
        while (held(data) < at) await wait(5);
        await server.restart();
      }
    })();
    const said = await ourClient(`${server.url}/files`, file);
    await killing;
    assert.deepEqual(readFileSync(join(data, basename(new URL(said.location).pathname))), bytes);
    console.log(`        our client sent ${(said.bytes_sent / SIZE).toFixed(3)} times the size`);
    // What was in the kernel's buffers at a kill is sent again: up to the rest of the file here. Beginning anew would make it 3.4 times.
    const most = kills.reduce((sum, at) => sum + SIZE - at, SIZE);
    assert.ok(said.bytes_sent >= SIZE);
    assert.ok(said.bytes_sent <= most + MIB, `${said.bytes_sent} bytes, not ${most}`);
  } finally {
    await server.kill();
  }
}

/** Bytes of the one upload in the folder; its description lies beside it. */
function held(data) {
  const [name] = readdirSync(data).filter((name) => !name.endsWith('.json'));
  return name ? statSync(join(data, name)).size : 0;
}

test('our client at @tus/server', () => toTusServer([]));
test('our client at @tus/server, killed three times', () => toTusServer([14 * MIB, 16 * MIB, 18 * MIB]));

let failed = 0;
for (const { name, run } of cases) {
  let timer;
  const overdue = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('took over 90 seconds')), 90_000);
  });
  try {
    await Promise.race([run(), overdue]);
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  } finally {
    clearTimeout(timer);
  }
}
await portal.kill();
rmSync(folder, { recursive: true, force: true });
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
