// The person closes the window while typing: the last words are on disk before it goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { until } from './harness/process.mjs';
import { Shell } from './harness/shell.mjs';
import { steps, unlock } from './harness/steps.mjs';
import { X11 } from './harness/x11.mjs';

const LAST = 'go.toi.chu.cuoi@example.com';

test('closing the window', async (t) => {
  const shell = new Shell({});
  shell.createProfile();
  const draft = shell.draft('2.000635');
  let app = await startApp({ home: shell.home });
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('what was typed a moment before goes to disk, and the window goes', async () => {
    await openDraft(app, draft);
    const x = await X11.open(app.variables.DISPLAY);
    const window = await until('the window', 15_000, () => ours(x));
    await app.fill(/^Thư điện tử/, LAST);
    // As the cross in the corner does it.
    x.message(window, await x.atom('WM_PROTOCOLS'), [await x.atom('WM_DELETE_WINDOW'), 0, 0, 0, 0]);
    await until('the program to end', 15_000, () =>
      app.family().every(({ exe }) => !exe.endsWith('hoso-desktop')),
    );
    x.close();
  });

  await step('the next start has it', async () => {
    await app.kill();
    app = await startApp({ home: shell.home });
    await openDraft(app, draft);
    const values = await app.session.run(() =>
      [...document.querySelectorAll('input')].map((one) => one.value),
    );
    assert.ok(values.includes(LAST), values.join());
  });
});

async function openDraft(app, draft) {
  await unlock(app);
  await app.session.run((draft) => (location.hash = `#/dien/${draft}`), draft);
  await app.click(/^\d\. Thông tin người nộp/);
  await app.heading('Thông tin người nộp');
}

/** The screen's window that can be asked to close. */
async function ours(x) {
  const wanted = await x.atom('WM_DELETE_WINDOW');
  for (const window of await x.shown()) {
    const protocols = await x.property(window, 'WM_PROTOCOLS');
    for (let at = 0; at + 4 <= protocols.length; at += 4)
      if (protocols.readUInt32LE(at) === wanted) return window;
  }
  return null;
}
