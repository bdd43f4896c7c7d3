// From a key pressed on the birth registration's form to the paint that shows it, beside a lone field on a bare page
// of the same program; and until the answer is on the disk.

import { startApp } from '../harness/app.mjs';
import { answer, pack } from '../harness/form.mjs';
import { createProfile } from '../harness/steps.mjs';
import { median, tell } from './figures.mjs';
import { typed } from './record.mjs';

const ROUNDS = 2;
/** Of the pages of the form, the one with the most questions. */
const PAGE = 2;
const FIELD = 'Cơ sở y tế nơi sinh';
const WORDS = ['benh', 'vien', 'da', 'khoa', 'huyen'];
/** Long enough for the paper beside the form to be drawn again. */
const BETWEEN_WORDS = 900;

export async function keys() {
  const seen = { ours: nothing(), bare: nothing() };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, open] of [
      ['ours', openForm],
      ['bare', openBare],
    ]) {
      const app = await open();
      try {
        const found = await typed(app, WORDS, { times: 3, betweenWords: BETWEEN_WORDS });
        for (const [figure, numbers] of Object.entries(found)) seen[kind][figure].push(...numbers);
      } finally {
        await app.stop();
      }
    }
  }
  tell('keys ours: key press to paint', seen.ours.paint, 'ms');
  tell('keys bare: key press to paint', seen.bare.paint, 'ms');
  tell('keys ours: key press to durable, the rest while typing included', seen.ours.durable, 'ms');
  tell('keys ours: a change from the page to the disk and back', seen.ours.change, 'ms');
  const ratio = median(seen.ours.paint) / median(seen.bare.paint);
  console.log(`keys: ${ratio.toFixed(2)} times the bare field's time to paint`);
}

const nothing = () => ({ paint: [], durable: [], change: [] });

/** The form, answered up to the page, with the field focused. */
async function openForm() {
  const { pages } = pack('1.001193');
  const app = await startApp();
  await createProfile(app);
  await app.fill('Tìm thủ tục', 'khai sinh');
  await (await app.link('Đăng ký khai sinh')).click();
  await app.click('Nộp hồ sơ trực tuyến');
  await app.heading('Thông tin người nộp');
  await app.click('Tiếp tục');
  for (const page of pages.slice(0, PAGE)) {
    await app.heading(page.title);
    for (const question of page.questions) await answer(app, question);
    await app.click('Tiếp tục');
  }
  await app.heading(pages[PAGE].title);
  await (await app.label(FIELD)).click();
  return app;
}

/** The bare page of the same program, with a lone field that has the focus. */
export async function openBare() {
  const app = await startApp({ env: { HOSO_BENCH_BARE: '1' } });
  await app.session.run(() => {
    const field = document.body.appendChild(document.createElement('input'));
    field.setAttribute('aria-label', 'field');
  });
  await (await app.label('field')).click();
  return app;
}
