// Two hundred requests from one spreadsheet with the keyboard alone: fifteen rows are wrong, are corrected here and in the spreadsheet, and all become papers;
// the program ends at once in between.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { docxWords } from './harness/docx.mjs';
import { NAME } from './harness/extract.mjs';
import { folder } from './harness/folder.mjs';
import { enter, focusOn, tabTo, type } from './harness/keyboard.mjs';
import { until } from './harness/process.mjs';
import { choose, createProfile, darken, look, settings, steps, unlock } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';
import { readXlsx, writeXlsx } from './harness/xlsx.mjs';

const TITLE = 'Làm nhiều hồ sơ từ bảng tính';
const ROWS = 200;
/** Columns of the empty spreadsheet, by the ends of their headings; the first of that end. */
const CHILD = 'Người được cấp bản sao Trích lục › Họ, chữ đệm, tên *';
const KIND = 'Người yêu cầu › Giấy tờ tùy thân › Loại giấy tờ *';
const ISSUED = 'Người yêu cầu › Giấy tờ tùy thân › Ngày cấp *';
/** Whom a row is about, in words of its own. */
const child = (row) =>
  `Đỗ Gia Thử ${['Một', 'Hai', 'Ba', 'Tư', 'Năm'][row % 5]} ${'ABCDEFGHIK'[Math.floor(row / 20)]}`;

test('two hundred requests from a spreadsheet', async (t) => {
  const work = folder('batch');
  const file = (name) => join(work, name);
  const papers = folder('batch-papers');
  let app = await startApp({ portal: 'http://127.0.0.1:9' });
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('the empty spreadsheet comes from the procedure', async () => {
    await createProfile(app);
    await (await app.link(/^Thủ tục/)).click();
    await (await app.link(NAME)).click();
    await enter(app, 'link', TITLE);
    await focusOn(app, 'heading', TITLE);
    await app.text('Chưa có bảng tính nào.');
    await look(app, 'batch-none');
    app.pick({ save: file('mau.xlsx') });
    await enter(app, 'button', 'Tải bảng tính trống');
    await app.text(`Đã lưu tệp: ${file('mau.xlsx')}`);
  });

  let heading, rows;
  const at = (end) => heading.findIndex((text) => text.endsWith(end));
  await step('what is no spreadsheet is refused with the reason', async () => {
    writeFileSync(file('cu.xls'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]));
    app.pick({ open: [file('cu.xls')] });
    await enter(app, 'button', 'Chọn bảng tính…');
    await app.text(/bảng tính Excel đời cũ/);
    await look(app, 'batch-refused');
  });

  await step('a column under another name is shown its question', async () => {
    [heading] = readXlsx(file('mau.xlsx'));
    const example = readXlsx(file('mau.xlsx'), 2)[1];
    rows = Array.from({ length: ROWS }, (_, row) => example.with(at(CHILD), child(row)));
    const wrong = rows.map((row, index) => {
      if (index % 40 === 3) return row.with(at(CHILD), '');
      if (index % 40 === 17) return row.with(at(ISSUED), '31/02/2025');
      return index % 40 === 29 ? row.with(at(KIND), 'Thẻ sinh viên') : row;
    });
    const question = heading[at(CHILD)].replace(' *', '');
    const own = heading.with(at(CHILD), 'Tên cháu');
    writeXlsx(file('danh-sach.xlsx'), [own, ...wrong]);
    app.pick({ open: [file('danh-sach.xlsx')] });
    await enter(app, 'button', 'Chọn bảng tính…');
    await focusOn(app, 'heading', 'Cột của danh-sach.xlsx');
    await app.text('Câu hỏi bắt buộc chưa có cột');
    await look(app, 'batch-columns');
    const list = await app.label('Câu hỏi mà cột Tên cháu trả lời');
    await app.chooseIn(list, question);
    await app.gone('Câu hỏi bắt buộc chưa có cột');
    await enter(app, 'button', 'Nhập và kiểm tra các dòng');
    await focusOn(app, 'heading', 'danh-sach.xlsx');
  });

  const tab = (state, count) => app.role('tab', new RegExp(`^${state}\\s*${count}$`), { timeout: 60_000 });
  await step('fifteen rows are wrong, each with its reason', async () => {
    await tab('Cần sửa', 15);
    await tab('Đúng, chưa làm', 185);
    await app.text('“Thẻ sinh viên” không có trong các lựa chọn', { timeout: 30_000 });
    await app.text('“31/02/2025” không phải là ngày');
    await look(app, 'batch-wrong');
  });

  await step('three are corrected on the spot', async () => {
    await tabTo(app, 'textbox', 'Tên cháu, dòng 5');
    await type(app, 'Đỗ Gia Thử Sửa');
    await app.press(Key.Enter);
    await focusOn(app, 'textbox', `${heading[at(ISSUED)]}, dòng 19`);
    await type(app, 'hôm qua');
    await app.press(Key.Enter);
    await app.text('“hôm qua” không phải là ngày');
    await tabTo(app, 'textbox', `${heading[at(ISSUED)]}, dòng 19`);
    await type(app, '28/02/2025');
    await app.press(Key.Enter);
    await focusOn(app, 'textbox', `${heading[at(KIND)]}, dòng 31`);
    await type(app, 'the can cuoc');
    await app.press(Key.Enter);
    await tab('Cần sửa', 12);
  });

  await step('twelve are corrected in the spreadsheet that is saved and read again', async () => {
    app.pick({ save: file('can-sua.xlsx') });
    await enter(app, 'button', 'Lưu các dòng cần sửa (XLSX)');
    await app.text(`Đã lưu tệp: ${file('can-sua.xlsx')}`);
    const [head, ...wrong] = readXlsx(file('can-sua.xlsx'));
    assert.equal(wrong.length, 12);
    const line = head.indexOf('Dòng trong tệp (Hồ Sơ)');
    assert.ok(
      wrong.every((row) => row[head.indexOf('Lý do (Hồ Sơ)')]),
      'each row has a reason',
    );
    const right = wrong.map((row) => [...rows[Number(row[line]) - 2], ...row.slice(heading.length)]);
    writeXlsx(file('da-sua.xlsx'), [head, ...right], 'Dòng cần sửa');
    app.pick({ open: [file('da-sua.xlsx')] });
    await enter(app, 'button', 'Nhập bảng tính đã sửa…');
    await app.text('Đã nhập 12 dòng sửa.');
    await tab('Cần sửa', 0);
    await tab('Đúng, chưa làm', 200);
    await app.text(child(7));
    await look(app, 'batch-good');
  });

  await step('the export is cut off at once, and goes on where it was', async () => {
    app.pick({ folder: papers });
    await enter(app, 'button', 'Xuất tất cả 200 dòng');
    await app.role('dialog', 'Làm gì từ các dòng đúng?');
    await look(app, 'batch-export');
    await enter(app, 'button', 'Chọn thư mục và xuất');
    await app.button('Dừng');
    await until(
      'some papers',
      30_000,
      () => readdirSync(papers).filter((name) => name.endsWith('.pdf')).length > 0,
    );
    await app.kill();
    assert.ok(readdirSync(papers).length < 2 * ROWS, 'it was cut off on the way');
    app = await startApp({ home: app.home, portal: 'http://127.0.0.1:9' });
    await unlock(app);
    await (
      await app.link(/^Hồ sơ$/, { within: await app.role('navigation', 'Các phần của ứng dụng') })
    ).click();
    await enter(app, 'link', TITLE);
    await app.heading('Các bảng tính đã nhập');
    await look(app, 'batch-list');
    await enter(app, 'link', 'danh-sach.xlsx');
    await app.text(/^Còn \d+ dòng chưa làm\.$/);
    await look(app, 'batch-left');
    await enter(app, 'button', 'Làm tiếp');
    await app.click('Dừng');
    await app.click('Làm tiếp', { timeout: 30_000 });
    await app.text('Đã làm xong 200 dòng.', { timeout: 120_000 });
    await look(app, 'batch-done');
  });

  await step('every row has its two papers on the disk, and nothing else is there', async () => {
    const names = readdirSync(papers).sort();
    assert.equal(names.length, 2 * ROWS, names.slice(0, 6).join(', '));
    const of = (row, end) => {
      const start = String(row + 2).padStart(5, '0');
      const found = names.filter((name) => name.startsWith(`${start}-`) && name.endsWith(end));
      assert.equal(found.length, 1, `row ${row}${end}: ${found}`);
      return join(papers, found[0]);
    };
    for (let row = 0; row < ROWS; row++) {
      const wanted = row === 3 ? 'Đỗ Gia Thử Sửa' : child(row);
      assert.ok(docxWords(of(row, '.docx')).includes(wanted), `row ${row}: ${wanted}`);
      assert.ok(readFileSync(of(row, '.pdf')).subarray(0, 8).equals(Buffer.from('%PDF-1.7')));
    }
    for (const row of [0, 3, 17, 29, 199]) {
      const words = execFileSync('pdftotext', [of(row, '.pdf'), '-'], { encoding: 'utf8' }).normalize('NFC');
      assert.ok(
        words.replaceAll(/\s+/g, ' ').includes(row === 3 ? 'Đỗ Gia Thử Sửa' : child(row)),
        `row ${row}`,
      );
    }
    await enter(app, 'button', 'Mở thư mục');
    assert.equal(await app.opened(papers), papers);
  });

  await step('the columns are remembered', async () => {
    await (await app.link(TITLE)).click();
    await app.choose('Thủ tục hoặc giấy tờ', NAME);
    app.pick({ open: [file('danh-sach.xlsx')] });
    await enter(app, 'button', 'Chọn bảng tính…');
    await focusOn(app, 'heading', 'Cột của danh-sach.xlsx');
    await app.gone('Câu hỏi bắt buộc chưa có cột');
    await app.click('Chọn tệp khác');
  });

  await step('in the dark and with letters of twice the size', async () => {
    const again = file('nua.xlsx');
    writeXlsx(again, [heading, rows[0].with(at(ISSUED), 'xx'), ...rows.slice(1, 4)]);
    app.pick({ open: [again] });
    await app.choose('Thủ tục hoặc giấy tờ', NAME);
    await app.click('Chọn bảng tính…');
    await app.click('Nhập và kiểm tra các dòng');
    await tab('Cần sửa', 1);
    const address = await app.session.run(() => location.hash);
    await darken(app);
    await app.session.run((hash) => void (location.hash = hash), address);
    await app.text('“xx” không phải là ngày');
    await look(app, 'batch-wrong-dark');
    await settings(app);
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    await app.session.run((hash) => void (location.hash = hash), address);
    await app.text('“xx” không phải là ngày');
    await look(app, 'batch-wrong-large');
    const wide = await app.session.run(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    assert.ok(wide <= 0, `reaches ${wide} px beyond the window`);
  });

  await step('it becomes drafts instead, and is discarded', async () => {
    await app.click('Xuất 3 dòng đúng');
    await app.tick(/^Bản nháp/);
    await app.click('Lập bản nháp');
    await app.text('Đã làm xong 3 dòng.');
    await app.text('1 dòng cần sửa chưa được làm.');
    await choose(app, 'Thao tác khác với bảng tính này', 'Bỏ bảng tính này');
    await app.click('Bỏ', { within: await app.role('dialog', 'Bỏ bảng tính này?') });
    await app.heading('Các bảng tính đã nhập');
    await app.gone('nua.xlsx');
    await (
      await app.link(/^Hồ sơ$/, { within: await app.role('navigation', 'Các phần của ứng dụng') })
    ).click();
    await app.role('tab', /^Hồ sơ chưa gửi\s*3$/);
  });
});
