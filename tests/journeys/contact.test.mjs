// How the person is reached: changed in the settings, it is changed at the portal too; what another computer changed there is put before the person.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { checkNow, darken, look, settings, steps, unlock } from './harness/steps.mjs';

const SAME = /^Đã cập nhật trên cổng/;
const DIFFERS = 'Trên cổng đang ghi khác. Bạn muốn giữ bản nào?';

test('the person’s details at the portal', async (t) => {
  const sandbox = await startSandbox();
  const [home, office] = [new Shell({ portal: sandbox.url }), new Shell({ portal: sandbox.url })];
  for (const shell of [home, office]) {
    shell.createProfile();
    await shell.signIn(sandbox);
    shell.sync();
  }
  const app = await startApp({ home: home.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  const show = async (text) => {
    const said = await app.text(text);
    await app.session.run((said) => said.scrollIntoView({ block: 'center' }), said);
  };
  const value = async (label) => (await app.label(label)).property('value');

  await step('a change is told to the portal', async () => {
    await unlock(app);
    await settings(app);
    await app.fill('Thư điện tử', 'nha@vidu.vn');
    await app.click('Cập nhật');
    await show(SAME);
    await look(app, 'contact-01-same');
  });

  await step('what another computer changed is put beside it', async () => {
    office.sync();
    const seen = office.run('profile', 'portal').portal.state;
    office.run('profile', 'keep', seen, '--theirs', '--address', 'Số 7, đường Mẫu');
    office.sync();
    await checkNow(app);
    await settings(app);
    await show(DIFFERS);
    await app.text('Số 7, đường Mẫu');
    await look(app, 'contact-02-differs');
    await darken(app);
    await show(DIFFERS);
    await look(app, 'contact-03-differs-dark');
  });

  await step('what is chosen stands here and there', async () => {
    await app.click('Chọn tất cả theo cổng');
    await app.click('Giữ bản đã chọn');
    await show(SAME);
    assert.equal(await value('Số nhà, đường, thôn'), 'Số 7, đường Mẫu');
    await look(app, 'contact-04-kept');
    office.sync();
    assert.equal(office.run('profile', 'portal').state, 'same');
  });
});
