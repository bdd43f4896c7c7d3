// The portal's catalogue on a stick: a computer that never met a portal asks whose it is, takes it in, keeps the newer one, and refuses what was spoilt.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { binary, startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { createProfile, darken, look, settings, steps } from './harness/steps.mjs';

const PACKS = join(dirname(fileURLToPath(import.meta.url)), '../../crates/app/packs');

/** The portal's file with one procedure, in this version and under this name. */
function carried(data, file, version, name) {
  const packs = folder('packs');
  for (const part of ['2.000635', '_applicant', '_lists'])
    cpSync(join(PACKS, part), join(packs, part), { recursive: true });
  const pack = join(packs, '2.000635/pack.json');
  const words = JSON.parse(readFileSync(pack, 'utf8'));
  words.version = version;
  words.name.vi = name;
  writeFileSync(pack, JSON.stringify(words));
  execFileSync(binary('hoso-sandbox'), ['--data', data, '--packs', packs, '--catalogue', file]);
}

test('the catalogue is brought on a stick', async (t) => {
  const [data, stick] = [folder('portal'), folder('stick')];
  const [older, newer, spoilt] = ['cu.hoso', 'moi.hoso', 'hong.hoso'].map((name) => join(stick, name));
  mkdirSync(data, { recursive: true });
  carried(data, older, '2027.1.9', 'Cấp trích lục (danh mục cũ)');
  carried(data, newer, '2027.1.10', 'Cấp trích lục (danh mục mới)');
  const bytes = readFileSync(newer);
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  writeFileSync(spoilt, bytes);

  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('what came with the program says so', async () => {
    await createProfile(app);
    await settings(app);
    await app.text(/thủ tục, danh mục đi kèm ứng dụng\./);
  });

  await step('nobody knows the portal yet: the person compares its key, or leaves it', async () => {
    app.pick({ open: [newer] });
    await app.click('Nhập danh mục từ tệp');
    const asked = await app.role('dialog', 'Đây có đúng là danh mục của cổng?');
    await app.text(/Cổng dịch vụ công \(thử nghiệm\)/, { within: asked });
    await look(app, 'catalogue-01-whose');
    await app.click('Hủy', { within: asked });
    await app.text(/thủ tục, danh mục đi kèm ứng dụng\./);
    app.pick({ open: [newer] });
    await app.click('Nhập danh mục từ tệp');
    await app.click('Khớp, nhận danh mục', {
      within: await app.role('dialog', 'Đây có đúng là danh mục của cổng?'),
    });
    await app.text('1 mẫu đơn mới, 0 mẫu đơn máy này đã có.');
    await app.text(/nhận từ tệp\./);
    await look(app, 'catalogue-02-taken');
  });

  await step('the procedures are the new ones, and say of when they are', async () => {
    await (await app.link(/^Thủ tục/)).click();
    await app.link('Cấp trích lục (danh mục mới)');
    await app.link(/^Danh mục ngày \d\d\/\d\d\/\d{4}$/);
    await look(app, 'catalogue-03-procedures');
  });

  await step('an older one is told from a newer one, a spoilt one is refused', async () => {
    await settings(app);
    app.pick({ open: [older] });
    await app.click('Nhập danh mục từ tệp');
    await app.text(/Danh mục mới hơn được giữ lại\./);
    await look(app, 'catalogue-04-older');
    app.pick({ open: [spoilt] });
    await app.click('Nhập danh mục từ tệp');
    await app.text('Chưa nhận được danh mục này');
    await look(app, 'catalogue-05-spoilt');
    await (await app.link(/^Thủ tục/)).click();
    await app.link('Cấp trích lục (danh mục mới)');
  });

  await step('in the dark, and with letters of twice the size', async () => {
    await darken(app);
    await look(app, 'catalogue-06-dark');
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    app.pick({ open: [newer] });
    await app.click('Nhập danh mục từ tệp');
    await app.text('0 mẫu đơn mới, 1 mẫu đơn máy này đã có.');
    await look(app, 'catalogue-07-large');
  });
});
