import { mockIPC } from '@tauri-apps/api/mocks';
import { beforeEach, expect, test } from 'vitest';
import { put, settle } from '@/dev/mounting';
import type { Change } from '@/lib/bindings/Change';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { toasts } from '@/lib/toasts.svelte';
import { Draft } from '@/wizard/draft.svelte';
import { Flow } from '@/wizard/flow.svelte';
import FormStep from '@/wizard/FormStep.svelte';
import { putAt } from './path';
import { draftInfo, draftPatch, node } from './testing';

type Row = { n: string; m?: number };

let changes: Change[];
/** What the core holds; it answers as the core does. */
let rows: Row[];

beforeEach(() => {
  changes = [];
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

function show(count: number): Draft {
  rows = Array.from({ length: count }, (_, index) => ({ n: `tên ${index + 1}`, m: index + 1 }));
  const draft = new Draft(draftInfo([grid], { data: { g: structuredClone(rows) as JsonValue } }));
  put(FormStep, { draft, part: 'form', nodes: [grid] });
  return draft;
}

const control = (row: number, key = 'n') =>
  document.getElementById(`form-g-${row}-${key}`) as HTMLInputElement | null;
const press = async (target: Element | null, key: string, more: KeyboardEventInit = {}) => {
  target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await settle();
};
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
  const button = (row: number, action: string) =>
    document.querySelector<HTMLElement>(`[data-row="${row}"] [data-action=${action}]`);
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
  expect(document.activeElement?.classList.contains('add')).toBe(true);
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
  const target = control(1);
  target?.focus();
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => 'An\t7\nBình\t8\n' } });
  target?.dispatchEvent(event);
  await settle();
  await settle();
  expect(event.defaultPrevented).toBe(true);
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

test('a word that is pasted is left to the field', () => {
  show(2);
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => 'một từ\n' } });
  control(1)?.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
});
