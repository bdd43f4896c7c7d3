// The keys of a person who has no mouse.

import { fileURLToPath } from 'node:url';
import { focusOn, tabTo, type } from '../harness/keyboard.mjs';
import { Key } from '../harness/webdriver.mjs';

const PHOTO = fileURLToPath(new URL('../fixtures/giay-chung-sinh.jpg', import.meta.url));

export function hands(app) {
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
    /** Chooses a tab that stands right of that which is chosen. */
    turnTo: async (name, chosen) => {
      // What is wrong in it is part of its name.
      const [tab] = await app.all('tab', new RegExp(`^${name}( |$)`));
      if (tab && (await tab.attribute('aria-selected')) === 'true') return;
      await tabTo(app, 'tab', chosen);
      await app.press(Key.ArrowRight);
    },
    /** The picker is the system's own; the driver answers it for the control that has the focus. */
    upload: async () => {
      const control = await app.session.run(() => document.activeElement);
      await control.type(PHOTO);
    },
  };
}

/** What Tab leads to among the questions, from the page's title to its button; at each stop keys that change things are pressed. */
export async function stopsWithKeys(app) {
  await app.session.run(() => {
    const title = document.querySelector('.questions :is(h1, h2)');
    title.tabIndex = -1;
    title.focus();
  });
  const stops = [];
  for (let presses = 0; presses < 150; presses++) {
    await app.press(Key.Tab);
    const { role, name } = await app.focused();
    if (role === 'button' && name === 'Tiếp tục') return stops;
    const asked = await app.session.run(() => !!document.activeElement.closest('[data-answers]'));
    if (!asked) continue;
    stops.push(`${role} ${name}`);
    await app.press('x', Key.Delete, Key.Backspace, Key.ArrowDown, Key.ArrowUp, Key.Space, Key.Space);
  }
  throw new Error(`Tab does not lead out of the questions; it passed\n${stops.join('\n')}`);
}
