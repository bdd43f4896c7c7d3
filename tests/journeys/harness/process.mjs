// Programs that a journey starts, each the head of a process group, all stopped when the journey ends.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();

process.on('exit', () => {
  for (const program of running) program.signal('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(1));
}

/** A program that was started, with what it wrote so far. */
export class Program {
  /**
   * @param {string} name for messages
   * @param {string} file
   * @param {string[]} args
   * @param {{env?: object, cwd?: string, pipes?: number}} options `pipes`: further file descriptors to read
   */
  constructor(name, file, args, { env = process.env, cwd, pipes = 0 } = {}) {
    this.name = name;
    this.written = '';
    // The exit handler above can't run when this process is killed outright; the kernel's own does.
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', file, ...args], {
      env,
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...Array(pipes).fill('pipe')],
    });
    // A program that a failed journey left running must not keep node waiting.
    this.child.unref();
    running.add(this);
    for (const stream of this.child.stdio.slice(1)) {
      stream.setEncoding('utf8');
      stream.unref();
      stream.on('data', (text) => {
        this.written += text;
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.written += `${error}\n`;
        resolve();
      });
      this.child.on('exit', resolve);
    });
  }

  get pid() {
    return this.child.pid;
  }

  get isRunning() {
    return this.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Signals the whole group, so that what the program started goes with it. */
  signal(signal) {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }

  /** The first line that matches, waited for in all that the program writes. */
  async line(pattern, timeout = 30_000) {
    return until(`${this.name} to write ${pattern}`, timeout, () => {
      const found = this.written
        .split('\n')
        .slice(0, -1)
        .find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (!this.isRunning) throw new Error(`${this.name} ended early:\n${this.written}`);
    });
  }

  async stop() {
    this.child.ref();
    this.signal('SIGTERM');
    await Promise.race([this.ended, sleep(5_000, undefined, { ref: false })]);
    await this.kill();
  }

  async kill() {
    this.child.ref();
    this.signal('SIGKILL');
    await this.ended;
    running.delete(this);
  }
}

/** Asks again and again until the answer is neither undefined, null nor false. */
export async function until(what, timeout, ask) {
  const end = Date.now() + timeout;
  for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeout / 1000} s in vain for ${what}`);
    await sleep(pause);
  }
}

/** A port of the loopback address that is free just now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
