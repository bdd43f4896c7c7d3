// Each main screen without content: light, dark, and with letters of twice the size.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { until } from './harness/process.mjs';
import { choose, createProfile, darken, look, settings, steps } from './harness/steps.mjs';

const FOLDERS = [
  'Hồ sơ chưa gửi',
  'Hàng chờ gửi',
  'Đã gửi',
  'Chờ thanh toán',
  'Yêu cầu bổ sung',
  'Đang xử lý',
  'Đã trả kết quả',
  'Bị trả lại',
];

test('every main screen', async (t) => {
  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('light', async () => {
    await createProfile(app);
    await tour(app, 'light');
  });

  await step('dark', async () => {
    await darken(app);
    await tour(app, 'dark');
  });

  await step('letters of twice the size', async () => {
    await settings(app);
    await app.tick('Sáng');
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    await tour(app, 'large');
  });
});

/** Shows each screen; nothing may be wrong with it or reach beyond the window's width. */
async function tour(app, look) {
  const seen = (name) => whole(app, `screen-${name}-${look}`);
  await (await app.link(/^Trang chủ/)).click();
  await app.heading(/^Xin chào/);
  await app.link('Xem tất cả thủ tục');
  await seen('home');

  await (await app.link(/^Thủ tục/)).click();
  await app.heading('Thủ tục hành chính');
  await app.link('Đăng ký khai sinh');
  await seen('procedures');
  await app.fill('Tìm thủ tục', 'không có thủ tục này');
  await app.text('Không tìm thấy thủ tục nào.');
  await seen('procedures-none');
  await app.fill('Tìm thủ tục', 'dang ky khai sinh');
  await (await app.link('Đăng ký khai sinh')).click();
  await app.heading('Căn cứ pháp lý');
  await seen('procedure');

  await (
    await app.link(/^Hồ sơ$/, { within: await app.role('navigation', 'Các phần của ứng dụng') })
  ).click();
  for (const name of FOLDERS) {
    const tab = await app.role('tab', new RegExp(`^${name}`));
    await tab.click();
    await until(`the folder ${name}`, 5_000, async () => (await tab.attribute('aria-selected')) === 'true');
    await app.text(/sẽ nằm ở đây/);
    await seen(`folder-${FOLDERS.indexOf(name) + 1}`);
  }

  await (await app.link('Làm nhiều hồ sơ từ bảng tính')).click();
  await app.text('Chưa có bảng tính nào.');
  await seen('batches');

  await (await app.link(/^Tra cứu hồ sơ/)).click();
  await app.text('Chưa tra cứu mã nào.');
  await seen('lookup');
  await (await app.link(/^Kho giấy tờ/)).click();
  await app.text('Kho chưa có giấy tờ nào.');
  await seen('vault');
  await (await app.link(/^Thanh toán/)).click();
  await app.text('Không có khoản nào cần thanh toán.');
  await seen('payments');
  await settings(app);
  await seen('settings');

  await app.click(/^Tìm mọi thứ/);
  await app.role('dialog', 'Tìm kiếm');
  await seen('search');
  await app.click('Đóng');

  await (await app.link(/^Thủ tục/)).click();
  await (await app.link('Đăng ký khai sinh')).click();
  await app.click('Nộp hồ sơ trực tuyến');
  await app.heading('Thông tin người nộp');
  await seen('wizard-applicant');
  for (const name of ['Tờ khai', 'Thành phần hồ sơ', 'Phí, lệ phí', 'Kiểm tra và nộp']) {
    await app.click(new RegExp(`^\\d\\. ${name}`));
    await app.heading(name === 'Tờ khai' ? 'Kính gửi' : name);
    await seen(`wizard-${name}`);
  }
  await choose(app, 'Thao tác khác với hồ sơ này', 'Bỏ hồ sơ này');
  const question = await app.role('dialog', 'Bỏ hồ sơ đang làm?');
  await seen('discard');
  await app.click('Bỏ hồ sơ này', { within: question });
  await app.text('Hồ sơ bạn đang điền sẽ nằm ở đây.');
}

async function whole(app, name) {
  await look(app, name);
  const wide = await app.session.run(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.ok(wide <= 0, `${name} reaches ${wide} px beyond the window`);
}
