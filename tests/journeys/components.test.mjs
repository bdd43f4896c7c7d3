// Every type of component in the real window: told right to a screen reader, wrong when empty, filled by keyboard alone.
//
// `HOSO_REFERENCES=1 node --test components.test.mjs` writes the pictures in `references` anew; look at them.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PAGES, pathOf } from './gallery/components.mjs';
import { FIXED, NAME, galleryPacks } from './gallery/pack.mjs';
import { startApp } from './harness/app.mjs';
import { focusOn, tabTo, type } from './harness/keyboard.mjs';
import { beside, cut, decode, encode, halved, stacked } from './harness/png.mjs';
import { until } from './harness/process.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { createProfile, look, steps } from './harness/steps.mjs';
import { told } from './harness/tell.mjs';
import { Key } from './harness/webdriver.mjs';

const PHOTO = fileURLToPath(new URL('fixtures/giay-chung-sinh.jpg', import.meta.url));
const REFERENCES = fileURLToPath(new URL('references', import.meta.url));
const PATIENCE = 15_000;

test('every type of component', async (t) => {
  const sandbox = await startSandbox({ args: ['--packs', galleryPacks()] });
  const app = await startApp({ portal: sandbox.url });
  t.after(async () => {
    await app.kill();
    await sandbox.kill();
  });
  const step = steps(t, () => app);
  const keys = hands(app);
  /** The pictures of each state, page by page. */
  const sheets = new Map();
  const seen = async (page, state) => {
    // Half under the bar at the top, a button would be too small for axe.
    await app.session.run(() => scrollTo(0, 0));
    await look(app, `gallery-${page.key}-${state}`);
    if (!process.env.HOSO_REFERENCES) return;
    const whole = await picture(app);
    sheets.set(state, [...(sheets.get(state) ?? []), state === 'large' ? halved(whole) : whole]);
  };

  await step('the gallery is found and begun', async () => {
    await createProfile(app);
    await app.session.setSize(1280, 1390);
    await (await app.link(/^Thủ tục/)).click();
    await app.fill('Tìm thủ tục', 'trung bay');
    await (await app.link(NAME)).click();
    await app.click('Nộp hồ sơ trực tuyến');
    await app.heading('Thông tin người nộp');
    await app.click('Tiếp tục');
  });

  for (const page of PAGES) {
    /** The questions that can be seen in a state: not those folded away or in another tab. */
    const asked = (state) =>
      page.parts.filter((part) => part.role && part.role !== 'button' && !part.away?.includes(state));

    await step(`${page.title}: empty`, async () => {
      await focusOn(app, 'heading', page.title);
      for (const part of page.parts) if (part.shows && !part.role) await app.text(part.shows);
      for (const part of asked('empty')) await check(app, part, { invalid: false });
      await seen(page, 'empty');
    });

    await step(`${page.title}: in error`, async () => {
      const wrong = asked('error').filter((part) => !part.optional);
      if (wrong.length === 0) return;
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
      await app.role('alert', /^Có \d+ mục/);
      for (const part of wrong) await check(app, part, { invalid: true });
      await seen(page, 'error');
    });

    await step(`${page.title}: filled by keyboard alone`, async () => {
      for (const part of page.parts.filter(({ fill }) => fill)) {
        await part.before?.(keys);
        const [role, name] = part.first ?? [part.role, part.label];
        await keys.tab(role, name);
        await part.fill(keys);
        await part.after?.(keys);
      }
      await app.press(Key.Tab);
      await answered(app, page.parts);
      for (const part of asked('filled')) await check(app, part, { invalid: false });
      await seen(page, 'filled');
    });

    for (const part of page.parts.filter(({ drawn }) => drawn)) {
      await step(`${page.title}: drawn with the pointer`, async () => {
        const typed = await answerOf(app, part);
        await draw(app, part);
        await until('what was drawn to be kept', PATIENCE, async () => {
          const drawn = await answerOf(app, part);
          return part.answer(drawn) && drawn !== typed;
        });
      });
    }

    await step(`${page.title}: done`, async () => {
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
    });
  }

  for (const page of FIXED) {
    await step(`${page.title}`, async () => {
      await focusOn(app, 'heading', page.title);
      const open = await app.session.run(
        () =>
          [...document.querySelectorAll('.questions .nodes :is(input, select, textarea)')].filter(
            (control) => !control.disabled && !control.readOnly,
          ).length,
      );
      assert.equal(open, 0, 'nothing can be changed');
      await seen(page, 'disabled');
      await keys.tab('button', 'Tiếp tục');
      await app.press(Key.Enter);
    });
  }

  for (const [name, change] of [
    ['dark', () => app.tick('Tối')],
    ['large', () => larger(app)],
  ]) {
    await step(`filled, ${name}`, async () => {
      const draft = await app.session.run(() => location.hash);
      await (await app.link(/^Cài đặt/)).click();
      await app.heading('Cài đặt');
      await change();
      await app.session.run((hash) => {
        location.hash = hash;
      }, draft);
      await app.click(/^2\. Tờ khai/);
      for (const page of [...PAGES, ...FIXED]) {
        await focusOn(app, 'heading', page.title);
        await seen(page, name);
        await fits(app, page.title);
        await app.click('Tiếp tục');
      }
    });
  }

  if (process.env.HOSO_REFERENCES) {
    mkdirSync(REFERENCES, { recursive: true });
    for (const [state, pictures] of sheets)
      writeFileSync(`${REFERENCES}/${state}.png`, encode(beside(pictures)));
  }
});

/** The questions of a page from top to bottom, put together from what the window shows of them. */
async function picture(app) {
  const { top, bottom, left, width, bar, view } = await app.session.run(() => {
    const box = document.querySelector('.questions').getBoundingClientRect();
    return {
      top: Math.round(box.top + scrollY),
      bottom: Math.round(box.bottom + scrollY),
      left: Math.round(box.left),
      width: Math.floor(box.width),
      bar: Math.ceil(document.querySelector('header').getBoundingClientRect().bottom),
      view: innerHeight,
    };
  });
  const parts = [];
  for (let y = top; y < bottom; y += view - bar) {
    const at = await app.session.run(async (y) => {
      scrollTo(0, y);
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      return scrollY;
    }, y - bar);
    const height = Math.min(bottom - y, view - bar);
    parts.push(cut(decode(await app.session.screenshot()), left, y - at, width, height));
  }
  return stacked(parts);
}

/** The keys of a person who has no mouse. */
function hands(app) {
  const tab = (role, name) => tabTo(app, role, name);
  /** Where the focus went by itself. */
  tab.to = (role, name) => focusOn(app, role, name);
  return {
    tab,
    type: (text) => type(app, text),
    press: (...keys) => app.press(...keys),
    /** A list that comes from the core is there. */
    offered: (name) => app.role('option', name),
    unfold: async (name) => {
      const open = await app.session.run(
        (words) =>
          [...document.querySelectorAll('details')].find(
            (one) => one.querySelector('summary').textContent === words,
          )?.open,
        name,
      );
      if (open) return;
      await tabTo(app, 'button', name);
      await app.press(Key.Enter);
    },
    /** The picker is the system's own; the driver answers it for the control that has the focus. */
    upload: async () => {
      const control = await app.session.run(() => document.activeElement);
      await control.type(PHOTO);
    },
  };
}

const idOf = (part) => `form-${pathOf(part).join('-').replace(/[_~]/g, '-')}`;

/** What a screen reader is told of a question. */
async function check(app, part, { invalid }) {
  const id = idOf(part);
  const element = await until(`the control ${id}`, PATIENCE, () =>
    app.session.run((id) => document.getElementById(id), id),
  );
  const found = await told(element);
  const what = `${part.type} “${part.label}”: ${JSON.stringify(found)}`;
  assert.equal(found.role, part.computed ?? part.role, what);
  assert.equal(found.name, part.label, what);
  assert.deepEqual(found.missing, [], what);
  for (const words of part.told ?? []) assert.ok(found.description.includes(words), `${words} in ${what}`);
  // Of a group and of one choice of several it can only be said.
  const said = ['group', 'radio'].includes(part.role);
  if (!part.optional) assert.ok(said ? /bắt buộc/.test(found.description) : found.required, what);
  assert.equal(/Lỗi: /.test(found.description), invalid, what);
  if (!said && part.role !== 'radiogroup') assert.equal(found.invalid, invalid, what);
}

/** A stroke across the surface of a question. */
async function draw(app, part) {
  const { left, top, width, height } = await app.session.run((id) => {
    const surface = document.getElementById(id).querySelector('canvas');
    surface.scrollIntoView({ block: 'center' });
    return surface.getBoundingClientRect().toJSON();
  }, idOf(part));
  await app.session.drag([0.2, 0.4, 0.6, 0.8].map((at) => [left + at * width, top + at * height]));
}

/** Waits until the core holds what was typed. */
async function answered(app, parts) {
  for (const part of parts) {
    if (part.answer === undefined) continue;
    let held;
    const wanted = part.answer;
    await until(`the answer of “${part.label}”`, PATIENCE, async () => {
      held = await answerOf(app, part);
      if (typeof wanted === 'function') return held !== undefined && wanted(held);
      return JSON.stringify(sorted(held)) === JSON.stringify(sorted(wanted));
    }).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(held)?.slice(0, 300)}`);
    });
  }
}

/** An answer as the core has it on disk. */
async function answerOf(app, part) {
  const { form } = await app.session.run(() =>
    window.__TAURI_INTERNALS__.invoke('draft_open', { id: location.hash.split('/').at(-1) }),
  );
  return pathOf(part).reduce((value, key) => value?.[key], form.state.data);
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

async function larger(app) {
  await app.tick('Sáng');
  for (const percent of [125, 150, 175, 200]) {
    await app.click('Chữ to hơn');
    await app.text(`${percent}%`);
  }
}

/** Nothing reaches beyond the window. */
async function fits(app, name) {
  const wide = await app.session.run(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.ok(wide <= 0, `${name} reaches ${wide} px beyond the window`);
}
