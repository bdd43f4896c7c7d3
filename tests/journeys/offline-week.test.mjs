// A week without a network: sealed dossiers and a withdrawal wait, and the screen says so; then everything moves by itself, behind the lock.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, turnClock } from './harness/app.mjs';
import { audit, clerk } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { withDossiers } from './harness/shell.mjs';
import { Key } from './harness/webdriver.mjs';
import { PIN, choose, look, openDossier, openFolder, steps, unlock } from './harness/steps.mjs';
import { NAME } from './harness/extract.mjs';

test('offline for a week, then online', async (t) => {
  const sandbox = await startSandbox();
  const { shell, dossiers } = await withDossiers(sandbox, '2.000635', 2);
  const [withdrawn, returned] = dossiers;
  // The portal is away; meanwhile two more dossiers are sealed.
  await sandbox.stop();
  const sealed = [1, 2].map(() => shell.seal(shell.draft('2.000635')));
  const app = await startApp({ home: shell.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  await step('offline, everything is safe and waits, and the screen says for what', async () => {
    await unlock(app);
    await openDossier(app, withdrawn);
    await choose(app, `Thao tác khác: ${NAME}`, 'Rút hồ sơ');
    const dialog = await app.role('dialog', 'Rút hồ sơ?');
    await app.fill(/^Lý do rút hồ sơ/, 'Tôi đã có bản sao.', { within: dialog });
    await app.click('Rút hồ sơ', { within: dialog });
    await app.text('Yêu cầu rút hồ sơ đã lưu trên máy và sẽ tự gửi lên cổng khi có mạng.');
    await app.click(/^Ngoại tuyến/);
    const panel = await app.role('dialog', 'Kết nối và hàng chờ gửi');
    await app.text('Chờ có mạng', { within: panel });
    await look(app, 'week-01-queue');
    await app.press(Key.Escape);
  });

  await step('left alone for a week, it locks itself and says that it goes on', async () => {
    await app.link(NAME, { within: await openFolder(app, 'Hàng chờ gửi') });
    await look(app, 'week-02-still-waiting');
    turnClock(app.home, '2026-11-28T09:00:00+07:00');
    await app.heading('Ứng dụng đang khóa');
    await app.text(/^Còn 3 hồ sơ chưa gửi xong\. Ứng dụng vẫn tự gửi trong lúc khóa/);
    await app.gone(NAME);
    await look(app, 'week-03-behind-the-lock');
  });

  await step('the network is back, and without anybody there everything is sent', async () => {
    await sandbox.start();
    // The desk worked meanwhile.
    await clerk(sandbox, returned, 'refuse', { opinion: 'Thiếu giấy tờ.' });
    const all = await until('everything at the portal', 90_000, async () => {
      const { dossiers: there } = await audit(sandbox);
      return there.filter(({ code }) => code).length === 4 && there;
    });
    assert.ok(sealed.every((id) => all.some((one) => one.id === id)));
    await app.gone(/^Còn \d hồ sơ chưa gửi xong/, { timeout: 90_000 });
    await app.heading('Ứng dụng đang khóa');
  });

  await step('whoever comes back finds it all done', async () => {
    await unlock(app, PIN, 'Hồ sơ');
    await openDossier(app, withdrawn);
    await app.text('Bạn đã rút hồ sơ này.', { timeout: 30_000 });
    await openDossier(app, returned);
    await app.text('Thiếu giấy tờ.', { timeout: 30_000 });
    await openDossier(app, sealed[1]);
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    await app.click(/^Trực tuyến/);
    await app.text('Không có hồ sơ nào đang chờ gửi.', {
      within: await app.role('dialog', 'Kết nối và hàng chờ gửi'),
    });
    await look(app, 'week-04-all-sent');
  });
});
