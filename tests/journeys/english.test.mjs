// The window in English: of its own words none is left in Vietnamese, at the usual and at twice the size of letters.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { PIN, createProfile, look, settings, steps } from './harness/steps.mjs';

const ROOMS = new URL('../../ui/src/lib/i18n/', import.meta.url);
const words = (language) => {
  const rooms = readdirSync(ROOMS).filter((name) => name.endsWith(`.${language}.ts`));
  const text = rooms.map((name) => readFileSync(new URL(name, ROOMS), 'utf8')).join('\n');
  return new Set(text.match(/'[^'\n]{3,}'/g).map((quoted) => quoted.slice(1, -1)));
};
/** What the window says in Vietnamese and not in English; names and the law, which stay as they are, come from elsewhere. */
const english = words('en');
const VIETNAMESE = [...words('vi')].filter((text) => /[^\x20-\x7e]/.test(text) && !english.has(text));
/** The forms and their papers stay as the law has them. */
const OFFICIAL = 'body [lang=vi]';

test('the window in English', async (t) => {
  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);

  await step('the language is switched in the settings', async () => {
    await createProfile(app);
    await settings(app);
    assert.ok((await leftInVietnamese(app)).length > 10, 'what is looked for can be found');
    await app.tick('English');
    await app.heading('Settings');
    assert.equal(await app.session.run(() => document.documentElement.lang), 'en');
  });

  await step('every main screen', () => tour(app, 'en'));

  await step('letters of twice the size', async () => {
    await (await app.link(/^Settings/)).click();
    for (const percent of [125, 150, 175, 200]) {
      await app.click('Larger text');
      await app.text(`${percent}%`);
    }
    await tour(app, 'en-large');
  });

  await step('the lock', async () => {
    await (await app.link(/^Home/)).click();
    await app.click('Lock the application');
    await app.heading('The application is locked');
    await inEnglish(app, 'lock-en-large');
    await app.fill('PIN', PIN);
    await app.click('Unlock');
    await app.heading(/^Hello/);
  });
});

async function tour(app, size) {
  const seen = (name) => inEnglish(app, `screen-${name}-${size}`);
  const rail = await app.role('navigation', 'Parts of the application');
  const go = async (name, heading) => {
    await (await app.link(new RegExp(`^${name}`), { within: rail })).click();
    await app.heading(heading);
    await seen(name);
  };
  await go('Home', /^Hello/);
  await go('Dossiers', 'Dossiers');
  await go('My papers', 'My papers');
  await app.click('Add');
  await app.role('dialog', 'Add');
  await seen('add-paper');
  await app.click('Close');
  await go('Payments', 'Payments');
  await go('Settings', 'Settings');
  await go('Procedures', 'Procedures');
  await (await app.link('Birth registration')).click();
  await app.heading('Legal basis');
  await seen('procedure');
  await app.click('Apply online');
  for (const name of ['Applicant', 'Form', 'Papers', 'Fees', 'Check and submit']) {
    await app.click(new RegExp(`^\\d\\. ${name}`));
    if (name !== 'Form') await app.heading(name);
    await seen(`wizard-${name}`);
  }
}

/** A good screen that fits the window's width, in English. */
async function inEnglish(app, name) {
  await look(app, name);
  assert.deepEqual(await leftInVietnamese(app), [], `Vietnamese words on ${name}`);
  const wide = await app.session.run(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.ok(wide <= 0, `${name} reaches ${wide} px beyond the window`);
}

/** The window's Vietnamese words that are shown, or read out. */
function leftInVietnamese(app) {
  return app.session.run(
    (vietnamese, official) => {
      const wanted = new Set(vietnamese);
      const shown = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode())
        if (!walker.currentNode.parentElement.closest(official)) shown.push(walker.currentNode.data);
      for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
        if (element.closest(official)) continue;
        for (const name of ['aria-label', 'placeholder', 'title'])
          shown.push(element.getAttribute(name) ?? '');
      }
      return shown.map((text) => text.normalize('NFC').trim()).filter((text) => wanted.has(text));
    },
    VIETNAMESE,
    OFFICIAL,
  );
}
