// A birth registration with the keyboard alone, from first start until it is sealed.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { pack } from './harness/form.mjs';
import { answerByKeys, chooseItem, enter, focusOn, tabTo, type } from './harness/keyboard.mjs';
import { AN } from './harness/outside.mjs';
import { PIN, steps } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

const PHOTO = fileURLToPath(new URL('fixtures/giay-chung-sinh.jpg', import.meta.url));

test('đăng ký khai sinh with the keyboard alone', async (t) => {
  const { pages } = pack('1.001193');
  const paper = join(folder('papers'), 'to-khai.pdf');
  // Nobody listens there: the portal is away.
  const app = await startApp({ portal: 'http://127.0.0.1:9', pick: [{ save: paper }, { open: [PHOTO] }] });
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('a profile is created', async () => {
    await app.heading('Chào mừng bạn đến với Hồ Sơ');
    const profile = {
      'Họ, chữ đệm, tên': AN.name,
      'Số CCCD / số định danh cá nhân': AN.login,
      'Ngày sinh': '15/03/1990',
      'Số điện thoại': AN.phone,
      'Thư điện tử': 'an.nguyen@example.com',
      'Tỉnh, thành phố': 'Tỉnh Quảng Ngãi',
      'Xã, phường, đặc khu': 'Phường Hoa Ban',
      'Số nhà, đường, thôn': 'Số 5, đường Mẫu',
      'Mã PIN hoặc mật khẩu': PIN,
      'Nhập lại mã PIN': PIN,
    };
    for (const [label, text] of Object.entries(profile)) {
      await tabTo(app, 'textbox', label);
      await type(app, text);
    }
    await app.press(Key.Enter);
    await app.heading(`Xin chào, ${AN.name}`);
  });

  await step('the procedure is found and begun', async () => {
    await tabTo(app, 'searchbox', 'Tìm thủ tục');
    await type(app, 'khai sinh');
    await app.gone('Cấp giấy phép xuất bản tài liệu không kinh doanh');
    await enter(app, 'link', 'Đăng ký khai sinh');
    await app.heading('Căn cứ pháp lý');
    await enter(app, 'button', 'Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await enter(app, 'button', 'Tiếp tục');
  });

  await step('the summary of errors leads to the field', async () => {
    await focusOn(app, 'heading', pages[0].title);
    await enter(app, 'button', 'Tiếp tục');
    await focusOn(app, 'alert', 'Có 1 mục cần xem lại');
    await enter(app, 'link', /^Kính gửi/);
    await focusOn(app, 'textbox', 'Kính gửi');
    await app.press([Key.Shift, Key.Tab]);
  });

  await step('the form is filled', async () => {
    for (const [index, page] of pages.entries()) {
      if (index > 0) await focusOn(app, 'heading', page.title);
      for (const question of page.questions) await answerByKeys(app, question);
      await enter(app, 'button', 'Tiếp tục');
    }
    await focusOn(app, 'heading', 'Thành phần hồ sơ');
  });

  await step('the paper is saved, the form and a photo attached', async () => {
    await tabTo(app, 'button', 'Thao tác khác với hồ sơ này');
    await chooseItem(app, 'Lưu tệp PDF (để ký số)');
    await app.text(`Đã lưu tệp: ${paper}`);
    assert.ok(existsSync(paper), 'the paper is on the disk');
    await enter(app, 'button', 'Xuất tờ khai vào hồ sơ');
    await app.text('Tờ khai đã xuất, đúng với nội dung hiện tại.');
    await enter(app, 'button', 'Chọn tệp');
    await app.button('giay-chung-sinh.pdf');
    await enter(app, 'button', 'Tiếp tục');
  });

  await step('it is sealed while the portal is away', async () => {
    await focusOn(app, 'heading', 'Phí, lệ phí');
    await enter(app, 'button', 'Tiếp tục');
    await focusOn(app, 'heading', 'Kiểm tra và nộp');
    await app.text('Hồ sơ đã đủ để nộp.');
    await tabTo(app, 'checkbox', /^Tôi chắc chắn rằng/);
    await app.press(Key.Space);
    await enter(app, 'button', 'Niêm phong và đưa vào hàng chờ gửi');
    await app.text('Hồ sơ đã niêm phong và đang chờ gửi lên cổng.');
  });
});
