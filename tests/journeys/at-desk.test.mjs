// The fee of a dossier is paid at the one-stop desk, as the guide of Nghệ An lets one choose: it goes without the money, and the desk's receipt comes back.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { audit, bank, clerk } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { checkNow, darken, look, openDossier, saved, settings, steps, unlock } from './harness/steps.mjs';

const DESK = 'Thanh toán tại bộ phận một cửa';

test('the fee is paid at the one-stop desk', async (t) => {
  const sandbox = await startSandbox({ args: ['--profile', 'nghe-an'] });
  const shell = new Shell({ portal: sandbox.url });
  shell.createProfile();
  await shell.signIn(sandbox);
  shell.sync();
  const draft = shell.draft('2.000635');
  let app = await startApp({ home: shell.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  let dossier;
  const goTo = (hash) => app.session.run((hash) => (location.hash = hash), hash);
  const top = () => app.session.run(() => window.scrollTo(0, 0));
  /** What is to be paid at the desk; of that a picture too, which is no page for axe: what lies half under the bar at the top is no target. */
  const lookAtDesk = async (name) => {
    const within = await app.role('region', 'Việc cần làm');
    const bring = await app.text(`Mã hồ sơ ${dossier.code}`, { within });
    await look(app, name);
    await app.session.run((bring) => bring.scrollIntoView({ block: 'center' }), bring);
    await app.screenshot(`${name}-desk`);
    await top();
  };

  await step('the way to pay is chosen among the fees, and stays chosen', async () => {
    await unlock(app);
    await goTo(`#/dien/${draft}`);
    await app.click(/^4\. Lệ phí hồ sơ/);
    await app.text('Phương thức thanh toán');
    await app.text(/^Cổng này thu phí, lệ phí cùng lúc với hồ sơ/);
    await look(app, 'at-desk-01-choice');
    await app.tick(new RegExp(`^${DESK}`));
    await app.text(/^Hồ sơ được nộp mà chưa cần trả tiền/);
    await app.tick(/^Nhận tại Trung tâm phục vụ hành chính công/);
    await top();
    await look(app, 'at-desk-02-chosen');
    await saved(app);
    await app.kill();
    app = await startApp({ home: shell.home, portal: sandbox.url });
    await unlock(app);
    await goTo(`#/dien/${draft}`);
    await app.click(/^4\. Lệ phí hồ sơ/);
    const chosen = await app.label(new RegExp(`^${DESK}`));
    assert.equal(await chosen.property('checked'), true);
  });

  await step(
    'the button that hands in promises no payment, and the code is asked for all the same',
    async () => {
      await app.click(/^5\. Nộp hồ sơ/);
      await app.text('Hồ sơ đã đủ để nộp.');
      await app.text(DESK);
      assert.equal((await app.all('button', 'Thanh toán & Nộp hồ sơ')).length, 0);
      await app.tick(/^Tôi chắc chắn rằng/);
      await look(app, 'at-desk-03-submit');
      await app.click('Nộp hồ sơ');
      await app.heading('Cổng cần mã xác nhận');
      const outbox = await sandbox.fetch('/outbox', { headers: { accept: 'application/json' } });
      const sent = (await outbox.json()).find((one) => one.text.startsWith('Mã xác nhận'));
      await app.fill(/^Mã xác nhận/, sent.otp);
      await app.click('Xác nhận');
      await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
      assert.deepEqual((await audit(sandbox)).payments, []);
    },
  );

  await step('the dossier says what is to be paid where, and what to bring', async () => {
    [dossier] = (await audit(sandbox)).dossiers;
    await app.text('Nộp tại Bộ phận Một cửa');
    await app.text(/^Bộ phận Một cửa\. /);
    await lookAtDesk('at-desk-04-due');
    await clerk(sandbox, dossier.id, 'accept');
    await checkNow(app);
    await app.text('Cơ quan yêu cầu nộp phí, lệ phí trước khi giải quyết tiếp.');
    await (await app.link(/^Trang chủ/)).click();
    await app.text('Nộp phí tại Bộ phận Một cửa');
    await look(app, 'at-desk-05-home');
    await (await app.link(/^Thanh toán/)).click();
    await app.text('Nộp tại Bộ phận Một cửa');
    await look(app, 'at-desk-06-payments');
  });

  await step('so it does in the dark, and in letters of twice the size', async () => {
    await darken(app);
    await openDossier(app, dossier.id);
    await lookAtDesk('at-desk-07-dark');
    await settings(app);
    await app.tick('Sáng');
    for (let turn = 0; turn < 4; turn += 1) await app.click('Chữ to hơn');
    await app.text('200%');
    await openDossier(app, dossier.id);
    await lookAtDesk('at-desk-08-200');
    await settings(app);
    for (let turn = 0; turn < 4; turn += 1) await app.click('Chữ nhỏ hơn');
    await openDossier(app, dossier.id);
  });

  await step('an order that was begun is paid by nobody once the desk has the money', async () => {
    await app.click('Thanh toán trực tuyến');
    await app.role('img', 'Mã QR mở trang thanh toán');
    await app.click(/^Mở trang thanh toán/);
    const link = await app.opened(`${sandbox.url}/bank/`);
    await clerk(sandbox, dossier.id, 'take-cash');
    await bank(link, 'pay');
    const { captures, payments } = await audit(sandbox);
    assert.deepEqual(payments.map(({ state }) => state).toSorted(), ['declined', 'paid']);
    assert.equal(captures.length, 1);
  });

  await step('its receipt comes, and names the desk', async () => {
    await checkNow(app);
    await app.text('Đã nộp tại Bộ phận Một cửa');
    await look(app, 'at-desk-09-paid');
    await app.click('Xem: Biên lai thanh toán');
    const receipt = execFileSync('pdftotext', ['-layout', await app.opened('/'), '-'], { encoding: 'utf8' });
    assert.match(receipt, /nộp tại Bộ phận Một cửa/);
    assert.ok(receipt.includes((await audit(sandbox)).captures[0].transaction));
  });
});
