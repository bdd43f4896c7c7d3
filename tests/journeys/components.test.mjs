// Every type of component in the real window: told right to a screen reader, wrong when empty, filled by keyboard alone,
// not to be changed where it is locked, and looking as in `references`, in light, dark and at 200 %.
//
// `HOSO_REFERENCES=1 node --test components.test.mjs` writes the pictures in `references` anew; look at them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { answerOf, answered, answersOf, clickEverything, draw, hasStroke } from './gallery/answers.mjs';
import { check, checkAll, checkTable, confirmed } from './gallery/check.mjs';
import { PAGES } from './gallery/components.mjs';
import { hands, stopsWithKeys } from './gallery/hands.mjs';
import { LOOKS, dress, picture, worn } from './gallery/look.mjs';
import { BEGUN, FIXED, NAME, definition, galleryPacks, typesIn, typesOf } from './gallery/pack.mjs';
import { binary, startApp } from './harness/app.mjs';
import { focusOn } from './harness/keyboard.mjs';
import { Looks } from './harness/looks.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { createProfile, darken, settings, steps } from './harness/steps.mjs';
import { Key } from './harness/webdriver.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const PATIENCE = 15_000;
/** Of no engine. */
const INVENTED = 'kieu_la';

test('the gallery has every type that the engine knows, and one that it does not', () => {
  const source = readFileSync(at('../../crates/eform/src/report.rs'), 'utf8');
  const list = /COMPONENT_TYPES: \[&str; (\d+)\] = \[([^\]]*)\]/.exec(source);
  const known = [...list[2].matchAll(/"(\w+)"/g)].map(([, type]) => type);
  assert.equal(known.length, Number(list[1]), 'the whole list of the engine is read');
  const shown = typesIn(definition());
  assert.deepEqual(
    known.filter((type) => !shown.has(type)),
    [],
    'types that the gallery lacks',
  );

  const packs = galleryPacks();
  const pack = join(packs, readdirSync(packs)[0]);
  const report = execFileSync(binary('hoso'), [
    'form',
    'check',
    '--json',
    '--pack',
    pack,
    join(pack, 'form.json'),
  ]);
  const unknown = JSON.parse(report).notRun.filter(
    ({ what, reason }) => what === 'type' && reason.includes('no component type'),
  );
  assert.deepEqual([...new Set(unknown.map(({ reason }) => /`(\w+)`/.exec(reason)[1]))], [INVENTED]);
});

/** Everything that is looked at of a type that asks something, or of one that others stand in. */
const ALL = ['empty', 'error', 'filled', 'begun', 'disabled'];
/** Of these there is less: what is worked out is never wrong, a button asks nothing, a note is only told. */
const LESS = {
  vnMoneyWords: ['empty', 'error', 'filled', 'disabled'],
  vnDateWords: ['empty', 'error', 'filled', 'disabled'],
  button: ['empty', 'error', 'filled', 'disabled'],
  ...Object.fromEntries(
    ['htmlelement', 'recaptcha', 'captcha', 'datasource', 'hidden', 'reviewpage'].map((type) => [
      type,
      ['empty', 'error', 'filled'],
    ]),
  ),
};

test('every type is looked at in every state that it has, and is filled by keyboard alone', (t) => {
  const states = new Map();
  const see = (pages, state) => {
    for (const { parts } of pages)
      for (const part of parts.filter(({ away }) => state === 'error' || !away?.includes(state)))
        for (const type of typesOf(part)) states.set(type, (states.get(type) ?? new Set()).add(state));
  };
  for (const state of ['empty', 'error', 'filled']) see(PAGES, state);
  see(BEGUN, 'begun');
  see(FIXED, 'disabled');
  for (const [type, seen] of states) {
    t.diagnostic(`${type}: ${[...seen].join(', ')}`);
    // While a tab is not chosen nothing of it is there, unless it is wrong.
    const wanted = (LESS[type] ?? ALL).filter((state) => type !== 'tabs' || state !== 'empty');
    assert.deepEqual([...seen], wanted, type);
  }
  const all = PAGES.flatMap(({ parts }) => parts);
  for (const type of states.keys()) {
    const of = all.filter((part) => typesOf(part).has(type));
    const filled = of.some(({ fill }) => fill);
    assert.equal(filled, !(type in LESS), `${type} is filled with keys`);
  }
});

test('every type of component', async (t) => {
  const sandbox = await startSandbox({ args: ['--packs', galleryPacks()] });
  const app = await startApp({ portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  const keys = hands(app);
  const looks = new Looks(at('references'), { out: at('../out'), renew: !!process.env.HOSO_REFERENCES });

  /** What axe says of a page in each dress, and a picture of it. */
  const seen = async (page, state, { kept = true } = {}) => {
    for (const one of LOOKS) {
      const name = `${one.look}/${page.key}-${state}`;
      await dress(app, one);
      assert.deepEqual(await app.violations(), [], `axe about ${name}`);
      await fits(app, name);
      if (kept) looks.add(name, await picture(app, { focus: state === 'error' }));
    }
    await dress(app, LOOKS[0]);
  };

  await step('the gallery is found and begun', async () => {
    await createProfile(app);
    await app.session.setSize(1040, 1390);
    await (await app.link(/^Thủ tục/)).click();
    await app.fill('Tìm thủ tục', 'trung bay');
    await (await app.link(NAME)).click();
    await app.click('Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await app.click('Tiếp tục');
  });

  for (const page of PAGES) {
    const { parts, title } = page;

    await step(`${title}: empty`, async () => {
      await focusOn(app, 'heading', title);
      await checkAll(app, parts, 'empty');
      await seen(page, 'empty');
    });

    await step(`${title}: in error`, async () => {
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
      await app.role('alert', /^Có \d+ mục/);
      await checkAll(app, parts, 'error');
      await seen(page, 'error');
    });

    for (const part of parts.filter(({ away }) => away?.includes('error'))) {
      await step(`${title}: in error where it can't be seen`, async () => {
        await keys.tab('link', `${part.label}: chưa có. Hãy điền mục này.`);
        await app.press(Key.Enter);
        await focusOn(app, part.role, part.label);
        await check(app, part, 'error');
        await seen(page, 'error', { kept: false });
      });
    }

    await step(`${title}: filled by keyboard alone`, async () => {
      for (const part of parts.filter(({ fill }) => fill)) {
        await part.before?.(keys);
        const [role, name] = part.first ?? [part.role, part.label];
        await keys.tab(role, name);
        await part.fill(keys);
        await part.after?.(keys);
      }
      await app.press(Key.Tab);
      await answered(app, parts);
      await checkAll(app, parts, 'filled');
      await seen(page, 'filled');
    });

    for (const part of parts.filter(({ drawn }) => drawn)) {
      await step(`${title}: drawn with the pointer`, async () => {
        const typed = await answerOf(app, part);
        await draw(app, part);
        await until('what was drawn to be kept', PATIENCE, async () => {
          const drawn = await answerOf(app, part);
          return drawn !== typed && hasStroke(drawn);
        });
      });
    }

    await step(`${title}: done`, async () => {
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
    });
  }

  for (const page of BEGUN) {
    const { parts, title } = page;

    await step(`${title}: begun with answers, odd ones, and with rules that can't run`, async () => {
      await focusOn(app, 'heading', title);
      for (const part of parts) await part.before?.(keys);
      await checkAll(app, parts, 'begun');
      await seen(page, 'begun');
    });

    await step(`${title}: confirmed by keyboard alone`, async () => {
      await app.session.run(() => document.querySelector('.questions :is(h1, h2)').focus());
      for (const part of parts.filter(({ away }) => !away?.includes('begun'))) {
        await keys.tab('button', `Xác nhận đúng: ${part.label}`);
        await app.press(Key.Enter);
        await confirmed(app, part);
      }
      await checkAll(app, parts, 'confirmed');
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
    });
  }

  for (const page of FIXED) {
    await step(`${page.title}`, async () => {
      await focusOn(app, 'heading', page.title);
      const answers = await answersOf(app);
      for (const part of page.parts) await part.before?.(keys);
      await checkAll(app, page.parts, 'disabled');
      await seen(page, 'disabled');

      const stops = page.parts.flatMap(({ reached = [] }) => reached.map((one) => one.join(' ')));
      assert.deepEqual(await stopsWithKeys(app), stops, 'Tab leads only to what is there to be read');
      await clickEverything(app);
      for (const part of page.parts.filter(({ drawn }) => drawn)) await draw(app, part);
      await app.session.run(() => document.querySelector('.questions :is(h1, h2)').focus());
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
      await app.heading(/./);
      assert.deepEqual(await answersOf(app), answers, 'nothing can be changed');
    });
  }

  await step('the settings put on the same dresses', async () => {
    const [light, dark, large] = LOOKS;
    const page = PAGES.find(({ key }) => key === 'chon');
    const draft = await app.session.run(() => location.hash);
    const again = async (one) => {
      const { theme, size } = one;
      assert.deepEqual(await worn(app), { theme, size });
      await app.session.run((hash) => (location.hash = hash), draft);
      await app.click(/^2\. Tờ khai/);
      for (const { title } of PAGES.slice(1, 1 + PAGES.indexOf(page))) {
        await app.click('Tiếp tục');
        await focusOn(app, 'heading', title);
      }
      await dress(app, one);
      if (!looks.renew) looks.add(`${one.look}/${page.key}-filled`, await picture(app, { focus: false }));
    };
    await darken(app);
    await again(dark);
    await settings(app);
    await app.tick('Sáng');
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Chữ to hơn');
      await app.text(`${percent}%`);
    }
    await again(large);
    await settings(app);
    for (const percent of [175, 150, 125, 100]) {
      await app.click('Chữ nhỏ hơn');
      await app.text(`${percent}%`);
    }
    await again(light);
  });

  await step('rows close together are a table', async () => {
    const draft = await app.session.run(() => location.hash);
    await settings(app);
    await app.tick(/^Gọn/);
    await app.session.run((hash) => (location.hash = hash), draft);
    await app.click(/^2\. Tờ khai/);
    await app.click('Dòng lặp');
    await checkTable(app, 'Con đẻ', ['Số dòng', 'Tên con', 'Thao tác với dòng']);
    assert.deepEqual(await app.violations(), [], 'axe about the dense page');
  });

  await step('every page looks as in the references', () => {
    assert.deepEqual(looks.differences(), []);
  });
});

/** Nothing reaches beyond the window. */
async function fits(app, name) {
  const wide = await app.session.run(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.ok(wide <= 0, `${name} reaches ${wide} px beyond the window`);
}
