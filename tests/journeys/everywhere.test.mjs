// Every page and section that can be reached, with things in them, once online and once offline: each is drawn, tells of no error, and axe finds nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { audit, clerk } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { withDossiers } from './harness/shell.mjs';
import { look, steps, unlock } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';
import { readXlsx, writeXlsx } from './harness/xlsx.mjs';

const CODE = '2.000635';
const FOLDERS = 'unsent outbox sent awaitingPayment supplementRequested processing returned rejected'.split(
  ' ',
);
const STEPS = ['Thông tin người nộp', 'Tờ khai', 'Thành phần hồ sơ', 'Phí, lệ phí', 'Kiểm tra và nộp'];

test('every page, online and offline', async (t) => {
  const sandbox = await startSandbox();
  const { shell, dossiers } = await withDossiers(sandbox, CODE, 4);
  const [due, asked, returned] = dossiers;
  await clerk(sandbox, due, 'accept');
  await clerk(sandbox, asked, 'supplement', { reason: 'Thiếu bản sao thẻ căn cước.' });
  await clerk(sandbox, returned, 'refuse', { opinion: 'Nộp nhầm nơi.' });
  shell.sync();
  const draft = shell.draft(CODE);
  const code = (await audit(sandbox)).dossiers[0].code;
  const table = join(folder('table'), 'bang.xlsx');
  shell.run('form', 'template', CODE, '--xlsx', table);
  writeXlsx(table, [readXlsx(table)[0], readXlsx(table, 2)[1]]);
  const { batch } = shell.run('batch', 'check', CODE, table);

  let app;
  t.after(async () => {
    await app?.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  for (const [name, chip] of [
    ['online', /^Trực tuyến/],
    ['offline', /^Ngoại tuyến/],
  ]) {
    if (name === 'offline') await sandbox.stop();
    await step(`${name}: the window opens`, async () => {
      app = await startApp({ home: shell.home, portal: sandbox.url });
      await app.session.run(() => {
        window.told = [];
        const { error } = console;
        console.error = (...words) => {
          window.told.push(words.map(String).join(' '));
          error(...words);
        };
        window.addEventListener('error', ({ message }) => window.told.push(message));
        window.addEventListener('unhandledrejection', ({ reason }) => window.told.push(String(reason)));
      });
      await unlock(app);
      await app.button(chip, { timeout: 30_000 });
    });

    /** The screen is drawn, whole and without a word of failure. */
    const seen = async (page, text) => {
      await app.text(text);
      await look(app, `everywhere-${page}-${name}`);
      for (const wrong of ['Không tải được nội dung này', 'Có lỗi ngoài dự kiến', 'Có lỗi bên trong'])
        await app.gone(wrong, { timeout: 0 });
      assert.deepEqual(await app.session.run(() => window.told), [], `errors told on ${page}`);
    };
    const page = (title, hash, text) =>
      step(`${name}: ${title}`, async () => {
        await app.session.run((hash) => void (location.hash = hash), hash);
        await seen(title, text);
      });

    await page('home', '#/', 'Việc cần bạn làm');
    await page('procedures', '#/thu-tuc', 'Giấy tờ một cửa');
    await page('procedure', `#/thu-tuc/${CODE}`, 'Căn cứ pháp lý');
    for (const one of FOLDERS) await page(one, `#/ho-so?thu-muc=${one}`, 'Hồ sơ chưa gửi');
    await page('batches', '#/bang-tinh', 'bang.xlsx');
    await page('batch', `#/bang-tinh/${batch.id}`, 'Đúng, chưa làm');
    await page('lookup', '#/tra-cuu', 'Mã số hồ sơ');
    await page('looked up', `#/tra-cuu?ma=${code}`, 'Kết quả tra cứu');
    await page('vault', '#/kho', 'Kho chưa có giấy tờ nào.');
    await step(`${name}: trash`, async () => {
      await (await app.role('tab', /^Thùng rác/)).click();
      await seen('trash', 'Thùng rác trống.');
    });
    await page('payments', '#/thanh-toan', 'Chưa thanh toán');
    await page('settings', '#/cai-dat', 'Về ứng dụng');
    await step(`${name}: what opens in the settings`, async () => {
      await (await app.text('Đổi mã PIN')).click();
      await app.tick('Chỉ gửi trong khung giờ');
      await seen('settings opened', 'Mã PIN mới');
      await app.tick('Gửi vào bất cứ lúc nào');
    });
    for (const id of dossiers)
      await page(`dossier ${dossiers.indexOf(id) + 1}`, `#/ho-so/${id}`, 'Việc cần làm');
    await step(`${name}: a dossier that is not there`, async () => {
      await app.session.run(() => void (location.hash = '#/ho-so/00000000-0000-7000-8000-000000000000'));
      await app.text('Không tìm thấy mục này nữa.');
      await look(app, `everywhere-nowhere-${name}`);
    });
    await page('wizard', `#/dien/${draft}`, /^Bước \d \/ 5/);
    for (const [at, one] of STEPS.entries())
      await step(`${name}: ${one}`, async () => {
        await app.click(new RegExp(`^${at + 1}\\. ${one}`));
        await seen(`step ${at + 1}`, `Bước ${at + 1} / 5`);
      });
    await step(`${name}: what hangs from the bar`, async () => {
      await app.click(chip);
      await seen('queue', 'Kết nối và hàng chờ gửi');
      await app.press(Key.Escape);
      await app.click(/^Tài khoản/);
      await seen('account', 'Đăng xuất khỏi cổng');
      await app.press(Key.Escape);
      await app.click(/^Tìm mọi thứ/);
      await app.fill('Tìm mọi thứ', 'trich luc');
      await seen('search', 'kết quả');
      await app.click('Đóng');
      await app.stop();
    });
  }
});
