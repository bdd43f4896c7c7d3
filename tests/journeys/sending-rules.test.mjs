// The person's rules for sending: hours, metered networks and a pace keep files here, each with its reason; one dossier is let go, and on a thin line small ones go first.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { audit } from './harness/outside.mjs';
import { pdf } from './harness/paper.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { darken, look, openDossier, settings, steps, unlock } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

const PAPER = '000.00.00.G15-KQ003785';
const HOURS = 'Chỉ gửi trong khung giờ';
const METERED = 'Coi mạng của máy này là tính tiền theo dung lượng';
const RECEIVED = 'Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.';
const WAITS = /Tệp đang đợi đến giờ gửi\. Gửi lúc 20:00\.$/;

test('the rules for sending', async (t) => {
  const sandbox = await startSandbox();
  const shell = new Shell({ portal: sandbox.url });
  shell.createProfile();
  await shell.signIn(sandbox);
  shell.sync();
  let app = await startApp({ home: shell.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  const part = async () => {
    const heading = await app.heading('Gửi tệp lên cổng');
    return app.session.run((heading) => heading.closest('section'), heading);
  };
  const there = async () => (await audit(sandbox)).dossiers.filter(({ code }) => code).map(({ id }) => id);
  const queue = async () => {
    await app.click(/^(Trực tuyến|Đang gửi)/);
    return app.role('dialog', 'Kết nối và hàng chờ gửi');
  };

  await step('hours that never begin are told and not kept, others are', async () => {
    await unlock(app);
    await app.button(/^Trực tuyến/);
    await settings(app);
    await app.tick(HOURS);
    await app.fill('Đến', '20:00');
    await app.text('Giờ bắt đầu và giờ kết thúc phải khác nhau.');
    await app.session.run((part) => part.scrollIntoView(), await part());
    await look(app, 'sending-01-same-hours');
    await app.fill('Đến', '05:30');
    await app.gone('Giờ bắt đầu và giờ kết thúc phải khác nhau.');
    await app.choose('Tốc độ gửi cao nhất', '8 KB mỗi giây');
    // What was chosen is there again, and in the shell.
    await (await app.link(/^Trang chủ/)).click();
    await settings(app);
    assert.equal(await (await app.label(HOURS)).property('checked'), true);
    assert.equal(await (await app.label('Đến')).property('value'), '05:30');
    assert.equal(await (await app.label('Tốc độ gửi cao nhất')).property('value'), '8');
    await app.stop();
    const { rules } = shell.run('rules');
    assert.deepEqual(rules.hours, { from: '20:00', to: '05:30' });
    assert.equal(rules.bytesPerSecond, 8 * 1024);
  });

  let large, small, third;
  await step('outside of the hours the files wait, and the screen says until when', async () => {
    const paper = join(folder('papers'), 'giay-to.pdf');
    writeFileSync(paper, pdf('Giay to', 400_000));
    large = shell.seal(shell.draft('2.000635', undefined, [`${PAPER}=${paper}`]));
    [small, third] = [1, 2].map(() => shell.seal(shell.draft('2.000635')));
    app = await startApp({ home: shell.home, portal: sandbox.url });
    await unlock(app);
    await openDossier(app, third);
    await app.text(WAITS);
    await look(app, 'sending-02-waits');
    const panel = await queue();
    await app.text(WAITS, { within: panel });
    assert.equal((await app.all('button', 'Gửi tệp ngay', { within: panel })).length, 3);
    await look(app, 'sending-03-queue');
    await app.press(Key.Escape);
    assert.deepEqual((await audit(sandbox)).uploads, []);
  });

  await step('one is let go at once, and only that one', async () => {
    await app.click('Gửi tệp ngay', { within: await app.role('region', 'Việc cần làm') });
    await app.text(RECEIVED, { timeout: 60_000 });
    assert.deepEqual(await there(), [third]);
    await openDossier(app, small);
    await app.text(WAITS);
  });

  await step('a network that is charged by its volume is another reason', async () => {
    await settings(app);
    await app.tick(METERED);
    await app.tick('Gửi vào bất cứ lúc nào');
    await openDossier(app, small);
    await app.text(/Đang dùng mạng tính tiền theo dung lượng, nên tệp đợi mạng khác\.$/);
    await look(app, 'sending-04-metered');
    assert.deepEqual(await there(), [third]);
  });

  await step(
    'nothing holds them any more: the small one goes first, though it was sealed later',
    async () => {
      await settings(app);
      await (await app.label(METERED)).click();
      await openDossier(app, small);
      await app.text(RECEIVED, { timeout: 60_000 });
      const ids = await there();
      assert.ok(ids.includes(small) && !ids.includes(large), 'the large one is still on its way');
      await openDossier(app, large);
      await app.text(/^Đang gửi tệp/);
      await look(app, 'sending-05-small-first');
    },
  );

  await step('without a limit the rest is there at once', async () => {
    await settings(app);
    await app.choose('Tốc độ gửi cao nhất', 'Không giới hạn');
    await until('the large one at the portal', 60_000, async () => (await there()).includes(large));
    await openDossier(app, large);
    await app.text(RECEIVED);
  });

  await step('in the dark, and with letters of twice the size', async () => {
    await darken(app);
    await app.tick(HOURS);
    await app.fill('Từ', '06:00');
    await app.text('Giờ bắt đầu và giờ kết thúc phải khác nhau.');
    await app.session.run((part) => part.scrollIntoView(), await part());
    await look(app, 'sending-06-dark');
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    await app.session.run((part) => part.scrollIntoView(), await part());
    await look(app, 'sending-07-large');
  });
});
