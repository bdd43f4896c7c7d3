// The whole way of a birth registration: filled and sealed without a network, sent, supplemented, answered.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from './harness/app.mjs';
import { docxWords } from './harness/docx.mjs';
import { folder } from './harness/folder.mjs';
import { answer, expectAnswer, pack } from './harness/form.mjs';
import { clerk, onlyDossier, signIn } from './harness/outside.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { checkNow, choose, createProfile, look, steps, unlock } from './harness/steps.mjs';

const PHOTO = fileURLToPath(new URL('fixtures/giay-chung-sinh.jpg', import.meta.url));
const CERTIFICATE = 'Giấy chứng sinh hoặc giấy tờ thay thế';
const CERTIFICATE_CODE = '000.00.00.G15-KQ004389';
const REASON = 'Ảnh Giấy chứng sinh bị mờ, đề nghị chụp lại.';
/** Killed here, in the middle of the form. */
const MIDDLE = 4;

test('đăng ký khai sinh: offline, sent, supplemented, answered', async (t) => {
  const { pages, all } = pack('1.001193');
  const sandbox = await startSandbox();
  await sandbox.stop();
  const home = folder('home');
  const papers = folder('papers');
  let app = await startApp({ home, portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);

  await step('a profile is created', async () => {
    await app.heading('Chào mừng bạn đến với Hồ Sơ');
    await look(app, 'khai-sinh-01-first-start');
    await createProfile(app);
    await look(app, 'khai-sinh-02-home');
  });

  await step('the procedure is found without accents', async () => {
    await app.fill('Tìm thủ tục', 'khai sinh');
    await look(app, 'khai-sinh-03-found');
    await (await app.link('Đăng ký khai sinh')).click();
    await app.heading('Đăng ký khai sinh');
    await app.text('Căn cứ pháp lý');
    await look(app, 'khai-sinh-04-procedure');
    await app.click('Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await look(app, 'khai-sinh-05-applicant');
  });

  await step('errors are told in a summary with the focus', async () => {
    await app.click('Tiếp tục');
    await app.heading(pages[0].title);
    await app.click('Tiếp tục');
    const summary = await app.role('alert', 'Có 1 mục cần xem lại');
    assert.ok(await summary.hasFocus(), 'the summary has the focus');
    await look(app, 'khai-sinh-06-error');
  });

  await step('half of the form is filled', async () => {
    for (const [index, page] of pages.slice(0, MIDDLE).entries()) {
      await app.heading(page.title);
      for (const question of page.questions) await answer(app, question);
      await look(app, `khai-sinh-07-page-${index + 1}`);
      await app.click('Tiếp tục');
    }
    await app.heading(pages[MIDDLE].title);
  });

  await step('killed and opened again, everything is there', async () => {
    await app.kill();
    app = await startApp({ home, portal: sandbox.url });
    await app.heading('Ứng dụng đang khóa');
    await look(app, 'khai-sinh-08-lock');
    await unlock(app);
    await look(app, 'khai-sinh-09-home-with-draft');
    await (await app.link('Đăng ký khai sinh', { within: await app.role('list', 'Đang làm dở') })).click();
    await app.heading(pages[MIDDLE].title);
    for (const page of pages.slice(0, MIDDLE).toReversed()) {
      await app.click('Quay lại');
      await app.heading(page.title);
      for (const question of page.questions) await expectAnswer(app, question);
    }
    for (const page of pages.slice(1, MIDDLE + 1)) {
      await app.click('Tiếp tục');
      await app.heading(page.title);
    }
  });

  await step('the rest of the form is filled', async () => {
    for (const [index, page] of pages.slice(MIDDLE).entries()) {
      await app.heading(page.title);
      for (const question of page.questions) await answer(app, question);
      await look(app, `khai-sinh-10-page-${MIDDLE + index + 1}`);
      await app.click('Tiếp tục');
    }
    await app.heading('Thành phần hồ sơ');
  });

  await step('both papers are exported and hold every answer', async () => {
    const [pdf, docx] = ['to-khai.pdf', 'to-khai.docx'].map((name) => join(papers, name));
    app.pick({ save: pdf }, { save: docx });
    await choose(app, 'Thao tác khác với hồ sơ này', 'Lưu tệp PDF (để ký số)');
    await app.text(`Đã lưu tệp: ${pdf}`);
    await choose(app, 'Thao tác khác với hồ sơ này', 'Lưu tệp Word (chỉnh sửa, in, ký)');
    await app.text(`Đã lưu tệp: ${docx}`);
    const printed = {
      PDF: plain(execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' })),
      Word: plain(docxWords(docx)),
    };
    const written = all.filter(({ kind }) => kind === 'text' || kind === 'combobox');
    assert.ok(written.length > 30, 'many answers are looked for');
    for (const [paper, words] of Object.entries(printed)) {
      const missing = written.filter(({ text }) => !says(words, text));
      assert.deepEqual(
        missing.map(({ label, text }) => `${label}: ${text}`),
        [],
        `answers that the ${paper} lacks`,
      );
    }
  });

  await step('the form and a photo become components', async () => {
    await look(app, 'khai-sinh-11-components');
    await app.click('Xuất tờ khai vào hồ sơ');
    await app.text('Tờ khai đã xuất, đúng với nội dung hiện tại.');
    app.pick({ open: [PHOTO] });
    const card = await app.role('region', CERTIFICATE);
    await app.click('Chọn tệp', { within: card });
    await app.button('giay-chung-sinh.pdf', { within: card });
    await look(app, 'khai-sinh-12-attached');
  });

  let dossier;
  await step('it is sealed while the portal is away', async () => {
    await app.click('Tiếp tục');
    await app.heading('Phí, lệ phí');
    await look(app, 'khai-sinh-13-fees');
    await app.click('Tiếp tục');
    await app.text('Hồ sơ đã đủ để nộp.');
    await look(app, 'khai-sinh-14-review');
    await app.tick(/^Tôi chắc chắn rằng/);
    await app.click('Niêm phong và đưa vào hàng chờ gửi');
    await app.text('Hồ sơ đã niêm phong và đang chờ gửi lên cổng.');
    await look(app, 'khai-sinh-15-sealed');
  });

  await step('the portal comes back, the person signs in, the code arrives', async () => {
    await sandbox.start();
    await app.click(/^Tài khoản/);
    await app.click('Đăng nhập', { within: await app.role('dialog', 'Tài khoản') });
    await signIn(sandbox, await app.opened(`${sandbox.url}/oidc/authorize`));
    await app.text('Đã đăng nhập cổng: Nguyễn Thị An');
    dossier = await onlyDossier(sandbox);
    await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
    await app.text(dossier.code);
    await look(app, 'khai-sinh-16-sent');
  });

  await step('the clerk asks for a supplement', async () => {
    await clerk(sandbox, dossier.id, 'supplement', { reason: REASON, components: CERTIFICATE_CODE });
    await checkNow(app);
    await app.text('Cơ quan yêu cầu bạn bổ sung hồ sơ.');
    await app.text(REASON);
    await look(app, 'khai-sinh-17-supplement-asked');
  });

  await step('the supplement is sent', async () => {
    await app.click('Bổ sung hồ sơ');
    await app.heading('Thành phần hồ sơ');
    const card = await app.role('region', CERTIFICATE);
    await app.text('Cơ quan yêu cầu bổ sung', { within: card });
    await look(app, 'khai-sinh-18-supplement');
    await choose(app, 'Thao tác khác: giay-chung-sinh.pdf', 'Xóa');
    await app.text('Thiếu', { within: card });
    app.pick({ open: [PHOTO] });
    await app.click('Chọn tệp', { within: card });
    await app.button('giay-chung-sinh.pdf', { within: card });
    await app.click('Tiếp tục');
    await app.heading('Phí, lệ phí');
    await app.click('Tiếp tục');
    await app.text('Hồ sơ đã đủ để nộp.');
    await app.tick(/^Tôi chắc chắn rằng/);
    await app.click('Gửi bổ sung');
    await app.heading('Các lần nộp');
    await app.text('Bổ sung lần 1');
    await until(
      'the second revision at the portal',
      30_000,
      async () => (await onlyDossier(sandbox)).revision === 2,
    );
  });

  await step('the result arrives', async () => {
    await clerk(sandbox, dossier.id, 'accept');
    await clerk(sandbox, dossier.id, 'process');
    await checkNow(app);
    await app.text('Cơ quan đang giải quyết hồ sơ.');
    await look(app, 'khai-sinh-19-processing');
    await clerk(sandbox, dossier.id, 'return-result');
    await checkNow(app);
    await app.text('Hồ sơ đã có kết quả.');
    await app.click('Xem: Kết quả giải quyết');
    const result = execFileSync('pdftotext', [await app.opened('/'), '-'], { encoding: 'utf8' });
    assert.ok(plain(result).includes(dossier.code), 'the result names the dossier');
    await look(app, 'khai-sinh-20-result');
  });
});

/** Whether the words hold an answer; a date may be written out. */
function says(words, text) {
  const long = text.replace(/^(\d+)\/(\d+)\/(\d+)$/, '$1 tháng $2 năm $3');
  return words.includes(plain(text)) || words.includes(plain(long));
}

/** Spaces and line breaks are the paper's own. */
function plain(text) {
  return text.normalize('NFC').replace(/\s+/g, '');
}
