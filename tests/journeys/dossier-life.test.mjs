// What becomes of a dossier once it was sent: withdrawn, rated, returned and made again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { NAME } from './harness/extract.mjs';
import { audit, bank, clerk } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { withDossiers } from './harness/shell.mjs';
import { checkNow, choose, look, openDossier, openFolder, steps, unlock } from './harness/steps.mjs';

const OPINION = 'Thiếu số định danh của người yêu cầu. Đề nghị nộp lại.';

test('a dossier is withdrawn, another one rated, a third one returned and made again', async (t) => {
  const sandbox = await startSandbox();
  const { shell, dossiers } = await withDossiers(sandbox, '2.000635', 3);
  const [withdrawn, rated, returned] = dossiers;
  await clerk(sandbox, rated, 'accept');
  shell.sync();
  await bank(shell.run('pay', rated).payment.checkoutUrl, 'pay');
  const app = await startApp({ home: shell.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  await unlock(app);

  await step('withdrawn while the portal is away, and told when it is back', async () => {
    await openDossier(app, withdrawn);
    await sandbox.stop();
    await choose(app, `Thao tác khác: ${NAME}`, 'Rút hồ sơ');
    const dialog = await app.role('dialog', 'Rút hồ sơ?');
    await app.click('Rút hồ sơ', { within: dialog });
    await app.text('Hãy ghi lý do rút hồ sơ.', { within: dialog });
    await look(app, 'life-01-withdraw');
    await app.fill(/^Lý do rút hồ sơ/, 'Tôi nộp nhầm thủ tục.', { within: dialog });
    await app.click('Rút hồ sơ', { within: dialog });
    await app.text('Yêu cầu rút hồ sơ đã lưu trên máy và sẽ tự gửi lên cổng khi có mạng.');
    await look(app, 'life-02-withdrawal-waits');
    await sandbox.start();
    await app.text('Bạn đã rút hồ sơ này.', { timeout: 30_000 });
    await app.text('Công dân yêu cầu rút hồ sơ');
    await look(app, 'life-03-withdrawn');
    await app.link(NAME, { within: await openFolder(app, 'Bị trả lại') });
  });

  await step('rated once, when it is finished', async () => {
    await clerk(sandbox, rated, 'return-result');
    await checkNow(app);
    await openDossier(app, rated);
    const rating = await app.role('region', 'Đánh giá mức độ hài lòng');
    await app.click('Gửi đánh giá', { within: rating });
    await app.text('Hãy chọn một mức độ.', { within: rating });
    await app.tick('Hài lòng', { within: rating });
    await app.fill(/^Góp ý thêm/, 'Giải quyết nhanh, hướng dẫn rõ.', { within: rating });
    await look(app, 'life-04-rating');
    await app.click('Gửi đánh giá', { within: rating });
    await app.text('Bạn đã đánh giá: Hài lòng.');
    await app.gone('Đánh giá đã lưu trên máy và sẽ tự gửi khi có mạng.');
    await look(app, 'life-05-rated');
    assert.deepEqual(await app.all('button', 'Gửi đánh giá'), [], 'nobody is asked twice');
    const { dossiers: held } = await audit(sandbox);
    assert.equal(held.find(({ id }) => id === rated).status, 10);
  });

  await step('returned with the opinion of the desk, and made again as a new dossier', async () => {
    await clerk(sandbox, returned, 'refuse', { opinion: OPINION });
    await checkNow(app);
    await openDossier(app, returned);
    await app.heading('Ý kiến cán bộ tiếp nhận');
    await app.text(OPINION);
    await look(app, 'life-06-returned');
    await app.click('Tạo lại từ hồ sơ này');
    await app.heading('Thông tin người nộp');
    await app.click(/^\d\. Kiểm tra và nộp/);
    await app.text('Hồ sơ đã đủ để nộp.');
    await look(app, 'life-07-again');
    await app.tick(/^Tôi chắc chắn rằng/);
    await app.click('Nộp hồ sơ');
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    const fresh = await until('a fourth dossier', 15_000, async () => {
      const { dossiers: held } = await audit(sandbox);
      return held.find(({ id, code }) => code && !dossiers.includes(id));
    });
    await app.text(fresh.code);
    // What was returned stays as it is.
    await app.link(NAME, { within: await openFolder(app, 'Bị trả lại') });
  });
});
