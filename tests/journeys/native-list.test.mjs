// A list that the window's system opens, by a mouse and keys that are the screen's own: what WebDriver chooses opens none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { until } from './harness/process.mjs';
import { X11 } from './harness/x11.mjs';

/** The numbers of keys on the screen's keyboard. */
const DOWN = 116;
const RETURN = 36;
const ESCAPE = 9;
const SPACE = 65;
const PATIENCE = 15_000;

test('a native list opens, is chosen from and closes, and the page goes on', async (t) => {
  const app = await startApp({ env: { HOSO_BENCH_BARE: '1' } });
  t.after(() => app.kill());
  const x = await X11.open(app.variables.DISPLAY);
  t.after(() => x.close());
  const place = await app.session.run(() => {
    const list = document.body.appendChild(document.createElement('select'));
    for (const word of ['Một', 'Hai', 'Ba']) list.add(new Option(word));
    list.setAttribute('aria-label', 'Danh sách');
    window.framesSeen = 0;
    const count = () => {
      window.framesSeen += 1;
      requestAnimationFrame(count);
    };
    count();
    const { left, top, width, height } = list.getBoundingClientRect();
    return [left + width / 2, top + height / 2].map((at) => Math.round(at * devicePixelRatio));
  });
  const alone = await x.shown();
  const [page] = alone;
  const corner = await x.corner(page);
  const click = () => x.click(corner.x + place[0], corner.y + place[1]);
  const opens = () =>
    until('the list to open', PATIENCE, async () => (await x.shown()).length > alone.length);
  const closes = () =>
    until('the list to close', PATIENCE, async () => (await x.shown()).length === alone.length);
  const chosen = () => app.session.run(() => document.querySelector('select').value);
  const goesOn = async () => {
    const before = await app.session.run(() => window.framesSeen);
    await until('the page to go on', PATIENCE, async () => {
      return (await app.session.run(() => window.framesSeen)) > before + 3;
    });
  };

  await click();
  await opens();
  await goesOn();
  await x.key(DOWN);
  await x.key(RETURN);
  await closes();
  await until('the choice', PATIENCE, async () => (await chosen()) === 'Hai');
  await goesOn();

  await x.key(SPACE);
  await opens();
  await x.key(DOWN);
  await x.key(ESCAPE);
  await closes();
  await goesOn();
  assert.equal(await chosen(), 'Hai', 'what was not chosen stays as it was');
});
