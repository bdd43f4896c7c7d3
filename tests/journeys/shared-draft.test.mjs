// A draft on two computers of one person: shared, read at the other one, taken over while the first has no network; what was typed there is kept and shown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { pack } from './harness/form.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { checkNow, choose, darken, look, openFolder, settings, steps, unlock } from './harness/steps.mjs';

const CODE = '2.000635';
const FIELD = /^Làm tại/;

test('a draft on two computers', async (t) => {
  const sandbox = await startSandbox();
  const [home, office] = [new Shell({ portal: sandbox.url }), new Shell({ portal: sandbox.url })];
  for (const shell of [home, office]) {
    shell.createProfile();
    await shell.signIn(sandbox);
    shell.sync();
  }
  const draft = home.draft(CODE);
  const [homeCode, officeCode] = [home, office].map((shell) => shell.run('desktop', 'list').code);
  const title = home.run('dossier', 'list').rows[0].title;

  let app = await startApp({ home: home.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  const open = (id) => app.session.run((id) => (location.hash = `#/dien/${id}`), id);
  const page = pack(CODE).pages.find(({ questions }) => questions.some(({ label }) => label === 'Làm tại'));
  async function toForm() {
    await app.click(/^\d\. Tờ khai/);
    await app.click(page.title, { within: await app.role('list', 'Các mục của tờ khai') });
  }
  const type = async (words) => {
    await app.fill(FIELD, words);
    await app.text(/^Đã lưu lúc/);
  };
  const value = async () => (await app.label(FIELD)).property('value');

  await step('there is nobody to share with yet', async () => {
    await unlock(app);
    await openFolder(app, 'Hồ sơ chưa gửi');
    await choose(app, `Thao tác khác: ${title}`, 'Chia sẻ nháp qua cổng');
    const asked = await app.role('dialog', 'Chưa có máy nào để chia sẻ');
    await look(app, 'shared-01-alone');
    await app.click('Mở Cài đặt', { within: asked });
    await app.heading('Các máy của tôi');
    await app.text('Chưa có máy nào khác.');
  });

  await step('the computers are told each other’s codes', async () => {
    await app.fill(/^Tên máy/, 'Máy ở cơ quan');
    await app.fill(/^Mã của máy kia/, 'hoso-may:age1sai');
    await app.click('Thêm máy');
    await app.text('Mã khóa không đúng. Hãy chép lại đủ cả mã.');
    await look(app, 'shared-02-wrong-code');
    await app.fill(/^Mã của máy kia/, homeCode);
    await app.click('Thêm máy');
    await app.text('Đây là mã của chính máy này. Hãy chép mã của máy kia.');
    await app.fill(/^Mã của máy kia/, officeCode);
    await app.click('Thêm máy');
    await app.role('button', 'Bỏ máy “Máy ở cơ quan”');
    await look(app, 'shared-03-computers');
    office.run('desktop', 'add', homeCode, '--name', 'Máy ở nhà');
  });

  await step('the draft is shared, and goes on being written', async () => {
    await openFolder(app, 'Hồ sơ chưa gửi');
    await choose(app, `Thao tác khác: ${title}`, 'Chia sẻ nháp qua cổng');
    await app.text(/^Đang chia sẻ/);
    await (await app.link(title)).click();
    await toForm();
    await type('Gõ ở nhà, lúc có mạng');
    await until('the draft to come to the portal', 30_000, () => {
      office.sync();
      return office.run('dossier', 'list').rows.length === 1;
    });
    await look(app, 'shared-04-writer');
    await app.stop();
  });

  await step('the other computer can only read it', async () => {
    app = await startApp({ home: office.home, portal: sandbox.url });
    await unlock(app);
    await openFolder(app, 'Hồ sơ chưa gửi');
    await app.text('Từ máy “Máy ở nhà”, chỉ xem');
    await look(app, 'shared-05-list');
    await (await app.link(title)).click();
    await app.text('Chỉ xem: nháp đang được soạn ở máy khác');
    await toForm();
    assert.equal(await value(), 'Gõ ở nhà, lúc có mạng');
    const locked = await app.session.run(() =>
      [...document.querySelectorAll('.questions input, .questions textarea')].every(
        (one) => one.disabled || one.readOnly,
      ),
    );
    assert.ok(locked, 'nothing can be typed');
    assert.equal(await (await app.button('Hoàn tác (Ctrl+Z)')).property('disabled'), true);
    await look(app, 'shared-06-reader');
    await darken(app);
    await app.session.run(() => history.back());
    await app.text('Chỉ xem: nháp đang được soạn ở máy khác');
    await look(app, 'shared-07-reader-dark');
    await settings(app);
    await app.tick('Sáng');
  });

  await step(
    'it takes the draft over, though it is open elsewhere, while the first one has no network',
    async () => {
      const away = new Shell({ home: home.home });
      away.run('dossier', 'edit', draft, '--data', away.file({ lam_tai: 'Gõ ở nhà, lúc mất mạng' }));
      await openFolder(app, 'Hồ sơ chưa gửi');
      await (await app.link(title)).click();
      await app.click('Soạn tiếp ở máy này');
      const asked = await app.role('dialog', 'Nháp đang mở ở máy khác');
      await look(app, 'shared-08-open-elsewhere');
      await app.click('Soạn tiếp ở máy này', { within: asked });
      await app.text('Từ giờ nháp được soạn ở máy này. Máy kia chỉ xem được.');
      await toForm();
      await type('Gõ ở cơ quan');
      await until('it to be sent', 30_000, async () =>
        (await app.session.run(() => document.body.innerText)).includes('Đang chia sẻ ·'),
      );
      await app.stop();
    },
  );

  await step('back online both are kept and shown', async () => {
    app = await startApp({ home: home.home, portal: sandbox.url });
    await unlock(app);
    await openFolder(app, 'Hồ sơ chưa gửi');
    await app.text('Bản giữ lại ở máy này', { timeout: 30_000 });
    await app.text('Từ máy “Máy ở cơ quan”, chỉ xem', { timeout: 30_000 });
    await look(app, 'shared-09-both');
    await open(draft);
    await app.text(/máy “Máy ở cơ quan” đã soạn tiếp nháp chung/);
    await toForm();
    assert.equal(await value(), 'Gõ ở nhà, lúc mất mạng');
    await type('Vẫn gõ được');
    await look(app, 'shared-10-apart');
  });

  await step('what the other computer has sent is here too, with where its answers are', async () => {
    const sent = office.seal(office.draft(CODE));
    office.sync();
    await checkNow(app);
    const folder = await openFolder(app, 'Đã gửi');
    await app.text(/^gửi từ máy khác/, { within: folder, timeout: 30_000 });
    await look(app, 'shared-11-sent-elsewhere');
    await (await app.link(title, { within: folder })).click();
    await app.text(/^Hồ sơ này được gửi từ máy khác của bạn\. /);
    await app.text(await until('its code', 30_000, () => office.run('dossier', 'show', sent).row?.code));
    await look(app, 'shared-12-page-of-it');
  });

  await step('with letters of twice the size nothing is lost', async () => {
    await settings(app);
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    await look(app, 'shared-13-settings-large');
    await openFolder(app, 'Hồ sơ chưa gửi');
    await look(app, 'shared-14-list-large');
    const wide = await app.session.run(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    assert.ok(wide <= 0, `${wide} px beyond the window`);
  });
});
