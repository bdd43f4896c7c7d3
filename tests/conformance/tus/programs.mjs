// Programs that the tests start and kill: the sandbox portal, @tus/server and our own client.

import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const folder =
  process.env.HOSO_BIN_DIR ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');

/** A built program, building it when it is missing. */
function find(path, ...build) {
  const file = join(folder, process.platform === 'win32' ? `${path}.exe` : path);
  if (!existsSync(file)) execFileSync('cargo', ['build', '-q', ...build], { cwd: root, stdio: 'inherit' });
  return file;
}

/** A server in its own process, which says its address in its first line, as JSON. */
export class Server {
  constructor(command) {
    this.command = command;
  }

  /** Starts it, a second time on the port that it had before. */
  async start() {
    const [program, ...rest] = this.command(this.port ?? 0);
    this.child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.child.stdout });
    const [line] = await once(lines, 'line');
    this.url = JSON.parse(line).url;
    this.port = new URL(this.url).port;
    return this;
  }

  /** kill -9, and gone when this returns. */
  async kill() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  async restart() {
    await this.kill();
    await this.start();
  }
}

export function sandbox(data) {
  const program = find('hoso-sandbox', '-p', 'hoso-sandbox');
  return new Server((port) => [program, '--port', port, '--seed', 'demo', '--data', data]).start();
}

export function tusServer(data) {
  return new Server((port) => [process.execPath, join(here, 'server.mjs'), port, data]).start();
}

/** Our client; answers what it printed. */
export async function ourClient(url, file) {
  const program = find('examples/tus_upload', '-p', 'hoso-portal-client', '--example', 'tus_upload');
  const child = spawn(program, [url, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`our client ended with ${code}`);
  return JSON.parse(said);
}

/** Signs the sandbox's demo citizen in, as a browser would; answers the access token. */
export async function signIn(url) {
  const verifier = randomBytes(32).toString('base64url');
  const back = 'http://127.0.0.1:1/callback';
  const post = (path, fields) =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const page = await post('/oidc/authorize', {
    client_id: 'hoso-desktop',
    response_type: 'code',
    redirect_uri: back,
    scope: 'openid',
    state: 's',
    nonce: 'n',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login: '001090000001',
    password: 'MatKhau#2026',
  });
  const [, signin] = /name="signin" value="([^"]+)"/.exec(await page.text());
  const outbox = await fetch(`${url}/outbox`, { headers: { accept: 'application/json' } });
  const [{ otp }] = await outbox.json();
  const redirect = await post('/oidc/otp', { signin, otp });
  const code = new URL(redirect.headers.get('location')).searchParams.get('code');
  const tokens = await post('/oidc/token', {
    grant_type: 'authorization_code',
    client_id: 'hoso-desktop',
    code,
    redirect_uri: back,
    code_verifier: verifier,
  });
  return (await tokens.json()).access_token;
}
