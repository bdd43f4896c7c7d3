// The way of a request for copies of an extract, whose fee is paid: what the journeys that take it share.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { answer, pack } from './form.mjs';
import { audit, clerk, signIn } from './outside.mjs';
import { until } from './process.mjs';
import { checkNow } from './steps.mjs';

export const NAME = 'Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh';

/** Signs in from the account's menu. */
export async function signInAtPortal(app, sandbox) {
  await app.click(/^Tài khoản/);
  await app.click('Đăng nhập', { within: await app.role('dialog', 'Tài khoản') });
  await signIn(sandbox, await app.opened(`${sandbox.url}/oidc/authorize`));
  await app.text('Đã đăng nhập cổng: Nguyễn Thị An');
  await app.click(/^Tài khoản/);
}

/** Fills the form with its example and exports the paper; ends at the fees. */
export async function fillExtract(app) {
  await (await app.link('Thủ tục')).click();
  await app.fill('Tìm thủ tục', 'trich luc');
  await (await app.link(NAME)).click();
  await app.click('Nộp hồ sơ trực tuyến');
  await app.heading('Thông tin người nộp');
  await app.click('Tiếp tục');
  for (const page of pack('2.000635').pages) {
    await app.heading(page.title);
    for (const question of page.questions) await answer(app, question);
    await app.click('Tiếp tục');
  }
  await app.heading('Thành phần hồ sơ');
  await app.click('Xuất tờ khai vào hồ sơ');
  await app.text('Tờ khai đã xuất, đúng với nội dung hiện tại.');
  await app.click('Tiếp tục');
  await app.heading('Phí, lệ phí');
}

/** Declares and submits what the check shows; gives the id of the dossier, which the portal did not have before. */
export async function submit(app, sandbox, before) {
  await app.text('Hồ sơ đã đủ để nộp.');
  await app.tick(/^Tôi chắc chắn rằng/);
  await app.click('Nộp hồ sơ');
  await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
  const { dossiers } = await audit(sandbox);
  const fresh = dossiers.filter(({ id }) => !before.includes(id));
  assert.equal(fresh.length, 1, 'one new dossier');
  return fresh[0].id;
}

/** The clerk accepts it, and the fee is due. */
export async function accept(app, sandbox, dossier) {
  await clerk(sandbox, dossier, 'accept');
  await checkNow(app);
  await app.text('Cơ quan yêu cầu nộp phí, lệ phí trước khi giải quyết tiếp.');
}

/** Starts paying and opens the bank's page, another than `before`; gives its address. */
export async function openBank(app, sandbox, button = 'Thanh toán', before) {
  await app.click(button);
  await app.role('img', 'Mã QR mở trang thanh toán');
  await app.click(/^Mở trang thanh toán/);
  return until('the bank page to be opened', 15_000, async () => {
    const link = await app.opened(`${sandbox.url}/bank/`);
    return link !== before && link;
  });
}

/** Asks for the outcome until it is told; a question that was on its way before the bank decided is told nothing new. */
export async function outcome(app, ...words) {
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
export async function settled(app) {
  await app.text('Đã thanh toán');
  await app.click('Xem: Biên lai thanh toán');
  const receipt = execFileSync('pdftotext', [await app.opened('/'), '-'], { encoding: 'utf8' });
  assert.match(receipt, /24\.000/);
}
