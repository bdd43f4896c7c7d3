// The vault: papers are added, seen, saved, taken into a dossier, thrown away and brought back.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { pdf } from './harness/paper.mjs';
import { choose, createProfile, look, startDossier, steps } from './harness/steps.mjs';

const PAPER = 'căn cước.pdf';
const WORDS = 'CCCD 001090000001';
const MENU = `Thao tác khác: ${PAPER}`;

test('the vault', async (t) => {
  const papers = folder('papers');
  const original = join(papers, PAPER);
  writeFileSync(original, pdf(WORDS));
  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);
  const list = () => app.role('list', 'Các giấy tờ');

  await step('a paper is added under its kind, and what is none is refused', async () => {
    await createProfile(app);
    await (await app.link(/^Kho giấy tờ/)).click();
    await app.click('Thêm mới');
    const dialog = await app.role('dialog', 'Thêm mới');
    await app.tick('Giấy tờ cư trú', { within: dialog });
    await look(app, 'vault-01-add');
    const wrong = join(papers, 'ghi-chu.exe');
    writeFileSync(wrong, 'MZ');
    app.pick({}, { open: [wrong] }, { open: [original] });
    // Closing the picker changes nothing.
    await app.click('Chọn tệp và lưu giấy tờ', { within: dialog });
    await app.click('Chọn tệp và lưu giấy tờ', { within: dialog });
    await app.text('Loại tệp này không được nhận ở đây.', { within: dialog });
    await look(app, 'vault-02-refused');
    await app.click('Chọn tệp và lưu giấy tờ', { within: dialog });
    await app.text('Giấy tờ cư trú', { within: await list() });
    await app.button(PAPER, { within: await list() });
    await look(app, 'vault-03-list');
  });

  await step('it is seen, and saved as it was', async () => {
    await app.click(PAPER, { within: await list() });
    const shown = execFileSync('pdftotext', [await app.opened('/'), '-'], { encoding: 'utf8' });
    assert.ok(shown.includes(WORDS), 'the paper that is opened');
    const saved = join(papers, 'saved.pdf');
    app.pick({ save: saved });
    await choose(app, MENU, 'Tải xuống');
    await app.text(`Đã lưu tệp: ${saved}`);
    assert.deepEqual(readFileSync(saved), readFileSync(original));
  });

  await step('it is taken into a dossier', async () => {
    await startDossier(app, 'Đăng ký khai sinh', 'Thành phần hồ sơ');
    const card = await app.role('region', 'Giấy tờ chứng minh nơi cư trú');
    await app.click('Lấy giấy tờ từ kho', { within: card });
    const dialog = await app.role('dialog', 'Chọn giấy tờ trong kho');
    await look(app, 'vault-04-choose');
    await app.click(new RegExp(PAPER), { within: dialog });
    await app.button(PAPER, { within: card });
    await app.text('từ kho giấy tờ', { within: card });
  });

  await step('it goes to the trash and back, and for good only after a question', async () => {
    await (await app.link(/^Kho giấy tờ/)).click();
    await choose(app, MENU, 'Chuyển vào thùng rác');
    await app.text('Kho chưa có giấy tờ nào.');
    await (await app.role('tab', 'Thùng rác')).click();
    await choose(app, MENU, 'Khôi phục');
    await app.text('Thùng rác trống.');
    await (await app.role('tab', 'Kho lưu trữ của tôi')).click();
    await choose(app, MENU, 'Chuyển vào thùng rác');
    await (await app.role('tab', 'Thùng rác')).click();
    await choose(app, MENU, 'Xóa vĩnh viễn');
    const question = await app.role('dialog', 'Xóa vĩnh viễn giấy tờ này?');
    await look(app, 'vault-05-purge');
    await app.click('Xóa vĩnh viễn', { within: question });
    await app.text('Thùng rác trống.');
  });

  await step('the dossier keeps what it took', async () => {
    await (await app.link(/^Trang chủ/)).click();
    await (await app.link('Đăng ký khai sinh', { within: await app.role('list', 'Đang làm dở') })).click();
    const card = await app.role('region', 'Giấy tờ chứng minh nơi cư trú');
    await app.button(PAPER, { within: card });
  });
});
