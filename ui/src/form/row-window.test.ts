import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { RowWindow } from './rows.svelte';

function long(count: number): RowWindow {
  const view = new RowWindow();
  view.count = count;
  view.top = 0;
  view.bottom = 800;
  return view;
}

test('a short list is drawn whole', () => {
  expect(long(30).rows.length).toBe(30);
  expect(long(0).rows).toEqual([]);
});

test('of a long list, what is seen is there, in order and without gaps, and not much more', () => {
  const view = long(2000);
  for (let row = 0; row < 200; row++) view.measure(row, 40 + (row % 5) * 30);
  flushSync();
  for (const top of [0, 100, 5_000, 60_000, view.height - 800]) {
    view.top = top;
    view.bottom = top + 800;
    const { rows } = view;
    expect(rows.length).toBeLessThan(60);
    expect(view.start(rows[0] ?? -1)).toBeLessThanOrEqual(top);
    const last = rows.at(-1) ?? -1;
    expect(view.start(last + 1)).toBeGreaterThanOrEqual(Math.min(view.height, top + 800));
    expect(rows).toEqual(Array.from({ length: rows.length }, (_, index) => (rows[0] ?? 0) + index));
  }
});

test('the row with the focus stays, with its neighbours', () => {
  const view = long(2000);
  view.kept = 1500;
  expect(view.rows.slice(-3)).toEqual([1499, 1500, 1501]);
  view.kept = 1999;
  expect(view.rows.slice(-2)).toEqual([1998, 1999]);
});

test('a row that is higher than thought moves those after it by as much', () => {
  const view = long(100);
  for (let row = 0; row < 5; row++) view.measure(row, 50);
  const before = view.start(20);
  expect(view.measure(10, 90)).toBe(40);
  expect(view.start(20)).toBe(before + 40);
  expect(view.start(10)).toBe(500);
  expect(view.measure(10, 90)).toBe(0);
  expect(view.at(500)).toBe(10);
  expect(view.at(589)).toBe(10);
  expect(view.at(590)).toBe(11);
});
