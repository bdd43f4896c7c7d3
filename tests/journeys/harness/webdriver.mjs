// A small client of the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/), as far as the journeys need it.

import { until } from './process.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** What the driver answered instead of a result; `code` is the protocol's, such as `stale element reference`. */
export class WebDriverError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Keys that have no character of their own. */
export const Key = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  Space: ' ',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
};

/** One session: one window of one program. */
export class Session {
  /** Opens the program under a driver that listens at `address`. */
  static async open(address, binary, args) {
    const { sessionId } = await send('POST', `${address}/session`, {
      capabilities: {
        alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } },
      },
    });
    return new Session(`${address}/session/${sessionId}`);
  }

  constructor(address) {
    this.address = address;
  }

  async close() {
    await send('DELETE', this.address);
  }

  /**
   * Calls a function in the page; arguments and result travel as JSON, elements as `Element`.
   * A promise that it returns is waited for.
   */
  async run(script, ...args) {
    const body = typeof script === 'function' ? `return (${script}).apply(null, arguments)` : script;
    const value = await send('POST', `${this.address}/execute/sync`, {
      script: body,
      args: args.map(toWire),
    });
    return this.#fromWire(value);
  }

  async setSize(width, height) {
    await send('POST', `${this.address}/window/rect`, { width, height });
  }

  /**
   * A PNG of the page. The driver takes it with the next thing that is painted, and where nothing changes any more in a
   * page drawn without layers it would wait for ever; so a pixel that nobody sees changes until then.
   */
  async screenshot() {
    await this.run(() => {
      const pixel = document.documentElement.appendChild(document.createElement('div'));
      pixel.ariaHidden = 'true';
      pixel.style.cssText = 'position: fixed; inset: auto 0 0 auto; width: 1px; height: 1px; z-index: -1';
      let frame = 0;
      const change = () => {
        pixel.style.backgroundColor = `rgb(0 0 0 / ${(frame++ % 2) / 500})`;
        window.unseen = requestAnimationFrame(change);
      };
      change();
      window.unseenPixel = pixel;
    });
    const picture = await send('GET', `${this.address}/screenshot`);
    await this.run(() => {
      cancelAnimationFrame(window.unseen);
      window.unseenPixel.remove();
    });
    return Buffer.from(picture, 'base64');
  }

  /** Presses keys one after the other, on whatever has the focus; an array is pressed together. */
  async press(...keys) {
    const actions = keys.flatMap((key) => {
      const together = Array.isArray(key) ? key : [key];
      return [
        ...together.map((value) => ({ type: 'keyDown', value })),
        ...together.toReversed().map((value) => ({ type: 'keyUp', value })),
      ];
    });
    await send('POST', `${this.address}/actions`, {
      actions: [{ type: 'key', id: 'keyboard', actions }],
    });
  }

  /** Moves the mouse to a point of the window. */
  async point(x, y) {
    const actions = [{ type: 'pointerMove', duration: 0, x, y }];
    await send('POST', `${this.address}/actions`, { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  /** Presses the mouse at the first of these points of the window, moves over the others and lets go. */
  async drag(points) {
    const [first, ...others] = points.map(([x, y]) => ({
      type: 'pointerMove',
      duration: 20,
      x: Math.round(x),
      y: Math.round(y),
    }));
    const actions = [first, { type: 'pointerDown', button: 0 }, ...others, { type: 'pointerUp', button: 0 }];
    await send('POST', `${this.address}/actions`, { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  #fromWire(value) {
    if (Array.isArray(value)) return value.map((item) => this.#fromWire(item));
    if (value && typeof value === 'object') {
      if (ELEMENT in value) return new Element(this, value[ELEMENT]);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#fromWire(item)]));
    }
    return value;
  }
}

/** An element of the page. */
export class Element {
  constructor(session, id) {
    this.session = session;
    this.id = id;
    this.address = `${session.address}/element/${id}`;
  }

  /** Scrolls there and clicks in the middle, as a mouse would, once nothing such as a passing message covers it. */
  async click() {
    // The driver scrolls as little as it can, which ends at the edge, under the messages.
    await this.session.run((element) => element.scrollIntoView({ block: 'center' }), this);
    await until('nothing to cover what is to be clicked', 15_000, () =>
      send('POST', `${this.address}/click`, {}).then(
        () => true,
        (error) => {
          if (error.code !== 'element click intercepted') throw error;
          return false;
        },
      ),
    );
  }

  /** Gives it the focus and types; text outside ASCII included. */
  async type(text) {
    await send('POST', `${this.address}/value`, { text });
  }

  /** Empties a text field. */
  async clear() {
    await send('POST', `${this.address}/clear`, {});
  }

  /** The text as rendered. */
  async text() {
    return send('GET', `${this.address}/text`);
  }

  async property(name) {
    return send('GET', `${this.address}/property/${name}`);
  }

  async attribute(name) {
    return send('GET', `${this.address}/attribute/${name}`);
  }

  /** Its role, as the browser tells a screen reader. */
  async role() {
    return send('GET', `${this.address}/computedrole`);
  }

  /** Its accessible name, as the browser tells a screen reader. */
  async name() {
    return send('GET', `${this.address}/computedlabel`);
  }

  /** Whether it has the keyboard. */
  async hasFocus() {
    return this.session.run((element) => element === document.activeElement, this);
  }
}

function toWire(value) {
  if (value instanceof Element) return { [ELEMENT]: value.id };
  if (value instanceof RegExp) return { source: value.source, flags: value.flags };
  if (Array.isArray(value)) return value.map(toWire);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
  }
  return value ?? null;
}

async function send(method, url, body) {
  const response = await fetch(url, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(60_000),
  });
  const { value } = await response.json();
  if (!response.ok) throw new WebDriverError(value.error, value.message);
  return value;
}
