// The paper beside the questions: it follows what is typed, shows where an answer stands and leads back to its question, is
// enlarged and turned, exported and printed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { docxWords } from './harness/docx.mjs';
import { folder } from './harness/folder.mjs';
import { enter, focusOn, tabTo, type } from './harness/keyboard.mjs';
import { until } from './harness/process.mjs';
import { choose, createProfile, look, steps } from './harness/steps.mjs';

const NAME = 'Phiếu từ chối tiếp nhận, giải quyết hồ sơ';
const OFFICE = 'Trung tâm Phục vụ hành chính công phường Hoa Ban';
const REASON = 'Thửa đất thuộc khu vực đã có quyết định thu hồi đất.';

const MENU = 'Xuất, in tờ khai';

const plain = (text) => text.normalize('NFC').replace(/\s+/g, ' ').toLowerCase();
const words = (pdf) => plain(execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }));

test('the preview follows the questions and leads to them', async (t) => {
  const [word, pdf] = ['phieu.docx', 'phieu.pdf'].map((name) => join(folder('papers'), name));
  const app = await startApp({ portal: 'http://127.0.0.1:9' });
  t.after(() => app.kill());
  const step = steps(t, () => app);

  /** The page of the paper has these words. */
  const says = (text) =>
    until(`“${text}” on the paper`, 15_000, async () =>
      plain(await app.session.run(() => document.querySelector('.sheet .text')?.textContent ?? '')).includes(
        plain(text),
      ),
    );
  /** The middle of what is marked, seen from the corner of the page. */
  const marked = () =>
    app.session.run(() => {
      const mark = document.querySelector('.sheet .mark')?.getBoundingClientRect();
      const sheet = document.querySelector('.sheet').getBoundingClientRect();
      return mark && mark.width > 20
        ? { x: mark.x + mark.width / 2 - sheet.x, y: mark.y + mark.height / 2 - sheet.y }
        : null;
    });
  const clickPage = async ({ x, y }) => {
    const sheet = await app.session.run(() => {
      const { x, y } = document.querySelector('.sheet').getBoundingClientRect();
      return { x, y };
    });
    await app.session.drag([[sheet.x + x, sheet.y + y]]);
  };

  await step('an empty paper stands beside the questions', async () => {
    await createProfile(app);
    await enter(app, 'link', /^Thủ tục/);
    await enter(app, 'button', `Lập giấy: ${NAME}`);
    await app.heading(NAME);
    await says(NAME);
    await look(app, 'preview-empty');
  });

  let standing;
  await step('what is typed comes to the page, and is marked there', async () => {
    await tabTo(app, 'textbox', 'Tên cơ quan, Trung tâm Phục vụ hành chính công');
    await type(app, OFFICE);
    await says(OFFICE);
    standing = await until('a mark on the page', 5_000, marked);
    await look(app, 'preview-marked');
    await tabTo(app, 'textbox', 'Địa danh');
    await type(app, 'Hoa Ban');
  });

  await step('a click on an answer leads to its question, on whatever page that is', async () => {
    await enter(app, 'button', 'Tiếp tục');
    await focusOn(app, 'heading', 'Hồ sơ');
    await tabTo(app, 'textbox', 'Lý do không tiếp nhận');
    await type(app, REASON);
    await says(REASON);
    await clickPage(standing);
    await focusOn(app, 'textbox', 'Tên cơ quan, Trung tâm Phục vụ hành chính công');
    assert.equal(await app.session.run(() => document.activeElement.value), OFFICE);
    await look(app, 'preview-picked');
  });

  await step('it is enlarged', async () => {
    const width = () => app.session.run(() => document.querySelector('.sheet').clientWidth);
    const before = await width();
    await app.click('Phóng to');
    await until('a larger page', 5_000, async () => (await width()) > before * 1.2);
    await look(app, 'preview-large');
    await app.click('Thu nhỏ');
  });

  await step('both files and the print say what the page says', async () => {
    app.pick({ save: word }, { save: pdf });
    await choose(app, MENU, 'Lưu tệp Word (chỉnh sửa, in, ký)');
    await app.text(`Đã lưu tệp: ${word}`);
    await choose(app, MENU, 'Lưu tệp PDF (để ký số)');
    await app.text(`Đã lưu tệp: ${pdf}`);
    await choose(app, MENU, 'In biểu mẫu đơn');
    const printed = (await app.opened('print ')).slice('print '.length);
    for (const [where, said] of [
      ['the PDF', words(pdf)],
      ['the print', words(printed)],
      ['the Word file', plain(docxWords(word))],
    ])
      for (const text of [OFFICE, REASON]) assert.ok(said.includes(plain(text)), `${where} lacks “${text}”`);
  });
});
