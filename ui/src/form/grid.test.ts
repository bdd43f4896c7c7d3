import { mockIPC } from '@tauri-apps/api/mocks';
import { beforeEach, expect, test } from 'vitest';
import { put, settle } from '@/dev/mounting';
import type { Change } from '@/lib/bindings/Change';
import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { toasts } from '@/lib/toasts.svelte';
import { Draft } from '@/wizard/draft.svelte';
import { Flow } from '@/wizard/flow.svelte';
import FormStep from '@/wizard/FormStep.svelte';
import { click, reasonOf } from './mounting';
import { putAt } from './path';
import { draftInfo, draftPatch, node } from './testing';

type Row = { n: string; m?: number };

let changes: Change[];
/** What the core holds; it answers as the core does. */
let rows: Row[];

beforeEach(() => {
  changes = [];
  toasts.clear();
  mockIPC((_command, args) => {
    const change = (args as { change?: Change }).change;
    if (!change) return draftPatch('form');
    changes.push(change);
    const whole = make(change);
    return draftPatch('form', { values: whole ? { g: structuredClone(rows) as JsonValue } : {} });
  });
});

function make(change: Change): boolean {
  if (change.op === 'batch') return change.changes.map(make).length > 0;
  if (change.op === 'insertRow') rows.splice(change.index, 0, change.value as Row);
  else if (change.op === 'removeRow') rows.splice(change.index, 1);
  else if (change.op === 'moveRow') rows.splice(change.to, 0, ...rows.splice(change.from, 1));
  else {
    putAt({ g: rows } as JsonValue, change.path, change.op === 'set' ? change.value : undefined);
    return false;
  }
  return true;
}

const grid = node('datagrid', {
  key: 'g',
  path: 'g',
  label: 'Con',
  children: [
    node('textfield', { key: 'n', path: 'g[].n', label: 'Tên' }),
    node('number', { key: 'm', path: 'g[].m', label: 'Số' }),
  ],
});

function show(count: number, attributes: Node['attributes'] = {}, kind = grid.kind): Draft {
  rows = Array.from({ length: count }, (_, index) => ({ n: `tên ${index + 1}`, m: index + 1 }));
  const nodes = [{ ...grid, kind, attributes }];
  const draft = new Draft(draftInfo(nodes, { data: { g: structuredClone(rows) as JsonValue } }));
  put(FormStep, { draft, part: 'form', nodes });
  return draft;
}

const control = (row: number, key = 'n') =>
  document.getElementById(`form-g-${row}-${key}`) as HTMLInputElement | null;
const press = async (target: Element | null, key: string, more: KeyboardEventInit = {}) => {
  target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await settle();
};
async function paste(target: HTMLElement | null, text: string): Promise<Event> {
  target?.focus();
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text } });
  target?.dispatchEvent(event);
  await settle();
  await settle();
  return event;
}
const button = (row: number, action: string) =>
  document.querySelector<HTMLElement>(`[data-row="${row}"] [data-action=${action}]`);
const addButton = () => document.getElementById('form-g-add');
const said = () => document.querySelector('fieldset.grid > [role=status]')?.textContent;
const ids = () => [...document.querySelectorAll('[data-row]')].map((row) => (row as HTMLElement).dataset.row);

test('a row is moved, copied, added and removed by keyboard; the focus goes along, and it is said', async () => {
  show(3);
  control(0, 'm')?.focus();
  await press(control(0, 'm'), 'ArrowDown', { altKey: true });
  expect(rows.map(({ n }) => n)).toEqual(['tên 2', 'tên 1', 'tên 3']);
  expect(document.activeElement).toBe(control(1, 'm'));
  expect(said()).toBe('Đã chuyển tới dòng 2 trong 3 dòng.');
  await press(document.activeElement, 'd', { ctrlKey: true, shiftKey: true });
  expect(rows.map(({ n }) => n)).toEqual(['tên 2', 'tên 1', 'tên 1', 'tên 3']);
  expect(document.activeElement).toBe(control(2));
  expect(said()).toBe('Đã chép thành dòng 3, tổng cộng 4 dòng.');
  await press(document.activeElement, 'Enter', { ctrlKey: true, shiftKey: true });
  expect(rows.map(({ n }) => n)).toEqual(['tên 2', 'tên 1', 'tên 1', undefined, 'tên 3']);
  expect(document.activeElement).toBe(control(3));
  await press(document.activeElement, 'Delete', { ctrlKey: true, shiftKey: true });
  expect(rows.length).toBe(4);
  expect(document.activeElement).toBe(control(3));
  expect(toasts.list.at(-1)?.text).toBe('Đã xóa dòng 4.');
  await press(document.activeElement, 'ArrowDown', { altKey: true });
  expect(rows.length).toBe(4);
});

test('the field that keeps the focus shows the words of the row that came to its place', async () => {
  show(3);
  const words = () => [0, 1].map((row) => control(row)?.value);
  control(0)?.focus();
  await press(control(0), 'Delete', { ctrlKey: true, shiftKey: true });
  expect(document.activeElement).toBe(control(0));
  expect(words()).toEqual(['tên 2', 'tên 3']);
  await press(control(0), 'ArrowDown', { altKey: true });
  expect(words()).toEqual(['tên 3', 'tên 2']);
});

test('a button that moves a row keeps the focus, or its opposite at the end', async () => {
  show(3);
  button(2, 'up')?.focus();
  button(2, 'up')?.click();
  await settle();
  expect(document.activeElement).toBe(button(1, 'up'));
  button(1, 'up')?.click();
  await settle();
  expect(document.activeElement).toBe(button(0, 'down'));
});

test('removing the last row leads to the button that adds one', async () => {
  show(1);
  control(0)?.focus();
  await press(control(0), 'Delete', { ctrlKey: true, shiftKey: true });
  expect(rows).toEqual([]);
  expect(document.activeElement?.id).toBe('form-g-add');
});

test('of 2,000 rows a few are in the page, the list says how many there are, and any can be gone to', async () => {
  const draft = show(2000);
  expect(ids().length).toBeLessThan(60);
  expect(document.querySelector('li')?.getAttribute('aria-setsize')).toBe('2000');
  expect(control(1499)).toBeNull();
  const flow = new Flow(draft);
  flow.step = 'form';
  const problem = {
    step: 'form',
    page: '',
    path: 'g[1499].n',
    rule: 'required',
    message: 'Hãy điền.',
  } as const;
  draft.problems = [problem];
  await flow.goTo(problem, [problem]);
  expect(document.activeElement).toBe(control(1499));
  expect(ids()).toContain('1498');
  expect(ids()).toContain('1500');
  expect(document.querySelector('[data-row="1499"]')?.getAttribute('aria-posinset')).toBe('1500');
  expect(document.getElementById('form-g-1499-n-error')?.textContent).toContain('Hãy điền.');
});

test('a long list is searched by its own field', async () => {
  show(2000);
  const field = document.querySelector<HTMLInputElement>('input[type=search]');
  if (!field) throw new Error('no field to search with');
  field.value = 'Ten 1777';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await press(field, 'Enter');
  expect(document.activeElement).toBe(control(1776));
  field.value = 'không có';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await press(field, 'Enter');
  expect(document.querySelector('.find [role=status]')?.textContent).toBe('Không có dòng nào như vậy.');
});

test('a block of a spreadsheet is one change, shown at once, and can be undone', async () => {
  show(2);
  expect((await paste(control(1), 'An\t7\nBình\t8\n')).defaultPrevented).toBe(true);
  expect(changes.map(({ op }) => op)).toEqual(['batch']);
  expect(rows).toEqual([
    { n: 'tên 1', m: 1 },
    { n: 'An', m: 7 },
    { n: 'Bình', m: 8 },
  ]);
  expect(control(2, 'm')?.value).toBe('8');
  expect(document.activeElement).toBe(control(1));
  expect(toasts.list.at(-1)).toMatchObject({ text: 'Đã dán 2 dòng.', action: { label: 'Hoàn tác' } });
});

test('a word that is pasted is left to the field', async () => {
  show(2);
  expect((await paste(control(1), 'một từ\n')).defaultPrevented).toBe(false);
});

test('at the most no row is added, by button, copy or key; the buttons stay, and say why', async () => {
  show(2, { maxRows: 3 });
  expect([addButton(), button(0, 'copy')].map(reasonOf)).toEqual(['', '']);
  addButton()?.focus();
  addButton()?.click();
  await settle();
  expect(rows.length).toBe(3);
  expect(document.activeElement).toBe(control(2));
  const most = 'Đã đủ 3 dòng, là số nhiều nhất.';
  expect([addButton(), button(0, 'copy'), button(2, 'copy')].map(reasonOf)).toEqual([most, most, most]);
  expect(reasonOf(button(0, 'remove'))).toBe('');
  for (const one of [addButton(), button(1, 'copy')]) {
    toasts.clear();
    one?.focus();
    one?.click();
    await settle();
    expect(document.activeElement).toBe(one);
    expect(toasts.list.map(({ text }) => text)).toEqual([most]);
  }
  for (const key of ['d', 'Enter']) {
    toasts.clear();
    control(1)?.focus();
    await press(control(1), key, { ctrlKey: true, shiftKey: true });
    expect(document.activeElement).toBe(control(1));
    expect(toasts.list.map(({ text }) => text)).toEqual([most]);
  }
  expect(changes.map(({ op }) => op)).toEqual(['insertRow']);
  button(0, 'remove')?.click();
  await settle();
  expect([addButton(), button(0, 'copy')].map(reasonOf)).toEqual(['', '']);
});

test('of several quick presses only as many add a row as there is room for', async () => {
  show(1, { maxRows: 3 });
  for (let press = 0; press < 5; press++) addButton()?.click();
  await settle();
  await settle();
  expect(rows.length).toBe(3);
});

test('no row is removed below the least, by button or key', async () => {
  show(2, { minRows: 2 });
  const least = 'Phải có ít nhất 2 dòng.';
  expect([button(0, 'remove'), button(1, 'remove')].map(reasonOf)).toEqual([least, least]);
  button(1, 'remove')?.focus();
  button(1, 'remove')?.click();
  await settle();
  expect(document.activeElement).toBe(button(1, 'remove'));
  await press(control(0), 'Delete', { ctrlKey: true, shiftKey: true });
  expect(toasts.list.at(-1)?.text).toBe(least);
  expect(changes).toEqual([]);
  addButton()?.click();
  await settle();
  button(2, 'remove')?.click();
  await settle();
  expect(rows.length).toBe(2);
});

test('a row that is missing yet is asked for', () => {
  show(0, { minRows: 2 });
  expect(document.getElementById('form-g-kept')?.textContent).toBe('Phải có ít nhất 2 dòng.');
  expect(reasonOf(addButton())).toBe('');
});

test('rows beyond the most are kept and told of', () => {
  show(5, { maxRows: 3 });
  expect(ids()).toHaveLength(5);
  const over = 'Có 5 dòng, trong khi nhiều nhất là 3. Tất cả vẫn được giữ; hãy xóa bớt 2 dòng.';
  expect([addButton(), button(0, 'copy')].map(reasonOf)).toEqual([over, over]);
  expect(reasonOf(button(4, 'remove'))).toBe('');
});

test('of a block that is too long what fits is pasted, in one change, and the rest is told of', async () => {
  show(2, { maxRows: 3 });
  await paste(control(1), 'An\t7\nBình\t8\nChi\t9\nDũng\t10\n');
  expect(changes.map(({ op }) => op)).toEqual(['batch']);
  expect(rows.map(({ n }) => n)).toEqual(['tên 1', 'An', 'Bình']);
  expect(toasts.list.at(-1)).toMatchObject({
    text: 'Đã dán 2 dòng, còn 2 dòng chưa dán được. Đã đủ 3 dòng, là số nhiều nhất.',
    action: { label: 'Hoàn tác' },
  });
});

test('where the form has rows neither added nor removed they are only moved and answered', async () => {
  show(2, { disableAddingRemovingRows: true });
  expect(addButton()).toBeNull();
  const actions = [...document.querySelectorAll<HTMLElement>('[data-row="0"] [data-action]')];
  expect(actions.map((one) => one.dataset.action)).toEqual(['up', 'down']);
  expect(document.getElementById('form-g-keys')?.textContent).not.toContain('Ctrl+Shift');
  for (const key of ['d', 'Enter', 'Delete']) {
    await press(control(0), key, { ctrlKey: true, shiftKey: true });
    expect(toasts.list.at(-1)?.text).toBe('Biểu mẫu này không cho thêm hay xóa dòng ở đây.');
  }
  expect(changes).toEqual([]);
  await paste(control(1), 'An\nBình\n');
  expect(rows.map(({ n }) => n)).toEqual(['tên 1', 'An']);
  expect(toasts.list.at(-1)?.text).toBe(
    'Đã dán 1 dòng, còn 1 dòng chưa dán được. Biểu mẫu này không cho thêm hay xóa dòng ở đây.',
  );
  await press(control(1), 'ArrowUp', { altKey: true });
  expect(rows.map(({ n }) => n)).toEqual(['An', 'tên 1']);
});

test('a list of such rows that is empty yet gets the one that form.io begins with', async () => {
  show(0, { disableAddingRemovingRows: true });
  addButton()?.click();
  await settle();
  expect(rows.length).toBe(1);
  expect(addButton()).toBeNull();
  expect(document.activeElement).toBe(control(0));
});

test('a new row of an edit grid that is cancelled goes, however few there have to be', async () => {
  show(1, { minRows: 3, maxRows: 2 }, 'editgrid');
  await click('Thêm dòng: Con');
  expect(rows.length).toBe(2);
  expect(document.activeElement).toBe(control(1));
  expect(reasonOf(addButton())).toBe('Đã đủ 2 dòng, là số nhiều nhất.');
  await click('Xóa: Con – dòng 2');
  expect(toasts.list.at(-1)?.text).toBe('Phải có ít nhất 3 dòng.');
  expect(rows.length).toBe(2);
  await click('Hủy sửa: Con – dòng 2');
  expect(rows.length).toBe(1);
  expect(reasonOf(addButton())).toBe('');
});

test('of several quick presses in an edit grid only as many add a row as there is room for', async () => {
  show(1, { maxRows: 3 }, 'editgrid');
  for (let press = 0; press < 5; press++) addButton()?.click();
  await settle();
  await settle();
  expect(rows.length).toBe(3);
});
