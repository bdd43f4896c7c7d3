// Copies of an extract: the fee is paid on the bank's page, once at the first try and once after it was declined.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { answer, pack } from './harness/form.mjs';
import { audit, bank, clerk, signIn } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { checkNow, createProfile, look, steps } from './harness/steps.mjs';

const NAME = 'Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh';
/** Three copies at 8 000 đồng. */
const AMOUNT = /^24\.000\s?đ$/;

test('cấp bản sao trích lục hộ tịch: paid, and declined and then paid', async (t) => {
  const { pages } = pack('2.000635');
  const sandbox = await startSandbox();
  const app = await startApp({ portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  await step('a profile signs in', async () => {
    await createProfile(app);
    await app.click(/^Tài khoản/);
    await app.click('Đăng nhập', { within: await app.role('dialog', 'Tài khoản') });
    await signIn(sandbox, await app.opened(`${sandbox.url}/oidc/authorize`));
    await app.text('Đã đăng nhập cổng: Nguyễn Thị An');
    await app.click(/^Tài khoản/);
  });

  let first;
  await step('a request for three copies is sent', async () => {
    await (await app.link('Thủ tục')).click();
    await app.fill('Tìm thủ tục', 'trich luc');
    await (await app.link(NAME)).click();
    await app.click('Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await app.click('Tiếp tục');
    for (const page of pages) {
      await app.heading(page.title);
      for (const question of page.questions) await answer(app, question);
      await app.click('Tiếp tục');
    }
    await app.heading('Thành phần hồ sơ');
    await app.click('Xuất tờ khai vào hồ sơ');
    await app.text('Tờ khai đã xuất, đúng với nội dung hiện tại.');
    await app.click('Tiếp tục');
    await app.heading('Phí, lệ phí');
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

/** Declares and submits what the check shows; gives the id of the dossier, which the portal did not have before. */
async function submit(app, sandbox, before) {
  await app.text('Hồ sơ đã đủ để nộp.');
  await app.tick(/^Tôi chắc chắn rằng/);
  await app.click('Nộp hồ sơ');
  await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
  const { dossiers } = await audit(sandbox);
  const fresh = dossiers.filter(({ id }) => !before.includes(id));
  assert.equal(fresh.length, 1, 'one new dossier');
  return fresh[0].id;
}

async function accept(app, sandbox, dossier) {
  await clerk(sandbox, dossier, 'accept');
  await checkNow(app);
  await app.text('Cơ quan yêu cầu nộp phí, lệ phí trước khi giải quyết tiếp.');
}

/** Starts paying and opens the bank's page, another than `before`; gives its address. */
async function openBank(app, sandbox, button = 'Thanh toán', before) {
  await app.click(button);
  await app.role('img', 'Mã QR mở trang thanh toán');
  await app.click(/^Mở trang thanh toán/);
  return until('the bank page to be opened', 15_000, async () => {
    const link = await app.opened(`${sandbox.url}/bank/`);
    return link !== before && link;
  });
}

/** Asks for the outcome until it is told; a question that was on its way before the bank decided is told nothing new. */
async function outcome(app, ...words) {
  await until(`the outcome “${words.join('” or “')}”`, 30_000, async () => {
    const text = await app.session.run(() => document.body.innerText);
    const shown = words.some((one) => text.includes(one));
    if (shown) return true;
    const [check] = (await app.all('button', 'Kiểm tra kết quả thanh toán')) ?? [];
    // The button goes when the outcome comes.
    await check?.click().catch((error) => {
      if (error.code !== 'stale element reference' && error.code !== 'no such node') throw error;
    });
    return false;
  });
}

/** The fee is paid and its receipt is here. */
async function settled(app) {
  await app.text('Đã thanh toán');
  await app.click('Xem: Biên lai thanh toán');
  const receipt = execFileSync('pdftotext', [await app.opened('/'), '-'], { encoding: 'utf8' });
  assert.match(receipt, /24\.000/);
}
