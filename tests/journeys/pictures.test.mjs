// Photos and scans bound into one PDF, and a Word file of one's own: with the keyboard and the pointer, in the real window.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from './harness/app.mjs';
import { docx, docxWords } from './harness/docx.mjs';
import { folder } from './harness/folder.mjs';
import { focusOn, tabTo, type } from './harness/keyboard.mjs';
import { blank, encode } from './harness/png.mjs';
import { until } from './harness/process.mjs';
import { choose, createProfile, look, startDossier, steps } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

const CARD = 'Giấy tờ chứng minh nơi cư trú';
const PHOTO = fileURLToPath(new URL('fixtures/giay-chung-sinh.jpg', import.meta.url));
/** By how much the page of text lies askew, clockwise. */
const ASKEW = 4;

/** A page of lines of words that lies askew. */
function askew() {
  const page = blank(620, 870, 235);
  const [sine, cosine] = [Math.sin((ASKEW * Math.PI) / 180), Math.cos((ASKEW * Math.PI) / 180)];
  for (let y = 0; y < page.height; y++)
    for (let x = 0; x < page.width; x++) {
      const [dx, dy] = [x - page.width / 2, y - page.height / 2];
      const across = dx * cosine + dy * sine + page.width / 2;
      const down = -dx * sine + dy * cosine + page.height / 2;
      const inside = across > 70 && across < 550 && down > 70 && down < 800;
      const word = (Math.floor(across / 4) + Math.floor(down / 24) * 5) % 11 > 1;
      if (inside && down % 24 < 9 && Math.floor(across / 4) % 2 === 0 && word)
        page.pixels.fill(50, (y * page.width + x) * 3, (y * page.width + x) * 3 + 3);
    }
  return encode(page);
}

test('pictures become a PDF, and a Word file of one’s own is filled', async (t) => {
  const own = folder('own');
  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);
  const dialog = () => app.role('dialog', 'Ghép ảnh thành PDF');
  const page = async (name) => app.button(name, { within: await dialog() });
  const text = join(own, 'bi-nghieng.png');
  const photo = join(own, 'anh-chup.jpg');
  writeFileSync(text, askew());
  writeFileSync(photo, readFileSync(PHOTO));

  await step('pictures are chosen; what is none is refused with advice', async () => {
    await createProfile(app);
    await startDossier(app, 'Đăng ký khai sinh', 'Thành phần hồ sơ');
    await app.click('Ghép ảnh thành PDF', { within: await app.role('region', CARD) });
    await app.text('Chưa có ảnh nào.', { within: await dialog() });
    await look(app, 'pictures-01-empty');
    const heic = join(own, 'iphone.heic');
    writeFileSync(heic, Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
    app.pick({ open: [heic] });
    await app.click('Chọn ảnh', { within: await dialog() });
    await app.text('Tương thích nhất', { within: await dialog() });
    app.pick({ open: [photo, text] });
    await app.click('Chọn ảnh', { within: await dialog() });
    await page(/^Trang 2: bi-nghieng/);
    await app.text(/PDF .*, cho phép/, { within: await dialog() });
    await app.role('img', 'Trang 1: anh-chup.jpg', { within: await dialog() });
    await look(app, 'pictures-02-chosen');
  });

  await step('the order changes with the keyboard, and back with undo', async () => {
    await (await page(/^Trang 2: bi-nghieng/)).click();
    await app.press([Key.Alt, Key.ArrowLeft]);
    await page(/^Trang 1: bi-nghieng/);
    await focusOn(app, 'button', 'Trang 1: bi-nghieng.png');
    await app.press([Key.Control, 'z']);
    await page(/^Trang 1: anh-chup/);
    await app.press([Key.Control, 'y']);
    await page(/^Trang 1: bi-nghieng/);
  });

  await step('a page is straightened by itself, turned, cropped and whitened', async () => {
    await (await page(/^Trang 1: bi-nghieng/)).click();
    const guess = await app.button(/^Tự chỉnh thẳng \(-/, { within: await dialog() });
    const said = Number(/\(-([\d,]+)°/.exec(await guess.text())[1].replace(',', '.'));
    assert.ok(Math.abs(said - ASKEW) < 0.5, `${ASKEW}° was taken for ${said}°`);
    await guess.click();
    await app.text(/^Chỉnh thẳng: -[34]/, { within: await dialog() });
    const edge = await app.label('Mép phải (%)', { within: await dialog() });
    await edge.click();
    await type(app, '90');
    await app.press(Key.Tab);
    assert.equal(await edge.property('value'), '90');
    await app.tick('Làm trắng nền trang này', { within: await dialog() });
    await (await page(/^Trang 2: anh-chup/)).click();
    await app.click('Xoay phải', { within: await dialog() });
    await app.text(/PDF .*, cho phép/, { within: await dialog() });
    await look(app, 'pictures-03-edited');
  });

  await step('they become one PDF of the component, and the pictures stay', async () => {
    await app.click('Đưa PDF vào hồ sơ', { within: await dialog() });
    const card = await app.role('region', CARD);
    await app.button('bi-nghieng.pdf', { within: card });
    await app.screenshot('pictures-04-attached');
    const file = join(own, 'ra.pdf');
    app.pick({ save: file });
    await choose(app, 'Thao tác khác: bi-nghieng.pdf', 'Tải xuống tệp tin');
    await until('the saved PDF', 15_000, () => existsSync(file));
    const facts = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
    assert.match(facts, /Pages:\s+2/);
    const dots = execFileSync('pdfimages', ['-list', file], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => Number(line.trim().split(/\s+/)[12]));
    assert.equal(dots.length, 2);
    assert.ok(
      dots.every((dpi) => dpi >= 199),
      `pictures at ${dots} dots an inch`,
    );
    assert.deepEqual([text, photo].map(existsSync), [true, true]);
  });

  await step(
    'a Word file of one’s own is filled for this procedure, and what stays open is told',
    async () => {
      const first = join(own, 'mau-cua-toi.docx');
      const lines = ['Người đề nghị: {{ nguoi_yeu_cau.ho_ten|upper }}', 'Ghi thêm: {{ khong_co_cau_nay }}'];
      writeFileSync(first, docx(...lines));
      app.pick({ open: [first] });
      await choose(app, 'Thao tác khác với hồ sơ này', 'Dùng mẫu Word riêng…');
      const word = await app.role('dialog', 'Mẫu Word riêng');
      await app.text('Đang dùng mẫu có sẵn của ứng dụng.', { within: word });
      await app.click('Chọn tệp Word', { within: word });
      await app.text('Đang dùng mẫu riêng: mau-cua-toi.docx', { within: word });
      await app.text('Còn 1 chỗ chưa điền được', { within: word });
      await app.text('tờ khai không có câu nào tên này', { within: word });
      await look(app, 'pictures-05-word');
      const filled = join(own, 'dien.docx');
      app.pick({ save: filled });
      await app.click('Lưu tệp Word', { within: word });
      await app.text(/^Đã lưu tệp: .*dien\.docx$/, { within: word });
      assert.match(docxWords(filled), /Người đề nghị: NGUYỄN THỊ AN\nGhi thêm: \n/);
      await tabTo(app, 'button', 'Thôi dùng mẫu riêng');
      await app.press(Key.Enter);
      await app.text('Đang dùng mẫu có sẵn của ứng dụng.', { within: word });
    },
  );
});
