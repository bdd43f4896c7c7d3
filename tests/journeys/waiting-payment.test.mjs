// The window is killed while a payment waits at the bank; all that stands filled is looked at meanwhile, in the dark colours.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import {
  NAME,
  accept,
  fillExtract,
  openBank,
  outcome,
  settled,
  signInAtPortal,
  submit,
} from './harness/extract.mjs';
import { folder } from './harness/folder.mjs';
import { audit, bank } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { checkNow, createProfile, darken, look, startDossier, steps, unlock } from './harness/steps.mjs';

test('the window is killed while a payment waits', async (t) => {
  const home = folder('home');
  const sandbox = await startSandbox();
  let app = await startApp({ home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  let dossier;
  let link;
  await step('the fee of a dossier is due, and the bank page is open', async () => {
    await createProfile(app);
    await signInAtPortal(app, sandbox);
    await darken(app);
    await fillExtract(app);
    await look(app, 'waiting-01-fees-dark');
    await app.click('Tiếp tục');
    dossier = await submit(app, sandbox, []);
    await accept(app, sandbox, dossier);
    link = await openBank(app, sandbox);
    await look(app, 'waiting-02-dossier-dark');
  });

  await step('the window is killed, and the payment is still waiting', async () => {
    await app.kill();
    app = await startApp({ home, portal: sandbox.url });
    await app.heading('Ứng dụng đang khóa');
    await look(app, 'waiting-03-lock');
    await unlock(app);
    await app.text('Chờ thanh toán');
    await look(app, 'waiting-04-home-dark');
    await (await app.link(/^Thanh toán/)).click();
    await app.text('Chờ bạn thanh toán');
    await app.role('img', 'Mã QR mở trang thanh toán');
    await look(app, 'waiting-05-payments-dark');
    assert.deepEqual((await audit(sandbox)).captures, []);
  });

  await step('lists with something in them', async () => {
    await startDossier(app, 'Đăng ký khai sinh', 'Thành phần hồ sơ');
    await app.click('Lấy bản quét mới', { within: await app.role('region', /^Giấy chứng sinh/) });
    await app.text(/^Chưa chọn thư mục bản quét/);
    await look(app, 'waiting-06-scans-dark');
    await app.click('Đóng');
    const rail = await app.role('navigation', 'Các phần của ứng dụng');
    await (await app.link(/^Hồ sơ/, { within: rail })).click();
    for (const [tab, name] of [
      ['Hồ sơ chưa gửi', 'Đăng ký khai sinh'],
      ['Chờ thanh toán', NAME],
    ]) {
      await (await app.role('tab', new RegExp(`^${tab}`))).click();
      await app.link(name, { within: await app.role('tabpanel') });
      await look(app, `waiting-07-${tab}-dark`);
    }
  });

  await step('it is paid at the page that was opened before, and captured once', async () => {
    await (await app.link(/^Thanh toán/)).click();
    await app.text('Chờ bạn thanh toán');
    await bank(link, 'pay');
    await outcome(app, 'Đã thanh toán', 'Không có khoản nào cần thanh toán.');
    await checkNow(app);
    const rail = await app.role('navigation', 'Các phần của ứng dụng');
    await (await app.link(/^Hồ sơ/, { within: rail })).click();
    await (await app.role('tab', /^Đang xử lý/)).click();
    await (await app.link(NAME, { within: await app.role('tabpanel') })).click();
    await settled(app);
    await look(app, 'waiting-08-timeline-dark');
    const { captures, payments } = await audit(sandbox);
    assert.deepEqual(
      captures.map((capture) => capture.dossier),
      [dossier],
    );
    assert.equal(payments.length, 1, 'orders at the bank');
  });
});
