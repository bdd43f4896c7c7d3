// What was done before the window opened, or at another computer, with `hoso`.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, turnClock } from './app.mjs';
import { folder } from './folder.mjs';
import { pack } from './form.mjs';
import { AN, audit, signIn } from './outside.mjs';
import { PIN } from './steps.mjs';

/** A person at a shell; the window opens the same profile when `hoso` has ended: `startApp({home: person.home})`. */
export class Shell {
  constructor({ home = folder('home'), portal } = {}) {
    Object.assign(this, { home, portal });
    mkdirSync(join(home, 'desk'), { recursive: true });
    turnClock(home);
    writeFileSync(join(home, 'pin'), `${PIN}\n`);
  }

  /** The answer of a command. */
  run(...args) {
    const written = execFileSync(binary('hoso'), this.#args(args), { env: this.#env(), encoding: 'utf8' });
    return JSON.parse(written.trim().split('\n').at(-1));
  }

  /** What a command was refused with. */
  refused(...args) {
    try {
      this.run(...args);
    } catch (error) {
      return JSON.parse(error.stderr.trim().split('\n').at(-1));
    }
    assert.fail(`hoso ${args.join(' ')} was to be refused`);
  }

  /** Makes the profile of the person whom the sandbox knows. */
  createProfile() {
    this.run(
      ...['profile', 'create', '--name', AN.name, '--identity', AN.login, '--birth-date', '1990-03-15'],
      ...['--phone', AN.phone, '--email', 'an.nguyen@example.com', '--province', 'Tỉnh Quảng Ngãi'],
      ...['--commune', 'Phường Hoa Ban', '--address', 'Số 5, đường Mẫu'],
    );
  }

  async signIn(sandbox) {
    const child = spawn(binary('hoso'), this.#args(['login', '--no-browser']), { env: this.#env() });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.stdout.setEncoding('utf8');
    let written = '';
    for await (const text of child.stdout) {
      const asked = written.includes('\n');
      written += text;
      if (!asked && written.includes('\n')) await signIn(sandbox, JSON.parse(written.split('\n')[0]).url);
    }
    assert.equal(await ended, 0, `hoso login: ${written}`);
  }

  /** Puts answers into a file; gives its path. */
  file(answers) {
    const file = join(this.home, 'answers.json');
    writeFileSync(file, JSON.stringify(answers));
    return file;
  }

  /** Begins a draft with answers, those of the pack's example unless given. */
  draft(code, answers = pack(code).answers, attach = []) {
    const wishes = attach.flatMap((wish) => ['--attach', wish]);
    return this.run('dossier', 'new', code, '--data', this.file(answers), ...wishes).id;
  }

  /** Seals a draft; gives the dossier's id. */
  seal(draft) {
    return this.run('dossier', 'seal', draft).dossier;
  }

  /** Sends what waits. */
  sync() {
    return this.run('sync', '--once');
  }

  #args(args) {
    const portal = this.portal === undefined ? [] : ['--portal', this.portal];
    return [
      ...['--json', '--home', join(this.home, 'profile'), '--pin-file', join(this.home, 'pin')],
      ...portal,
      ...args,
    ];
  }

  #env() {
    return { ...process.env, HOSO_TEST_CLOCK: join(this.home, 'desk', 'clock'), TZ: 'Asia/Ho_Chi_Minh' };
  }
}

/** Somebody with a profile and signed in, and so many dossiers of a procedure at the portal. */
export async function withDossiers(sandbox, code, count) {
  const shell = new Shell({ portal: sandbox.url });
  shell.createProfile();
  await shell.signIn(sandbox);
  const dossiers = Array.from({ length: count }, () => shell.seal(shell.draft(code)));
  shell.sync();
  const { dossiers: there } = await audit(sandbox);
  assert.equal(there.filter(({ code }) => code).length, count, 'dossiers at the portal');
  return { shell, dossiers };
}
