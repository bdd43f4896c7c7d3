// A fee changes between sealing and sending: the difference is shown, and nothing is sent without a word of the person.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { dearer } from './harness/form.mjs';
import { audit } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { look, openDossier, steps, unlock } from './harness/steps.mjs';

test('a fee changes after sealing', async (t) => {
  const sandbox = await startSandbox();
  const shell = new Shell({ portal: sandbox.url });
  shell.createProfile();
  await shell.signIn(sandbox);
  shell.sync();
  await sandbox.stop();
  const [asIs, edited] = [1, 2].map(() => shell.seal(shell.draft('2.000635')));
  const app = await startApp({ home: shell.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  await unlock(app);

  await step('offline it waits for a network', async () => {
    await openDossier(app, asIs);
    await app.text(/Chờ có mạng/);
  });

  await step('online again the difference is shown, and nothing was sent', async () => {
    sandbox.args = ['--packs', dearer('2.000635')];
    await sandbox.start();
    await app.heading('Có thay đổi từ khi bạn niêm phong', { timeout: 40_000 });
    await app.text(/^24\.000\s?đ$/);
    await app.text(/^30\.000\s?đ$/);
    await look(app, 'fee-changed-01-difference');
    const { dossiers } = await audit(sandbox);
    assert.deepEqual(dossiers, []);
    await (await app.link(/^Trang chủ/)).click();
    await app.text('Có thay đổi từ khi niêm phong, cần bạn quyết định');
    await look(app, 'fee-changed-02-home');
  });

  await step('one is sent as it was sealed', async () => {
    await openDossier(app, asIs);
    await app.click('Gửi như đã niêm phong');
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    const { dossiers } = await audit(sandbox);
    assert.deepEqual(
      dossiers.map(({ id }) => id),
      [asIs],
    );
  });

  await step('the other is taken back, and sealed with the new fee', async () => {
    await openDossier(app, edited);
    await app.click('Lấy lại để sửa');
    await app.click('Lấy lại để sửa', { within: await app.role('dialog', 'Lấy hồ sơ ra khỏi hàng chờ?') });
    await app.heading('Thông tin người nộp');
    await app.click(/^\d\. Kiểm tra và nộp/);
    await app.text('Hồ sơ đã đủ để nộp.');
    await app.text(/^30\.000\s?đ$/);
    await app.tick(/^Tôi chắc chắn rằng/);
    await app.click('Nộp hồ sơ');
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    const { dossiers } = await audit(sandbox);
    assert.equal(dossiers.length, 2);
    assert.ok(!dossiers.some(({ id }) => id === edited), 'what was taken back was never sent');
  });
});
