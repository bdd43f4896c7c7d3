// A week without a network: sealed dossiers, a supplement, a withdrawal and a rating wait, and the screen says so; then everything moves by itself, behind
// the lock, but for what became dearer meanwhile: that waits for the person's word.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, turnClock } from './harness/app.mjs';
import { dearer } from './harness/form.mjs';
import { audit, bank, clerk } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { withDossiers } from './harness/shell.mjs';
import { Key } from './harness/webdriver.mjs';
import { PIN, choose, look, openDossier, openFolder, steps, unlock } from './harness/steps.mjs';
import { NAME } from './harness/extract.mjs';

test('offline for a week, then online', async (t) => {
  const sandbox = await startSandbox();
  const { shell, dossiers } = await withDossiers(sandbox, '2.000635', 4);
  const [withdrawn, returned, rated, asked] = dossiers;
  await clerk(sandbox, rated, 'accept');
  shell.sync();
  await bank(shell.run('pay', rated).payment.checkoutUrl, 'pay');
  await clerk(sandbox, rated, 'return-result');
  await clerk(sandbox, asked, 'supplement', { reason: 'Thiếu nơi đăng ký.' });
  shell.sync();
  // The portal is away; meanwhile more is done.
  await sandbox.stop();
  const sealed = [1, 2].map(() => shell.seal(shell.draft('2.000635')));
  const changed = shell.seal(shell.draft('2.000815'));
  shell.run('dossier', 'rate', rated, '--score', '5', '--comment', 'Nhanh gọn.');
  shell.seal(shell.run('dossier', 'supplement', asked).id);
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
    await app.text(/^Còn 6 hồ sơ chưa gửi xong\. Ứng dụng vẫn tự gửi trong lúc khóa/);
    await app.gone(NAME);
    await look(app, 'week-03-behind-the-lock');
  });

  await step('the network is back, and without anybody there everything is sent', async () => {
    sandbox.args = ['--packs', dearer('2.000815')];
    await sandbox.start();
    // The desk worked meanwhile.
    await clerk(sandbox, returned, 'refuse', { opinion: 'Thiếu giấy tờ.' });
    const all = await until('everything at the portal', 90_000, async () => {
      const { dossiers: there } = await audit(sandbox);
      const second = there.find(({ id }) => id === asked).revisions.length === 2;
      return second && there.filter(({ code }) => code).length === 6 && there;
    });
    assert.ok(sealed.every((id) => all.some((one) => one.id === id)));
    assert.ok(!all.some((one) => one.id === changed), 'what became dearer waits');
    await app.text(/^Còn 1 hồ sơ chưa gửi xong\. Khi đã khóa hẳn, ứng dụng không gửi/, { timeout: 90_000 });
    await app.heading('Ứng dụng đang khóa');
  });

  await step('whoever comes back finds it all done', async () => {
    await unlock(app, PIN, 'Hồ sơ');
    await openDossier(app, withdrawn);
    await app.text('Bạn đã rút hồ sơ này.', { timeout: 30_000 });
    await openDossier(app, returned);
    await app.text('Thiếu giấy tờ.', { timeout: 30_000 });
    await openDossier(app, rated);
    await app.text('Nhanh gọn.', { timeout: 30_000 });
    await openDossier(app, asked);
    await app.text(/Bổ sung lần 1/, { timeout: 30_000 });
    await openDossier(app, sealed[1]);
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    await look(app, 'week-04-sent');
  });

  await step('but what became dearer, which says why and goes with the person’s word', async () => {
    await (await app.link(/^Trang chủ/)).click();
    await app.text('Có thay đổi từ khi niêm phong, cần bạn quyết định');
    await look(app, 'week-05-home');
    await openDossier(app, changed);
    await app.heading('Có thay đổi từ khi bạn niêm phong');
    await app.click('Gửi như đã niêm phong');
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.', { timeout: 30_000 });
    await app.click(/^Trực tuyến/);
    await app.text('Không có hồ sơ nào đang chờ gửi.', {
      within: await app.role('dialog', 'Kết nối và hàng chờ gửi'),
    });
    await look(app, 'week-06-all-sent');
  });
});
