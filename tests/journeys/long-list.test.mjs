// A list of 2,000 rows that a portal's form asks for: filled in by keyboard in the dense layout, and inspected.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROWS, rows } from './bench/large-forms.mjs';
import { writeLargePacks } from './bench/large-packs.mjs';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { choose, createProfile, look, steps } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

test('a list of 2,000 rows', async (t) => {
  const packs = folder('packs');
  writeLargePacks(packs);
  const sandbox = await startSandbox({ args: ['--packs', packs] });
  t.after(() => sandbox.stop());
  const app = await startApp({ portal: sandbox.url });
  t.after(() => app.kill());
  const step = steps(t, () => app);
  /** The row and the name of the control that has the focus. */
  const focus = () =>
    app.session.run(() => {
      const { id, value } = document.activeElement;
      return [id, value];
    });
  const focused = (id) => until(`the focus at ${id}`, 15_000, async () => (await focus())[0] === id || null);
  const rowsHere = () => app.session.run(() => document.querySelectorAll('[data-row]').length);

  await step('the form of the portal is there, and takes 2,000 rows pasted from a spreadsheet', async () => {
    await createProfile(app);
    await (await app.link(/^Thủ tục/)).click();
    await app.heading('Thủ tục hành chính');
    await app.fill('Tìm thủ tục', ROWS.name);
    await (await app.link(ROWS.name, { timeout: 90_000 })).click();
    await app.click('Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await app.click(/^2\. Tờ khai/);
    await app.heading(ROWS.section);
    await app.click('Thêm dòng');
    await focused('form-nguoi-0-ho-ten');
    const block = rows().map((row) =>
      [row.ho_ten, '15/03/1990', row.gioi_tinh, row.so_luong, row.don_gia].join('\t'),
    );
    await app.session.run((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document.activeElement.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, block.join('\n'));
    await app.text('Đã dán 2000 dòng.', { timeout: 120_000 });
  });

  await step('few of them are in the page, which says how many there are', async () => {
    await app.click('Ẩn bản in');
    await app.click('Trình bày gọn');
    const table = await app.role('table', 'Những người trong danh sách');
    assert.equal(await table.attribute('aria-rowcount'), '2001');
    assert.ok((await rowsHere()) < 80, `${await rowsHere()} rows are in the page`);
    await look(app, 'list-dense');
  });

  await step('any row is found and answered by keyboard', async () => {
    await app.fill('Tìm trong 2000 dòng', 'nguoi thu 1777');
    await app.press(Key.Enter);
    await focused('form-nguoi-1776-ho-ten');
    await app.press(Key.ArrowDown);
    await focused('form-nguoi-1777-ho-ten');
    await app.press(Key.Enter);
    await focused('form-nguoi-1777-ngay-sinh');
    await app.press([Key.Alt, Key.ArrowUp]);
    await focused('form-nguoi-1776-ngay-sinh');
    const name = await app.session.run(() => document.getElementById('form-nguoi-1776-ho-ten').value);
    assert.equal(name, 'Người thứ 1778');
    await app.press([Key.Control, Key.Shift, 'D']);
    await focused('form-nguoi-1777-ho-ten');
    assert.deepEqual(await focus(), ['form-nguoi-1777-ho-ten', 'Người thứ 1778']);
    await app.text('Tìm trong 2001 dòng');
    await app.press([Key.Control, 'z']);
    await app.text('Tìm trong 2000 dòng');
  });

  await step('what is missing in a row far away is gone to', async () => {
    await app.fill('Tìm trong 2000 dòng', '42');
    await app.press(Key.Enter);
    await focused('form-nguoi-41-ho-ten');
    await app.press([Key.Control, 'a'], Key.Delete);
    await app.session.run(() => scrollTo(0, document.documentElement.scrollHeight));
    await app.click('Tiếp tục');
    const summary = await app.role('alert', /cần xem lại/);
    await (await app.role('link', null, { within: summary })).click();
    await focused('form-nguoi-41-ho-ten');
    await look(app, 'list-error');
  });

  await step('the inspector tells what a cell is computed from', async () => {
    await choose(app, 'Thao tác khác với hồ sơ này', 'Xem cấu trúc biểu mẫu');
    await app.role('complementary', 'Cấu trúc biểu mẫu');
    await app.fill('Đường dẫn của mục (hoặc bấm vào một mục trong tờ khai)', 'nguoi[1].thanh_tien');
    await app.text('nguoi[1].so_luong = 1');
    await app.text('calculateValue');
    await look(app, 'list-inspector');
  });
});
