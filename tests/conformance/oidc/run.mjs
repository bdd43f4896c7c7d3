// Signs in with `oidc_login` (crates/portal-client/examples) at panva's oidc-provider and at issuers that lie. Ends with `N passed, M failed`.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { agree, turnAway } from './browser.mjs';
import { CLIENT, lyingProvider, PERSON, realProvider } from './providers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const program = findProgram();

function findProgram() {
  const folder =
    process.env.HOSO_BIN_DIR ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');
  const path = join(folder, 'examples', process.platform === 'win32' ? 'oidc_login.exe' : 'oidc_login');
  if (!existsSync(path)) {
    execFileSync('cargo', ['build', '-q', '-p', 'hoso-portal-client', '--example', 'oidc_login'], {
      cwd: root,
      stdio: 'inherit',
    });
  }
  return path;
}

/** Runs the program; `browse(address)` plays the person. Returns what it printed and how it ended. */
async function login(issuer, browse) {
  const child = spawn(program, [issuer, CLIENT], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = {};
  let errors = '';
  let shown;
  child.stderr.on('data', (bytes) => (errors += bytes));
  const ended = new Promise((done) => child.on('close', done));
  const overdue = setTimeout(() => child.kill(), 30_000);
  for await (const line of createInterface({ input: child.stdout })) {
    const word = JSON.parse(line);
    Object.assign(said, word);
    if (word.open) shown = visit(browse, word.open).catch((error) => ({ error }));
  }
  const code = await ended;
  clearTimeout(overdue);
  const page = await shown;
  if (page?.error) throw page.error;
  return { said, code, errors, page };
}

async function visit(browse, address) {
  const back = await browse(address);
  assert.ok(back.startsWith('http://127.0.0.1:'), back);
  return (await fetch(back)).text();
}

const cases = [];
const test = (name, run) => cases.push({ name, run });

test('oidc-provider: sign-in, renewal and sign-out', async () => {
  const provider = await realProvider();
  try {
    const { said, code, errors, page } = await login(provider.url, agree);
    assert.equal(code, 0, errors);
    const asked = new URL(said.open).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.ok(asked.get('nonce') && asked.get('state'));
    assert.equal(said.claims.sub, 'mau');
    assert.equal(said.claims.name, PERSON.name);
    assert.equal(said.claims.identity, PERSON.identity);
    assert.ok(said.refreshable && said.kept && said.renewed && said.signed_out);
    assert.match(page, /Đã đăng nhập/);
    const me = await fetch(`${provider.url}/me`, { headers: { authorization: `Bearer ${said.access}` } });
    assert.equal(me.status, 401, 'the token outlives the sign-out');
    const end = await fetch(said.end_session, { redirect: 'manual' });
    assert.equal(end.status, 200, await end.text());
  } finally {
    await provider.close();
  }
});

test('oidc-provider: turning away', async () => {
  const provider = await realProvider();
  try {
    const { code, errors, page } = await login(provider.url, turnAway);
    assert.notEqual(code, 0);
    assert.match(errors, /access_denied/);
    assert.match(page, /Chưa đăng nhập được/);
  } finally {
    await provider.close();
  }
});

test('oidc-provider: a code that was swapped on the way back', async () => {
  const provider = await realProvider();
  try {
    const { code, errors } = await login(provider.url, async (address) => {
      const back = new URL(await agree(address));
      back.searchParams.set('code', 'somebody-elses');
      return back.href;
    });
    assert.notEqual(code, 0);
    assert.match(errors, /invalid_grant/);
  } finally {
    await provider.close();
  }
});

async function follow(address) {
  return (await fetch(address, { redirect: 'manual' })).headers.get('location');
}

function lying(name, lie, check, overrides) {
  test(name, async () => {
    const provider = await lyingProvider(lie, overrides);
    try {
      check(await login(provider.url, follow));
    } finally {
      await provider.close();
    }
  });
}

// There is no refresh token there, so a good sign-in ends only when it is to be renewed.
const takes = ({ said }) => assert.equal(said.claims?.sub, PERSON.sub);
const refuses =
  (pattern) =>
  ({ said, code, errors }) => {
    assert.equal(said.claims, undefined, 'it was taken');
    assert.notEqual(code, 0);
    assert.match(errors, pattern);
  };

lying('a true token', ({ claims, sign }) => sign(claims), takes);
lying(
  'a token that ran out a minute ago',
  ({ claims, now, sign }) => sign({ ...claims, exp: now - 60 }),
  takes,
);
lying(
  'a token that ran out ten minutes ago',
  ({ claims, now, sign }) => sign({ ...claims, exp: now - 600 }),
  refuses(/Invalid|expired/),
);
lying('another nonce', ({ claims, sign }) => sign({ ...claims, nonce: 'x' }), refuses(/[Nn]once/));
lying('no nonce', ({ claims: { nonce, ...rest }, sign }) => sign(rest), refuses(/[Nn]once/));
lying('another audience', ({ claims, sign }) => sign({ ...claims, aud: 'other' }), refuses(/[Aa]udience/));
lying(
  'an audience too many',
  ({ claims, sign }) => sign({ ...claims, aud: [CLIENT, 'other'] }),
  refuses(/[Aa]udience/),
);
lying(
  'another issuer in the token',
  ({ claims, sign }) => sign({ ...claims, iss: 'http://127.0.0.1:1' }),
  refuses(/[Ii]ssuer/),
);
lying('another key', ({ claims, forge }) => forge(claims), refuses(/[Ss]ignature/));
lying('no signature', ({ claims, unsigned }) => unsigned(claims), refuses(/Invalid/));
lying('no token', () => undefined, refuses(/no ID token/));
lying('a word that is no token', () => 'abc', refuses(/can't be read|Invalid/));
lying('another issuer in its description', ({ claims, sign }) => sign(claims), refuses(/issuer/), {
  issuer: 'http://127.0.0.1:1',
});
lying('somebody else at userinfo', ({ claims, sign }) => sign(claims), refuses(/subject/i), {
  userinfo: { sub: 'p-2' },
});
lying(
  'a clock that is two hours off',
  ({ claims, now, sign }) => sign({ ...claims, iat: now - 7200, exp: now - 6600 }),
  refuses(/clock is -7[12]\d\d seconds off|Clock/),
  { headers: () => ({ date: new Date(Date.now() - 7_200_000).toUTCString() }) },
);

let failed = 0;
for (const { name, run } of cases) {
  try {
    await run();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
