// A refusal by the one-stop desk with the keyboard alone: found in the catalogue, filled in, exported both ways, found again.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { docxWords } from './harness/docx.mjs';
import { folder } from './harness/folder.mjs';
import { enter, focusOn, tabTo, type } from './harness/keyboard.mjs';
import { createProfile, look, steps } from './harness/steps.mjs';

const NAME = 'Phiếu từ chối tiếp nhận, giải quyết hồ sơ';
const ANSWERS = {
  'Tên cơ quan, Trung tâm Phục vụ hành chính công': 'Trung tâm Phục vụ hành chính công phường Hoa Ban',
  'Địa danh': 'Hoa Ban',
};
const CASE = {
  'Hồ sơ của': 'Đỗ Văn Thử',
  'Nội dung yêu cầu giải quyết': 'Cấp giấy phép xây dựng nhà ở riêng lẻ',
  'Lý do không tiếp nhận': 'Thửa đất thuộc khu vực đã có quyết định thu hồi đất.',
};

test('a paper of the one-stop desk with the keyboard alone', async (t) => {
  const [word, paper] = ['phieu.docx', 'phieu.pdf'].map((name) => join(folder('papers'), name));
  const app = await startApp({ portal: 'http://127.0.0.1:9', pick: [{ save: word }, { save: paper }] });
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('the papers stand under their own heading', async () => {
    await createProfile(app);
    await enter(app, 'link', /^Thủ tục/);
    await app.heading('Giấy tờ một cửa');
    await tabTo(app, 'searchbox', 'Tìm thủ tục');
    await type(app, 'tu choi tiep nhan');
    await app.gone('Sổ theo dõi hồ sơ');
    await enter(app, 'button', `Lập giấy: ${NAME}`);
    await app.heading(NAME);
  });

  await step('it is filled in, and what is missing is told', async () => {
    for (const [label, text] of Object.entries(ANSWERS)) {
      await tabTo(app, 'textbox', label);
      await type(app, text);
    }
    await enter(app, 'button', 'Tiếp tục');
    await focusOn(app, 'heading', 'Hồ sơ');
    await enter(app, 'button', 'Kiểm tra');
    await focusOn(app, 'alert', 'Có 3 mục cần xem lại');
    await enter(app, 'link', /^Hồ sơ của/);
    await focusOn(app, 'textbox', 'Hồ sơ của');
    await type(app, CASE['Hồ sơ của']);
    for (const [label, text] of Object.entries(CASE).slice(1)) {
      await tabTo(app, 'textbox', label);
      await type(app, text);
    }
    await enter(app, 'button', 'Kiểm tra');
    await app.text('Giấy tờ đã điền đủ.');
    await look(app, 'desk-paper-filled');
  });

  await step('it is exported as Word and as PDF, and offers nothing to submit', async () => {
    await enter(app, 'button', 'Xuất Word');
    await app.text(`Đã lưu tệp: ${word}`);
    await enter(app, 'button', 'Xuất PDF');
    await app.text(`Đã lưu tệp: ${paper}`);
    const words = docxWords(word);
    for (const text of Object.values(CASE))
      assert.ok(words.includes(text), `${text} is not in the Word file`);
    assert.ok(existsSync(paper), 'the PDF is on the disk');
    await app.gone('Kiểm tra và nộp');
    await app.gone('Thành phần hồ sơ');
  });

  await step('it is found again where it was begun, and is no dossier', async () => {
    await enter(app, 'button', 'Lưu và thoát');
    await app.heading('Giấy tờ một cửa');
    await app.heading('Đang lập');
    await look(app, 'desk-papers');
    await enter(app, 'link', `${NAME} · ${CASE['Hồ sơ của']}`);
    await app.heading(NAME);
    await tabTo(app, 'textbox', 'Hồ sơ của');
    assert.equal(await app.session.run(() => document.activeElement.value), CASE['Hồ sơ của']);
  });
});
