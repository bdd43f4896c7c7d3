// One dossier, two computers of the same person: both answer the same request for supplement. The portal takes the first; both are kept and shown.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { pack } from './harness/form.mjs';
import { folder } from './harness/folder.mjs';
import { audit, clerk } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { look, openDossier, steps, unlock } from './harness/steps.mjs';

const REASON = 'Đề nghị ghi rõ nơi lập phiếu.';

test('a supplement on two machines', async (t) => {
  const stick = join(folder('stick'), 'ho-so.hoso');
  const sandbox = await startSandbox();
  const [first, second] = [new Shell({ portal: sandbox.url }), new Shell({ portal: sandbox.url })];
  for (const shell of [first, second]) {
    shell.createProfile();
    await shell.signIn(sandbox);
    shell.sync();
  }
  // The dossier comes to the second computer on a stick before it is sent.
  await sandbox.stop();
  const dossier = first.seal(first.draft('2.000635'));
  const [{ fingerprint }, { recipient }] = [first.run('stick', 'key'), second.run('stick', 'key')];
  first.run('stick', 'export', dossier, '--desktop', recipient, '--out', stick);
  second.run('stick', 'take', stick, '--trust', fingerprint);
  await sandbox.start();
  for (const shell of [first, second]) shell.sync();
  await clerk(sandbox, dossier, 'supplement', { reason: REASON, days: '5' });
  for (const shell of [first, second]) shell.sync();
  const held = async () => (await audit(sandbox)).dossiers.find(({ id }) => id === dossier);
  assert.equal((await held()).revision, 1);

  const app = await startApp({ home: first.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  await step('the first computer answers, and shows what is new, while sending is held back', async () => {
    await unlock(app);
    await app.click(/^Trực tuyến/);
    const panel = await app.role('dialog', 'Kết nối và hàng chờ gửi');
    await app.click('Tạm dừng gửi', { within: panel });
    await app.button('Tiếp tục gửi', { within: panel });
    await openDossier(app, dossier);
    await app.text(REASON);
    await app.text(/^Bổ sung trước ngày .* ngày làm việc\)$/);
    await look(app, 'twice-00-asked');
    await app.click('Bổ sung hồ sơ');
    await app.click(/^\d\. Tờ khai/);
    const page = pack('2.000635').pages.find(({ questions }) =>
      questions.some(({ label }) => label === 'Làm tại'),
    );
    await app.click(page.title, { within: await app.role('list', 'Các mục của tờ khai') });
    await app.fill(/^Làm tại/, 'Phường Hoa Ban, máy thứ nhất');
    await app.click(/^\d\. Thành phần hồ sơ/);
    await app.click('Xuất lại tờ khai');
    await app.text('Tờ khai đã xuất, đúng với nội dung hiện tại.');
    await app.click(/^\d\. Kiểm tra và nộp/);
    await app.heading('Thay đổi so với lần nộp trước');
    await app.text('Phường Hoa Ban, máy thứ nhất');
    await look(app, 'twice-01-difference');
    await app.tick(/^Tôi chắc chắn rằng/);
    await app.click('Gửi bổ sung');
    await app.heading('Các lần nộp');
  });

  await step('the second computer was quicker', async () => {
    const draft = second.run('dossier', 'supplement', dossier).id;
    second.run('dossier', 'edit', draft, '--data', second.file({ lam_tai: 'Phường Hoa Ban, máy thứ hai' }));
    second.run('dossier', 'paper', draft);
    second.seal(draft);
    second.sync();
    assert.equal((await held()).revision, 2);
  });

  await step('both are kept and shown, and the screen says what to do', async () => {
    await app.click(/^Tạm dừng gửi/);
    const panel = await app.role('dialog', 'Kết nối và hàng chờ gửi');
    await app.click('Tiếp tục gửi', { within: panel });
    await app.text('Bản ở cổng', { timeout: 30_000 });
    const rows = await until('two supplements', 15_000, async () => {
      const found = await app.session.run(
        () =>
          [...document.querySelectorAll('details > summary')].filter((one) =>
            /Bổ sung lần 1/.test(one.innerText),
          ).length,
      );
      return found === 2 && found;
    });
    assert.equal(rows, 2);
    await app.text('Bị từ chối');
    await look(app, 'twice-02-both');
    assert.equal((await held()).revision, 2, 'the portal has the one that came first');
  });
});
