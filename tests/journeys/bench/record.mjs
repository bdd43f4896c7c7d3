// What a page is given to measure its own keys.

import { until } from '../harness/process.mjs';

/** What was recorded, once the last of so many keys was seen to paint. */
export function recorded(app, count) {
  return until(`${count} keys to be seen to paint`, 30_000, () =>
    app.session.run((count) => (window.measured.paint.length >= count ? window.measured : null), count),
  );
}

/** Runs in the page: measures every key from now on. */
export function record() {
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
