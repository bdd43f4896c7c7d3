// Answers that come from elsewhere, with the keyboard alone: an identity card's QR text, what a paper of the vault says.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { chooseItem, enter, focusOn, tabTo, type } from './harness/keyboard.mjs';
import { pdf } from './harness/paper.mjs';
import { createProfile, look, steps } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

const CARD = '034301000123||Trần Thị Mẫu|05092001|Nữ|Tổ 3, Phúc Xá, Ba Đình, Hà Nội|14032022';
const PAPER = 'giấy khai sinh.pdf';

test('answers from a card and from a paper of the vault, with the keyboard alone', async (t) => {
  const paper = join(folder('papers'), PAPER);
  writeFileSync(paper, pdf('Giay khai sinh'));
  const app = await startApp({ pick: [{ open: [paper] }] });
  t.after(() => app.kill());
  const step = steps(t, () => app);
  const value = (label) => app.label(label).then((field) => app.session.run((one) => one.value, field));

  await step('what a paper says is kept with it', async () => {
    await createProfile(app);
    await enter(app, 'link', /^Kho giấy tờ/);
    await app.heading('Kho giấy tờ');
    await enter(app, 'button', 'Thêm mới');
    const adding = await app.role('dialog', 'Thêm mới');
    await app.tick('Giấy khai sinh', { within: adding });
    await enter(app, 'button', 'Chọn tệp và lưu giấy tờ');
    await app.button(PAPER);
    await tabTo(app, 'button', `Thao tác khác: ${PAPER}`);
    await chooseItem(app, 'Thông tin trên giấy tờ');
    await app.role('dialog', 'Thông tin trên giấy tờ');
    for (const [label, text] of [
      ['Họ, chữ đệm, tên', 'Lê Văn Ví Dụ'],
      ['Số CCCD / số định danh cá nhân', '001090000017'],
      ['Ngày sinh', '31/2/1990'],
    ]) {
      await tabTo(app, 'textbox', label);
      await type(app, text);
    }
    await enter(app, 'button', 'Lưu');
    await focusOn(app, 'textbox', 'Ngày sinh');
    await look(app, 'fill-01-paper-wrong');
    await type(app, '05/09/1990');
    await app.press(Key.Enter);
    await app.text(/Lê Văn Ví Dụ · 001090000017 · 05\/09\/1990/);
  });

  await step('a card fills the applicant in, and its address is one of today', async () => {
    await enter(app, 'link', /^Thủ tục/);
    await app.heading('Thủ tục hành chính');
    await enter(app, 'link', /^Cấp bản sao Trích lục hộ tịch/);
    await enter(app, 'button', 'Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await enter(app, 'button', 'Dán mã QR trên thẻ CCCD');
    await app.role('dialog', 'Điền từ thẻ căn cước');
    await tabTo(app, 'textbox', 'Nội dung mã QR trên thẻ');
    await type(app, 'không phải thẻ');
    await app.press(Key.Enter);
    await app.text('Đây không phải mã QR trên thẻ căn cước. Hãy quét lại mã in trên thẻ.');
    await look(app, 'fill-02-card-refused');
    await type(app, CARD);
    await app.press(Key.Enter);
    await app.text(/^Đã điền \d+ câu từ thẻ/);
    assert.equal(await value(/^Họ và tên/), 'Trần Thị Mẫu');
    assert.equal(await value(/^Ngày cấp/), '14/03/2022');
    assert.match(await value(/^Xã, phường/), /Phường Hồng Hà/);
    await look(app, 'fill-03-card');
  });

  await step('a paper of the vault fills in what it says, marked until it is confirmed', async () => {
    await enter(app, 'button', 'Điền từ kho giấy tờ');
    await app.role('dialog', 'Điền từ giấy tờ trong kho');
    await look(app, 'fill-04-papers');
    await enter(app, 'button', new RegExp(PAPER));
    await app.text(/^Đã điền \d+ câu từ giấy tờ/);
    assert.equal(await value(/^Họ và tên/), 'Lê Văn Ví Dụ');
    assert.equal(await value(/^Ngày cấp/), '14/03/2022', 'a birth certificate knows nothing of the card');
    const marks = () =>
      app.session.run(
        () =>
          [...document.querySelectorAll('[id$="-source"]')].filter((one) =>
            /kho giấy tờ/.test(one.textContent),
          ).length,
      );
    const before = await marks();
    assert.ok(before >= 3, `${before} answers are marked`);
    await enter(app, 'button', /^Xác nhận đúng: Họ và tên/);
    await focusOn(app, 'textbox', 'Họ và tên');
    assert.equal(await marks(), before - 1);
    await look(app, 'fill-05-paper');
  });
});
