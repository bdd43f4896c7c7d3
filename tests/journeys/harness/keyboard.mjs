// Using the window with the keyboard alone: nothing here points, and nothing is found that Tab does not reach.

import { until } from './process.mjs';
import { Key } from './webdriver.mjs';

/** More than any screen has. */
const ROUND = 150;
const PATIENCE = 15_000;

/** Presses Tab until what has the focus is of that role and name. */
export async function tabTo(app, role, name) {
  const fits = (found) =>
    found.role === role && (typeof name === 'string' ? found.name === name : name.test(found.name));
  const passed = [];
  for (let presses = 0; presses < ROUND; presses++) {
    await app.press(Key.Tab);
    const found = await app.focused();
    if (fits(found)) return;
    passed.push(`${found.role} ${found.name}`);
  }
  throw new Error(`Tab does not lead to a ${role} called ${name}; it passed\n${passed.join('\n')}`);
}

/** Goes to a button, a link or a menu item and presses Enter. */
export async function enter(app, role, name) {
  await tabTo(app, role, name);
  await app.press(Key.Enter);
}

/** Waits until that has the focus, without a key. */
export async function focusOn(app, role, name) {
  let found;
  await until(`the focus on the ${role} ${name}`, PATIENCE, async () => {
    found = await app.focused();
    return found?.role === role && found.name === name;
  }).catch((error) => {
    throw new Error(`${error.message}; it is on ${JSON.stringify(found)}`);
  });
}

/** Types where the focus is, in place of what is there. */
export async function type(app, text) {
  await app.press([Key.Control, 'a'], Key.Delete);
  const field = await app.session.run(() => document.activeElement);
  await field.type(text);
}

/** Chooses from the menu behind the button that has the focus. */
export async function chooseItem(app, item) {
  await app.press(Key.Enter);
  for (let presses = 0; presses < ROUND; presses++) {
    const { role, name } = await until('the menu to have the focus', PATIENCE, async () => {
      const found = await app.focused();
      return found?.role === 'menuitem' && found;
    });
    if (role === 'menuitem' && name === item) return app.press(Key.Enter);
    await app.press(Key.ArrowDown);
  }
  throw new Error(`the menu has no ${item}`);
}

/** Answers a question of a form: forward to it with Tab, then with the keys of its kind. */
export async function answerByKeys(app, { kind, label, text, answer }) {
  if (kind === 'checkbox') {
    if (!answer) return;
    await tabTo(app, 'checkbox', label);
    return app.press(Key.Space);
  }
  if (kind === 'radio') return pickRadio(app, text);
  await tabTo(app, kind === 'text' ? 'textbox' : 'combobox', label);
  if (kind === 'select') return pickOption(app, text);
  await type(app, text);
  if (kind === 'combobox') await app.press(Key.Enter);
}

/** Tab leads to the first of the choices that are not answered yet; arrows lead on. */
async function pickRadio(app, text) {
  const names = [];
  do {
    await app.press(Key.Tab);
  } while ((await app.focused()).role !== 'radio');
  await app.press(Key.Space);
  for (;;) {
    const { name } = await app.focused();
    if (name === text) return;
    if (names.includes(name)) throw new Error(`arrows do not lead to ${text}, only to ${names.join(', ')}`);
    names.push(name);
    await app.press(Key.ArrowDown);
  }
}

async function pickOption(app, text) {
  const shown = () =>
    app.session.run(() => document.activeElement.selectedOptions[0]?.label.trim().normalize('NFC'));
  const seen = [];
  for (;;) {
    const now = await shown();
    if (now === text) return;
    if (seen.includes(now)) throw new Error(`arrows do not lead to ${text}, only to ${seen.join(', ')}`);
    seen.push(now);
    await app.press(Key.ArrowDown);
    await until('the next option', PATIENCE, async () => (await shown()) !== now);
  }
}
