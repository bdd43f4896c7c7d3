// Keys that are typed, and what a page is given to measure them itself.

import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../harness/process.mjs';
import { Key } from '../harness/webdriver.mjs';

const BETWEEN_KEYS = 90;

/** A quick typist in what has the focus, who looks up after each word; then the words are taken back, letter by letter. */
export async function typed(app, words, { times = 1, betweenWords }) {
  await app.session.run(record);
  let count = 0;
  for (let time = 0; time < times; time++) {
    for (const back of [false, true]) {
      for (const word of words) {
        for (const letter of `${word} `) {
          await app.press(back ? Key.Backspace : letter);
          count += 1;
          await sleep(BETWEEN_KEYS);
        }
        await sleep(betweenWords);
      }
    }
  }
  return recorded(app, count);
}

/** What was recorded, once the last of so many keys was seen to paint. */
function recorded(app, count) {
  return until(`${count} keys to be seen to paint`, 30_000, () =>
    app.session.run((count) => (window.measured.paint.length >= count ? window.measured : null), count),
  );
}

/** Runs in the page: measures every key from now on. */
function record() {
  const measured = { paint: [], durable: [], change: [] };
  window.measured = measured;
  let pressed;
  let unsaved = [];
  addEventListener('keydown', (event) => (pressed = event.timeStamp), true);
  addEventListener('input', () => {
    const start = pressed;
    unsaved.push(start);
    requestAnimationFrame(() => {
      // The frame is painted when this callback ends; a message is the first task after it.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => measured.paint.push(performance.now() - start);
      port2.postMessage(null);
    });
  });
  // The way by which the page reaches the core.
  const send = window.fetch;
  window.fetch = async (...args) => {
    if (!String(args[0]).endsWith('/draft_change')) return send(...args);
    const saved = unsaved;
    unsaved = [];
    const left = performance.now();
    const answer = await send(...args);
    const back = performance.now();
    measured.change.push(back - left);
    for (const start of saved) measured.durable.push(back - start);
    return answer;
  };
}
