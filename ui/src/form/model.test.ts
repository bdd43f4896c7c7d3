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
  expect([...form.hidden]).toEqual(['c']);
  expect(form.sources.size).toBe(0);
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
