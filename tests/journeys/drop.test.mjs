// Dropping files from the desktop onto the components of a dossier.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from './harness/app.mjs';
import { Drag } from './harness/drag.mjs';
import { folder } from './harness/folder.mjs';
import { pdf } from './harness/paper.mjs';
import { createProfile, look, startDossier, steps, unlock } from './harness/steps.mjs';

const PHOTO = fileURLToPath(new URL('fixtures/giay-chung-sinh.jpg', import.meta.url));
const PROCEDURE = 'Đăng ký khai sinh';
const CERTIFICATE = 'Giấy chứng sinh hoặc giấy tờ thay thế';
const MANDATE = 'Văn bản ủy quyền đăng ký khai sinh';

test('files are dropped on components', async (t) => {
  const home = folder('home');
  const papers = folder('papers');
  const paper = (name, content) => {
    writeFileSync(join(papers, name), content);
    return join(papers, name);
  };
  // A screen with fine dots, where a point of the page is not a dot of the screen.
  const env = { GDK_SCALE: '2' };
  let app = await startApp({ home, env });
  t.after(() => app.kill());
  const step = steps(t, () => app);
  const card = (name) => app.role('region', name);
  const drop = async (files, component) => {
    const drag = await Drag.start(app, files);
    await drag.over(await card(component));
    await drag.drop();
  };

  await step('the component under the files says so, until they are taken away', async () => {
    await app.session.setSize(800, 700);
    await createProfile(app);
    await startDossier(app, PROCEDURE, 'Thành phần hồ sơ');
    const drag = await Drag.start(app, [PHOTO]);
    await drag.over(await card(CERTIFICATE));
    await app.text('Thả tệp vào đây', { within: await card(CERTIFICATE) });
    await look(app, 'drop-01-over');
    await drag.over(await card(MANDATE));
    await app.text('Thả tệp vào đây', { within: await card(MANDATE) });
    drag.leave();
    await app.gone('Thả tệp vào đây');
    await app.text('Thiếu', { within: await card(CERTIFICATE) });
  });

  await step('a photo becomes a PDF of its component, two papers become two files of theirs', async () => {
    await drop([PHOTO], CERTIFICATE);
    await app.button('giay-chung-sinh.pdf', { within: await card(CERTIFICATE) });
    await app.text('Đủ', { within: await card(CERTIFICATE) });
    // Words that a careless reader of addresses would cut or leave coded.
    const names = ['Giấy ủy quyền #1 100%.pdf', 'trang 2.pdf'];
    await drop(
      names.map((name) => paper(name, pdf(name.normalize('NFD').replace(/[^\w ]/g, '')))),
      MANDATE,
    );
    for (const name of names) await app.button(name, { within: await card(MANDATE) });
    await app.text('kéo vào', { within: await card(MANDATE) });
    await look(app, 'drop-02-taken');
  });

  await step('what is of a wrong kind is refused with the reason, and nothing is lost', async () => {
    await drop([paper('ghi-chu.exe', 'MZ')], MANDATE);
    await app.text('Loại tệp này không được nhận ở đây.', { within: await card(MANDATE) });
    await drop([paper('gia-mao.pdf', 'no PDF at all')], MANDATE);
    await app.text(/không phải PDF|không đúng với tên/, { within: await card(MANDATE) });
    await look(app, 'drop-03-refused');
    const kept = await app.all('listitem', null, { within: await card(MANDATE) });
    assert.equal(kept.length, 2, 'files of the component');
  });

  await step('the window is killed, and every file is still there', async () => {
    await app.kill();
    app = await startApp({ home, env });
    await app.session.setSize(800, 700);
    await unlock(app);
    await (await app.link(PROCEDURE, { within: await app.role('list', 'Đang làm dở') })).click();
    await app.heading('Thành phần hồ sơ');
    await app.button('giay-chung-sinh.pdf', { within: await card(CERTIFICATE) });
    await app.button('trang 2.pdf', { within: await card(MANDATE) });
  });
});
