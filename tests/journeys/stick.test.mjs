// A dossier sealed where there is no network: carried on a stick to the portal and to another computer, its receipt carried back.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { audit } from './harness/outside.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { look, openDossier, settings, steps, unlock } from './harness/steps.mjs';

test('a sealed dossier travels on a stick, and its receipt comes back', async (t) => {
  const stick = folder('stick');
  const [carried, receipt] = ['ho-so.hoso', 'bien-nhan.json'].map((name) => join(stick, name));
  const sandbox = await startSandbox();
  const [first, second] = [new Shell({ portal: sandbox.url }), new Shell({ portal: sandbox.url })];
  for (const shell of [first, second]) {
    shell.createProfile();
    await shell.signIn(sandbox);
    shell.sync();
  }
  const [{ fingerprint }, { recipient }] = [first.run('stick', 'key'), second.run('stick', 'key')];
  // From here on there is no network.
  await sandbox.stop();
  const dossier = first.seal(first.draft('2.000635'));
  let app = await startApp({ home: first.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  await step('the first computer writes it to the stick', async () => {
    await unlock(app);
    await openDossier(app, dossier);
    const part = await app.role('region', 'Khi không có mạng');
    await app.fill(/^Mã máy khác cũng được đọc/, recipient, { within: part });
    app.pick({ save: carried });
    await app.click('Xuất hồ sơ ra USB', { within: part });
    await app.text(/^Đã xuất ra USB lúc/, { within: part });
    await look(app, 'stick-01-carried');
  });

  await step('the portal takes it in, twice, and gives the same receipt', async () => {
    const take = () =>
      execFileSync(binary('hoso-sandbox'), ['--data', sandbox.data, '--take', carried, '--receipt', receipt]);
    take();
    take();
  });

  await step('the receipt comes back to the first computer', async () => {
    app.pick({ open: [receipt] });
    await app.click('Nhận biên nhận từ USB');
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    await app.session.run(() => scrollTo(0, 0));
    await look(app, 'stick-02-receipt');
    assert.deepEqual(await app.all('button', 'Xuất hồ sơ ra USB'), [], 'there is nothing left to carry');
    await app.stop();
  });

  await step('the second computer asks whose key it is, and takes it in', async () => {
    app = await startApp({ home: second.home, portal: sandbox.url });
    await unlock(app);
    await settings(app);
    app.pick({ open: [carried] }, { open: [carried] });
    await app.click('Nhận hồ sơ từ USB');
    const asked = await app.role('dialog', 'Tin máy đã xuất tệp này?');
    await app.text(fingerprint, { within: asked });
    await look(app, 'stick-03-whose-key');
    await app.click('Khớp, chọn lại tệp', { within: asked });
    await app.text('Hồ sơ đã niêm phong và đang chờ gửi lên cổng.');
    await look(app, 'stick-04-taken-in');
  });

  await step('with a network again it is one dossier everywhere', async () => {
    await sandbox.start();
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.', { timeout: 30_000 });
    const { dossiers, uploads } = await audit(sandbox);
    assert.deepEqual(
      dossiers.map(({ id, revision }) => ({ id, revision })),
      [{ id: dossier, revision: 1 }],
    );
    assert.equal(uploads.length, 1, 'the paper, once');
    await app.text(dossiers[0].code);
    await look(app, 'stick-05-one-dossier');
  });
});
