// What users of form.io and its peers complain of in what they see, each shown not to happen here.

import { expect, test } from 'vitest';
import { one, press, settle, Shown, write } from './mounting';
import { node } from './testing';

/** What the core is waiting for before it answers; nothing when it answers at once. */
let stall: Promise<never> | undefined;
const shown = new Shown((command) => (command === 'draft_change' ? stall : undefined));
const many = Array.from({ length: 3000 }, (_, index) => ({ value: index, label: `Xã số ${index}` }));
const few = many.slice(0, 3);

function nameOf(control: Element): string {
  const by = control.getAttribute('aria-label');
  if (by) return by;
  const label = document.querySelector(`label[for="${control.id}"]`) ?? control.closest('label');
  const legend = control.matches('fieldset') ? control.querySelector('legend') : null;
  return (label ?? legend)?.textContent?.trim() ?? '';
}

test.each([
  ['textfield', 'input', {}],
  ['textarea', 'textarea', {}],
  ['number', 'input', {}],
  ['select', 'select', { choices: few }],
  ['select', '[role=combobox]', { choices: many }],
  ['radio', 'fieldset', { choices: few }],
  ['selectboxes', 'fieldset', { choices: few }],
  ['checkbox', 'input', {}],
  ['day', 'fieldset', {}],
  ['tags', 'input', {}],
  ['file', 'fieldset', {}],
  ['signature', 'fieldset', {}],
  ['datamap', 'fieldset', {}],
  ['datagrid', 'fieldset', {}],
  ['editgrid', 'fieldset', {}],
  ['tree', 'fieldset', {}],
  ['panel', 'fieldset', {}],
  ['password', 'input', {}],
])('formio.js #6268: a hidden label of a %s is still its name (%s)', (kind, control, more) => {
  shown.show([node(kind, { label: 'Nơi sinh', hideLabel: true, ...more })]);
  expect(nameOf(one(control))).toMatch(/^Nơi sinh/);
});

test('formio.js #6268: without any label, the placeholder or the key is the name', () => {
  shown.show([
    node('textfield', { key: 'a', path: 'a', label: '', placeholder: 'Số nhà' }),
    node('textfield', { key: 'noi_sinh', path: 'b', label: '' }),
  ]);
  expect([...document.querySelectorAll('input')].map(nameOf)).toEqual([
    expect.stringMatching(/^Số nhà/),
    expect.stringMatching(/^noi_sinh/),
  ]);
});

const options = () => [...document.querySelectorAll<HTMLElement>('[role=option]')];
const active = () =>
  document.getElementById(one('[role=combobox]').getAttribute('aria-activedescendant') ?? '');

test('formio.js #3044: a select of thousands is used with the keyboard, and says where one is', async () => {
  shown.show([node('select', { choices: many })]);
  const input = one('[role=combobox]');
  expect(input.getAttribute('aria-expanded')).toBe('false');
  await press(input, 'ArrowDown');
  expect(input.getAttribute('aria-expanded')).toBe('true');
  expect(input.getAttribute('aria-controls')).toBe(one('[role=listbox]').id);
  expect(options().length).toBeLessThan(200);
  await press(input, 'ArrowUp');
  expect(active()?.textContent?.trim()).toBe('Xã số 2999');
  expect(active()?.getAttribute('aria-posinset')).toBe('3000');
  expect(active()?.getAttribute('aria-setsize')).toBe('3000');
  await press(input, 'PageUp');
  expect(active()?.textContent?.trim()).toBe('Xã số 2989');
  await press(input, 'Enter');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer', value: 2989 }]);
  expect(input.getAttribute('aria-expanded')).toBe('false');
  expect(input.value).toBe('Xã số 2989');
});

test('formio.js #3044: how many choices fit what is typed is said', async () => {
  shown.show([node('select', { choices: many })]);
  const input = one('[role=combobox]');
  input.value = 'xa so 299';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
  expect(one('.combo [role=status]').textContent).toContain('13 lựa chọn');
  await press(input, 'Escape');
  expect(input.getAttribute('aria-expanded')).toBe('false');
  expect(shown.changes).toEqual([]);
});

test('formio.js #3044: several of thousands, each with a button that takes it away', async () => {
  shown.show([node('select', { choices: many, multiple: true })], { data: { answer: [7] } });
  const input = one('[role=combobox]');
  expect(one('[role=listbox]').getAttribute('aria-multiselectable')).toBe('true');
  input.value = 'xã số 12';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await press(input, 'Enter');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: [7, 12] });
  expect(
    [...document.querySelectorAll('li.tag button')].map((button) => button.getAttribute('aria-label')),
  ).toEqual(['Bỏ “Xã số 7”', 'Bỏ “Xã số 12”']);
  await press(input, 'Backspace');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: [7] });
});

test('ODK collect #3379: what is typed while everything stalls stays, and is saved when it goes on', async () => {
  let fail: (why: unknown) => void = () => {};
  stall = new Promise((_, reject) => (fail = reject));
  const draft = shown.show([
    node('textfield', { key: 'a', path: 'a' }),
    node('textfield', { key: 'b', path: 'b' }),
  ]);
  await write(one('#form-a'), 'một');
  await write(one('#form-b'), 'hai');
  expect(shown.changes).toEqual([]);
  expect([draft.form.value('a'), draft.form.value('b')]).toEqual(['một', 'hai']);
  expect(draft.saving).toBe(true);
  stall = undefined;
  fail({ code: 'lock.locked', message: '', fields: {} });
  await settle();
  expect(draft.failure).not.toBeNull();
  draft.retry();
  await settle();
  expect(draft.failure).toBeNull();
  expect(shown.changes).toEqual([
    { op: 'set', path: 'a', value: 'một' },
    { op: 'set', path: 'b', value: 'hai' },
  ]);
  expect([one('#form-a').value, one('#form-b').value]).toEqual(['một', 'hai']);
});
