// A limit of the law comes near, and a result is promised: the window lists what is due, and the system tells of it once.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { clerk } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { withDossiers } from './harness/shell.mjs';
import { checkNow, look, openDossier, steps, unlock, waitUntil } from './harness/steps.mjs';

test('reminders of what is due', async (t) => {
  const sandbox = await startSandbox();
  const { shell, dossiers } = await withDossiers(sandbox, '2.000635', 1);
  // Born so that the 60th day is the 24th of November, a holiday: the limit ends on the 25th.
  shell.draft('1.001193', { 'tre.ngay_sinh': '2026-09-25' });
  const app = await startApp({ home: shell.home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  const told = (text) =>
    until(`the notice “${text}”`, 15_000, () => {
      const lines = readFileSync(app.variables.HOSO_TEST_OPENED, 'utf8').split('\n');
      const found = lines.filter((line) => line.startsWith('notify ') && line.includes(text));
      return found.length > 0 && found.length;
    });

  await step('the limit of a draft is listed in working days, and told', async () => {
    await unlock(app);
    await app.heading('Đến hạn');
    await app.text('Thời hạn theo luật: 25/11/2026');
    await app.text('còn 2 ngày làm việc');
    assert.equal(await told('Đến hạn ngày 25/11/2026 (còn 2 ngày làm việc).'), 1);
    await look(app, 'reminder-01-law');
  });

  await step('the promised day of a dossier is listed, and its new status told', async () => {
    await clerk(sandbox, dossiers[0], 'accept');
    await checkNow(app);
    assert.equal(await told('Trạng thái mới của hồ sơ: Yêu cầu thực hiện nghĩa vụ tài chính.'), 1);
    await app.text(/^Hẹn trả kết quả: /);
    await look(app, 'reminder-02-promised');
    await openDossier(app, dossiers[0]);
    await app.text(/^còn \d+ ngày làm việc$/);
    await look(app, 'reminder-03-dossier');
  });

  await step('weeks later the limit is past, and told once more', async () => {
    await waitUntil(app, '2026-12-21T09:00:00+07:00');
    await app.text(/^quá \d+ ngày làm việc$/);
    assert.equal(await told('Đã quá hạn ngày 25/11/2026.'), 1);
    await look(app, 'reminder-04-past');
  });
});
