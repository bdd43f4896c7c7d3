import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { FormModel } from './model.svelte';
import { draftInfo, node, noPatch } from './testing';

const model = () =>
  new FormModel(
    draftInfo([node('textfield')], {
      data: { a: 'cũ', rows: [{ x: 1 }, { x: 2 }] },
      hidden: ['b'],
      sources: { a: 'profile' },
      overrides: { a: { required: true } },
    }).form,
  );

test('a patch changes values, visibility, marks and properties', () => {
  const form = model();
  form.apply({
    ...noPatch,
    values: { a: 'mới', rows: [{ x: 2 }], 'c.d': 3 },
    hidden: { b: false, c: true },
    sources: { a: null },
    warnings: { a: 'Xem lại' },
    overrides: { a: {}, c: { disabled: true } },
  });
  expect(form.data).toEqual({ a: 'mới', rows: [{ x: 2 }], c: { d: 3 } });
  expect(form.hidden.all()).toEqual({ c: true });
  expect(form.sources.all()).toEqual({});
  expect(form.warnings.get('a')).toBe('Xem lại');
  expect(form.overrides.has('a')).toBe(false);
  expect(form.overrides.get('c')).toEqual({ disabled: true });
});

test('null removes an answer', () => {
  const form = model();
  form.apply({ ...noPatch, values: { a: null } });
  expect(form.value('a')).toBeUndefined();
});

test('what the person has typed since is left alone', () => {
  const form = model();
  form.put('a', 'đang gõ');
  form.apply({ ...noPatch, values: { a: 'đã lưu', 'rows[0].x': 9 } }, (path) => path === 'a');
  expect(form.value('a')).toBe('đang gõ');
  expect(form.value('rows[0].x')).toBe(9);
});

test('a patch wakes those who read what it changes, and nobody else', () => {
  const form = model();
  const woken: string[] = [];
  const stop = $effect.root(() => {
    for (const path of ['a', 'b', 'c', 'rows[0].x', 'rows[1].x']) {
      $effect(() => {
        form.value(path);
        form.hidden.has(path);
        form.warnings.get(path);
        form.overrides.get(path);
        woken.push(path);
      });
    }
    $effect(() => {
      form.rows('rows');
      woken.push('rows');
    });
  });
  const after = (patch: Partial<typeof noPatch>) => {
    woken.length = 0;
    form.apply({ ...noPatch, ...patch });
    flushSync();
    return woken;
  };
  flushSync();
  expect(after({ values: { 'rows[1].x': 5 } })).toEqual(['rows[1].x']);
  expect(after({ values: { 'rows[1].x': 5 } })).toEqual([]);
  expect(after({ hidden: { c: true } })).toEqual(['c']);
  expect(after({ warnings: { a: 'Xem lại', z: 'Xem' } })).toEqual(['a']);
  expect(after({ overrides: { b: { disabled: true } } })).toEqual(['b']);
  expect(after({ values: { c: 1 } })).toEqual(['c']);
  expect(after({ rows: [{ op: 'insertRow', path: 'rows', index: 2, value: { x: 9 } }] })).toEqual(['rows']);
  const all = ['rows', 'rows[0].x', 'rows[1].x'];
  expect(after({ rows: [{ op: 'moveRow', path: 'rows', from: 2, to: 0 }] }).toSorted()).toEqual(all);
  expect(form.value('rows')).toMatchObject([{ x: 9 }, {}, {}]);
  expect(after({ rows: [{ op: 'removeRow', path: 'rows', index: 0 }] }).toSorted()).toEqual(all);
  expect(after({ values: { rows: [{ x: 1 }] } }).toSorted()).toEqual(all);
  stop();
});
