// Copies of an extract: the fee is paid on the bank's page, once at the first try and once after it was declined.

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
import { audit, bank } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { checkNow, createProfile, look, steps } from './harness/steps.mjs';

/** Three copies at 8 000 đồng. */
const AMOUNT = /^24\.000\s?đ$/;

test('cấp bản sao trích lục hộ tịch: paid, and declined and then paid', async (t) => {
  const sandbox = await startSandbox();
  const app = await startApp({ portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  await step('a profile signs in', async () => {
    await createProfile(app);
    await signInAtPortal(app, sandbox);
  });

  let first;
  await step('a request for three copies is sent', async () => {
    await fillExtract(app);
    await app.text(AMOUNT, { within: await app.role('table') });
    await app.text('Hai mươi bốn nghìn đồng');
    await look(app, 'trich-luc-01-fees');
    await app.click('Tiếp tục');
    first = await submit(app, sandbox, []);
  });

  let paid;
  await step('the clerk accepts, and the fee is paid', async () => {
    await accept(app, sandbox, first);
    await look(app, 'trich-luc-02-due');
    paid = await openBank(app, sandbox);
    await look(app, 'trich-luc-03-order');
    await bank(paid, 'pay');
    await outcome(app, 'Đã thanh toán');
    await settled(app);
    await look(app, 'trich-luc-04-paid');
  });

  let second;
  await step('the same is asked for again, from the dossier', async () => {
    await app.click(/^Thao tác khác/);
    await (await app.role('menuitem', 'Tạo lại từ hồ sơ này')).click();
    await app.heading('Thông tin người nộp');
    await app.click(/Kiểm tra và nộp/, { within: await app.role('navigation', 'Các bước') });
    second = await submit(app, sandbox, [first]);
  });

  await step('the bank declines, and the second try is paid', async () => {
    await accept(app, sandbox, second);
    const declined = await openBank(app, sandbox, 'Thanh toán', paid);
    await bank(declined, 'decline');
    await outcome(app, 'Ngân hàng từ chối. Bạn chưa bị trừ tiền; có thể thanh toán lại.');
    await look(app, 'trich-luc-05-declined');
    await (await app.link(/^Thanh toán/)).click();
    await app.heading('Thanh toán');
    await look(app, 'trich-luc-06-payments');
    const link = await openBank(app, sandbox, 'Thanh toán lại', declined);
    assert.notEqual(link, declined, 'a new order is paid');
    await bank(link, 'pay');
    // Paid, or gone from the list already, as soon as the portal has told how the dossier stands.
    await outcome(app, 'Đã thanh toán', 'Không có khoản nào cần thanh toán.');
    await checkNow(app);
    await (await app.link('Hồ sơ')).click();
    await (await app.role('tab', /^Đang xử lý/)).click();
    await look(app, 'trich-luc-07-processing');
    await (await app.link(NAME, { within: await app.role('tabpanel') })).click();
    await settled(app);
  });

  await step('each fee was captured once', async () => {
    const { captures } = await audit(sandbox);
    assert.deepEqual(captures.map(({ dossier }) => dossier).toSorted(), [first, second].toSorted());
  });
});
