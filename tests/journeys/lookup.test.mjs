// Any dossier is looked up by its code: found, not found, kept while the portal is away, and led to where it is here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { enter } from './harness/keyboard.mjs';
import { audit, clerk } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { withDossiers } from './harness/shell.mjs';
import { createProfile, darken, look, settings, steps, unlock } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

const NOBODYS = '000.00.19.H34-200101-0001';

test('a dossier is looked up by its code', async (t) => {
  const sandbox = await startSandbox();
  const { shell, dossiers } = await withDossiers(sandbox, '2.000635', 1);
  await clerk(sandbox, dossiers[0], 'accept');
  const code = (await audit(sandbox)).dossiers[0].code;
  // Somebody else's desktop: nobody is signed in there, and the dossier is not on it.
  let app = await startApp({ portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  const result = () => app.role('region', 'Kết quả tra cứu');

  await step('the screen is reached by keyboard, and says what it is for', async () => {
    await createProfile(app);
    await enter(app, 'link', 'Tra cứu hồ sơ');
    await app.heading('Tra cứu hồ sơ');
    await app.text('Chưa tra cứu mã nào.');
    await look(app, 'lookup-01-empty');
  });

  await step('what is no code is told at the field', async () => {
    await app.click('Tìm kiếm');
    await app.text('Hãy nhập mã số hồ sơ.');
    await app.fill(/^Mã số hồ sơ/, 'khai sinh');
    await app.press(Key.Enter);
    await app.text('Đây không phải là mã hồ sơ. Hãy đối chiếu với giấy tiếp nhận rồi nhập lại.');
    await look(app, 'lookup-02-no-code');
  });

  await step('a code that the portal never gave', async () => {
    await app.fill(/^Mã số hồ sơ/, NOBODYS);
    await app.press(Key.Enter);
    await app.text('Cổng không có hồ sơ mang mã này.', { within: await result() });
    await look(app, 'lookup-03-unknown');
  });

  await step('another person’s dossier: its steps, and nothing about the person', async () => {
    await app.fill(/^Mã số hồ sơ/, ` ${code.toLowerCase()} `);
    await app.press(Key.Enter);
    await app.text('Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh', { within: await result() });
    await app.text('Tiếp nhận hồ sơ', { within: await result() });
    await app.text('Bộ phận Một cửa UBND xã Mẫu', { within: await result() });
    assert.equal(await app.session.run(() => document.querySelector('#lookup-code').value), code);
    await look(app, 'lookup-04-found');
  });

  await step('while the portal is away the code is kept, and asked about when it is back', async () => {
    await sandbox.stop();
    await app.click(`Tra cứu lại ${code}`);
    await app.text(/^Không kết nối được với cổng\./, { within: await result() });
    await look(app, 'lookup-05-offline');
    await sandbox.start();
    await app.gone(/^Không kết nối được với cổng\./);
    await app.text('Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh', { within: await result() });
  });

  await step('in the dark, and with letters of twice the size', async () => {
    await darken(app);
    await (await app.link('Tra cứu hồ sơ')).click();
    await app.click(`Tra cứu lại ${code}`);
    await result();
    await look(app, 'lookup-06-dark');
    await settings(app);
    await app.tick('Sáng');
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    await (await app.link('Tra cứu hồ sơ')).click();
    await app.click(`Tra cứu lại ${code}`);
    await result();
    await look(app, 'lookup-07-large');
    const wide = await app.session.run(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    assert.ok(wide <= 0, `it reaches ${wide} px beyond the window`);
    await app.click(`Xóa ${NOBODYS} khỏi danh sách`);
    await app.gone(NOBODYS);
  });

  await step('a dossier that is here is led to, also from the search for everything', async () => {
    await app.kill();
    app = await startApp({ home: shell.home, portal: sandbox.url });
    await unlock(app);
    await app.click(/^Tìm mọi thứ/);
    await app.fill('Tìm mọi thứ', code);
    await (await app.link(new RegExp(`^Tra cứu mã hồ sơ ${code}`))).click();
    await app.text(/^Hồ sơ này có trên máy của bạn\./, { within: await result() });
    await look(app, 'lookup-08-here');
    await (await app.link('Mở hồ sơ này')).click();
    await app.heading('Việc cần làm');
    await (await app.text('Hiện mã QR')).click();
    await app.role('img', 'Mã QR mở trang theo dõi hồ sơ trên cổng');
    await look(app, 'lookup-09-follow');
    const page = await (await sandbox.fetch(`/tra-cuu?ma=${code}`)).text();
    assert.match(page, /Tiếp nhận hồ sơ/);
  });
});
