// The sandbox portal, started and stopped as the journey wants it.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { binary } from './app.mjs';
import { folder } from './folder.mjs';
import { Program, freePort } from './process.mjs';

/**
 * Starts a portal with the sample data.
 *
 * @param {object} options
 * @param {string} [options.data] its folder; a new one unless given
 * @param {string[]} [options.args] further arguments, such as the switches for faults
 */
export async function startSandbox({ data = folder('portal'), args = [] } = {}) {
  // A port of our own choosing, so that a restarted portal is found where it was.
  const sandbox = new Sandbox(data, await freePort(), args);
  await sandbox.start();
  return sandbox;
}

/** A portal that runs or was stopped; its address and its data stay the same. */
export class Sandbox {
  constructor(data, port, args) {
    Object.assign(this, { data, port, args });
  }

  async start() {
    this.program = new Program('hoso-sandbox', binary('hoso-sandbox'), [
      ...['--port', String(this.port), '--data', this.data, '--seed', 'demo'],
      ...this.args,
    ]);
    /** What its first line of output says, with at least the `url`. */
    this.told = JSON.parse(await this.program.line(/^\{/));
    this.url = this.told.url;
  }

  /** Stops it politely. */
  async stop() {
    await this.program.stop();
  }

  /** Ends it as a power cut would. */
  async kill() {
    await this.program.kill();
  }

  /** A request to it, as a browser of a clerk or a bank customer would make one. */
  async fetch(path, options) {
    // Shell commands hold this process up for long: that an idle connection was closed meanwhile is noticed first.
    await nextTurn();
    return fetch(new URL(path, this.url), options);
  }
}
