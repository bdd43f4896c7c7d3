// The scan inbox: a folder whose new scans are offered to the open dossier.

import assert from 'node:assert/strict';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { pdf } from './harness/paper.mjs';
import { until } from './harness/process.mjs';
import { createProfile, look, startDossier, steps } from './harness/steps.mjs';

const CARD = 'Giấy tờ chứng minh nơi cư trú';
/** A file that nobody writes to for longer than this may be held to be whole. */
const STILL = 500;

test('new scans are offered', async (t) => {
  const scans = folder('scans');
  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);
  const dialog = () => app.role('dialog', 'Bản quét mới');
  const offers = async (name) =>
    ((await app.all('button', new RegExp(name), { within: await dialog() })) ?? []).length > 0;

  await step('the folder is chosen in the settings', async () => {
    await createProfile(app);
    await (await app.link(/^Cài đặt/)).click();
    await app.text('Chưa chọn thư mục.');
    app.pick({ folder: scans });
    await app.click('Chọn thư mục');
    await app.text(scans);
    await look(app, 'scans-01-settings');
  });

  await step('a scan that arrives while the components are open is offered', async () => {
    await startDossier(app, 'Đăng ký khai sinh', 'Thành phần hồ sơ');
    await app.click('Lấy bản quét mới', { within: await app.role('region', CARD) });
    await app.text('Chưa có bản quét mới trong thư mục.', { within: await dialog() });
    await look(app, 'scans-02-none');
    writeFileSync(join(scans, 'quet-1.pdf'), pdf('Scan 1'));
    await app.button(/quet-1\.pdf/, { within: await dialog() });
    await look(app, 'scans-03-offered');
  });

  await step('it is taken once, and its file stays', async () => {
    await app.click(/quet-1\.pdf/, { within: await dialog() });
    const card = await app.role('region', CARD);
    await app.button('quet-1.pdf', { within: card });
    await app.text('bản quét', { within: card });
    await app.click('Lấy bản quét mới', { within: card });
    await app.text('Chưa có bản quét mới trong thư mục.', { within: await dialog() });
    assert.ok(existsSync(join(scans, 'quet-1.pdf')));
  });

  await step('a file is not offered before it is whole', async () => {
    // The writing of a scanner that paused is over for all that anyone can know; then another one is tried.
    for (let tries = 1; ; tries++) {
      const growing = `dang-ghi-${tries}.pdf`;
      const writing = new Writing(join(scans, growing));
      writeFileSync(join(scans, `xong-${tries}.pdf`), pdf('Whole'));
      let early = false;
      await until('the whole file to be offered', 15_000, async () => {
        early ||= await offers(growing);
        return offers(`xong-${tries}`);
      });
      early ||= await offers(growing);
      writing.end();
      if (writing.longestPause > STILL && tries < 5) continue;
      assert.equal(early, false, 'half a file was offered');
      await app.button(new RegExp(growing), { within: await dialog() });
      break;
    }
    await look(app, 'scans-04-both');
  });

  await step('a folder that is no longer watched offers nothing', async () => {
    await app.click('Đóng', { within: await dialog() });
    await (await app.link(/^Cài đặt/)).click();
    await app.click('Thôi theo dõi');
    await app.text('Chưa chọn thư mục.');
  });
});

/** A scanner that writes and writes. */
class Writing {
  longestPause = 0;
  #last = Date.now();

  constructor(file) {
    this.file = file;
    writeFileSync(file, pdf('Growing'));
    this.timer = setInterval(() => this.#more(), 40);
  }

  /** What follows the end mark of a PDF is no matter to its readers. */
  #more() {
    appendFileSync(this.file, '\n');
    const now = Date.now();
    this.longestPause = Math.max(this.longestPause, now - this.#last);
    this.#last = now;
  }

  /** Writes the last of it. */
  end() {
    clearInterval(this.timer);
    this.#more();
  }
}
