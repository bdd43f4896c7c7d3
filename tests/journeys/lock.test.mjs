// The lock: what a wrong PIN costs, and a profile that is open already.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { until } from './harness/process.mjs';
import { PIN, createProfile, look, steps, unlock } from './harness/steps.mjs';

test('the lock', async (t) => {
  const home = folder('home');
  const app = await startApp({ home });
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('nothing of the profile is shown while it is locked', async () => {
    await createProfile(app);
    await app.click('Khóa ứng dụng');
    await app.heading('Ứng dụng đang khóa');
    await app.gone('Xin chào');
    await unlock(app);
  });

  await step('a second window on the same profile is told so', async () => {
    const second = await startApp({ home });
    try {
      await second.heading('Ứng dụng đang khóa');
      await second.fill('Mã PIN', PIN);
      await second.click('Mở khóa');
      await second.text('Hồ sơ cá nhân này đang mở ở một cửa sổ khác. Hãy đóng cửa sổ đó trước.');
      await look(second, 'lock-01-open-elsewhere');
    } finally {
      await second.stop();
    }
    await app.heading(/^Xin chào/);
  });

  await step('wrong PINs make the wait grow, and it is told', async () => {
    await app.click('Khóa ứng dụng');
    await app.heading('Ứng dụng đang khóa');
    const first = await wrongUntilWait(app);
    await look(app, 'lock-02-wait');
    assert.equal(await (await app.button('Mở khóa')).property('disabled'), true);
    await app.gone(/^Nhập sai nhiều lần/);
    const second = await wrongUntilWait(app);
    assert.ok(second > first, `a wait of ${second} s after one of ${first} s`);
  });

  await step('the right PIN opens after the wait', async () => {
    await app.gone(/^Nhập sai nhiều lần/, { timeout: 30_000 });
    await unlock(app);
  });
});

/** Types wrong PINs until a wait is told, after ten at the latest; gives its seconds. */
async function wrongUntilWait(app) {
  for (let tries = 0; tries < 10; tries++) {
    await app.fill('Mã PIN', `sai-${tries}-246`);
    await app.click('Mở khóa');
    const answer = await until('an answer to a wrong PIN', 15_000, () =>
      app.session.run(() => {
        const text = document.querySelector('main').innerText;
        const wait = /Chờ (\d+) giây/.exec(text);
        if (wait) return { seconds: Number(wait[1]) };
        const told = document.getElementById('lock-pin').value === '' && text.includes('Mã PIN không đúng.');
        return told ? { seconds: 0 } : null;
      }),
    );
    if (answer.seconds > 0) return answer.seconds;
  }
  throw new Error('ten wrong PINs cost no wait');
}
