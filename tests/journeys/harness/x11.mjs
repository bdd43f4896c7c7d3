// A small client of the X11 protocol, as far as dropping files onto a window and a mouse and keys of its own need it; there
// is no package to install for this.

import { connect } from 'node:net';
import { until } from './process.mjs';

const CLIENT_MESSAGE = 33;

/** Speaks to a screen that asks for no authority, as the journeys' own does. */
export class X11 {
  #events = [];
  #replies = new Map();
  #asked = new Set();
  #waiting = Buffer.alloc(0);
  #sequence = 0;
  #nextId = 1;
  #atoms = new Map();

  /** @param {string} display such as `:99` */
  static async open(display) {
    const x = new X11();
    x.socket = connect(`/tmp/.X11-unix/X${display.slice(1)}`);
    x.socket.unref();
    x.socket.on('error', (error) => (x.broken = error));
    x.socket.on('data', (data) => (x.#waiting = Buffer.concat([x.#waiting, data])));
    x.socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const setup = await until('the screen to answer', 5_000, () => {
      if (x.broken) throw x.broken;
      return x.#take((head) => 8 + head.readUInt16LE(6) * 4, 8);
    });
    if (setup[0] !== 1) throw new Error(`the screen refused: ${setup.toString('latin1', 8)}`);
    x.base = setup.readUInt32LE(12);
    const screens = 40 + padded(setup.readUInt16LE(24)) + setup[29] * 8;
    x.root = setup.readUInt32LE(screens);
    x.socket.on('data', () => x.#read());
    return x;
  }

  /** Says what is still to be said, and hangs up. */
  close() {
    this.socket.end();
  }

  /** The number of a name. */
  async atom(name) {
    if (!this.#atoms.has(name)) {
      const text = Buffer.alloc(padded(name.length));
      text.write(name, 'latin1');
      const reply = await this.#ask(16, 0, [u16(name.length), u16(0), text]);
      this.#atoms.set(name, reply.readUInt32LE(8));
    }
    return this.#atoms.get(name);
  }

  /** A window that nobody sees, to speak from. */
  createWindow() {
    const id = this.base + this.#nextId++;
    const inputOnly = 2;
    this.#send(1, 0, [u32(id, this.root), u16(0, 0, 1, 1, 0, inputOnly), u32(0, 0)]);
    return id;
  }

  async children(window) {
    const reply = await this.#ask(15, 0, [u32(window)]);
    return Array.from({ length: reply.readUInt16LE(16) }, (_, at) => reply.readUInt32LE(32 + at * 4));
  }

  /** The screen's windows that can be seen, lists and menus that are open among them. */
  async shown() {
    const viewable = 2;
    const seen = [];
    for (const window of await this.children(this.root)) {
      // One that went meanwhile can't be seen.
      const attributes = await this.#ask(3, 0, [u32(window)]).catch(() => null);
      if (attributes?.[26] === viewable) seen.push(window);
    }
    return seen;
  }

  /** Presses and lets go of the mouse's first button at a place of the screen. */
  async click(x, y) {
    await this.#fake(6, 0, x, y);
    await this.#fake(4, 1, x, y);
    await this.#fake(5, 1, x, y);
  }

  /** Presses and lets go of a key, by the number that the keyboard has for it. */
  async key(code) {
    await this.#fake(2, code);
    await this.#fake(3, code);
  }

  /** An event as if a device had sent it, by the XTEST extension. */
  async #fake(type, detail, x = 0, y = 0) {
    const name = 'XTEST';
    const text = Buffer.alloc(padded(name.length));
    text.write(name, 'latin1');
    this.xtest ??= (await this.#ask(98, 0, [u16(name.length), u16(0), text]))[9];
    const what = Buffer.from([type, detail, 0, 0]);
    this.#send(this.xtest, 2, [what, u32(0, this.root, 0, 0), u16(x, y), Buffer.alloc(8)]);
  }

  /** A property's bytes; empty when the window has none of that name. */
  async property(window, name) {
    const atom = await this.atom(name);
    const reply = await this.#ask(20, 0, [u32(window, atom, 0, 0, 1024)]);
    return reply.subarray(32, 32 + (reply.readUInt32LE(16) * reply[1]) / 8);
  }

  async setText(window, property, type, text) {
    const data = Buffer.from(text);
    const fill = Buffer.alloc(padded(data.length) - data.length);
    this.#send(18, 0, [u32(window, property, type), Buffer.from([8, 0, 0, 0]), u32(data.length), data, fill]);
  }

  /** Where the window's upper left corner is on the screen. */
  async corner(window) {
    const reply = await this.#ask(40, 0, [u32(window, this.root), u16(0, 0)]);
    return { x: reply.readInt16LE(12), y: reply.readInt16LE(14) };
  }

  /** Makes the window the owner of a selection. */
  own(window, selection) {
    this.#send(22, 0, [u32(window, selection, 0)]);
  }

  /** Sends a client message with five numbers. */
  message(window, type, numbers) {
    this.#event(window, [Buffer.from([CLIENT_MESSAGE, 32, 0, 0]), u32(window, type, ...numbers)]);
  }

  /** Says that a selection is there, in the property that was asked for. */
  selectionReady(window, { time, selection, target, property }) {
    const fill = Buffer.alloc(8);
    this.#event(window, [Buffer.from([31, 0, 0, 0]), u32(time, window, selection, target, property), fill]);
  }

  /** The next event that arrived and was not taken yet: a request for a selection or a client message. */
  next() {
    if (this.broken) throw this.broken;
    const event = this.#events.shift();
    if (!event) return null;
    const number = (at) => event.readUInt32LE(at);
    if ((event[0] & 0x7f) === CLIENT_MESSAGE)
      return { type: number(8), numbers: [12, 16, 20, 24, 28].map(number) };
    if ((event[0] & 0x7f) !== 30) return this.next();
    const [time, requestor, selection, target, property] = [4, 12, 16, 20, 24].map(number);
    return { request: { time, requestor, selection, target, property } };
  }

  #event(window, parts) {
    this.#send(25, 0, [u32(window, 0), ...parts]);
  }

  async #ask(opcode, detail, parts) {
    const sequence = this.#send(opcode, detail, parts);
    this.#asked.add(sequence);
    const packet = await until('the screen to answer', 5_000, () => {
      if (this.broken) throw this.broken;
      const packet = this.#replies.get(sequence);
      this.#replies.delete(sequence);
      return packet;
    });
    this.#asked.delete(sequence);
    if (packet[0] === 0) throw refusal(packet);
    return packet;
  }

  #send(opcode, detail, parts) {
    const body = Buffer.concat(parts);
    this.socket.write(Buffer.concat([Buffer.from([opcode, detail]), u16(1 + body.length / 4), body]));
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return this.#sequence;
  }

  #read() {
    const long = (head) => 32 + (head[0] === 1 ? head.readUInt32LE(4) * 4 : 0);
    for (let packet; (packet = this.#take(long, 32));) {
      const answers = packet[0] === 1 || (packet[0] === 0 && this.#asked.has(packet.readUInt16LE(2)));
      if (answers) this.#replies.set(packet.readUInt16LE(2), packet);
      else if (packet[0] === 0) this.broken = refusal(packet);
      else this.#events.push(packet);
    }
  }

  /** Takes a packet of what arrived, once all of it is there. */
  #take(length, head) {
    if (this.#waiting.length < head) return null;
    const end = length(this.#waiting);
    if (this.#waiting.length < end) return null;
    const packet = this.#waiting.subarray(0, end);
    this.#waiting = this.#waiting.subarray(end);
    return packet;
  }
}

const refusal = (packet) => new Error(`the screen reports error ${packet[1]} for request ${packet[10]}`);

const padded = (length) => Math.ceil(length / 4) * 4;

function u32(...numbers) {
  const buffer = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, at) => buffer.writeUInt32LE(number >>> 0, at * 4));
  return buffer;
}

function u16(...numbers) {
  const buffer = Buffer.alloc(numbers.length * 2);
  numbers.forEach((number, at) => buffer.writeUInt16LE(number & 0xffff, at * 2));
  return buffer;
}
