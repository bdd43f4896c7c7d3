import { expect, test } from 'vitest';
import { concrete, putAt, related, segments, valueAt } from './path';

test('rows are filled in from the outside', () => {
  expect(concrete('children[].toys[].name', [2, 0])).toBe('children[2].toys[0].name');
  expect(concrete('mother.name', [])).toBe('mother.name');
  expect(segments('children[2].name')).toEqual(['children', 2, 'name']);
});

test('values are put, read and removed, and parents are made', () => {
  const data = {};
  putAt(data, 'mother.name', 'Nguyễn Thị Thử');
  putAt(data, 'children[1].name', 'Ước');
  expect(data).toEqual({ mother: { name: 'Nguyễn Thị Thử' }, children: [undefined, { name: 'Ước' }] });
  expect(valueAt(data, 'children[1].name')).toBe('Ước');
  expect(valueAt(data, 'children[0].name')).toBeUndefined();
  putAt(data, 'mother.name', undefined);
  putAt(data, 'nobody.name', undefined);
  expect(data).toEqual({ mother: {}, children: [undefined, { name: 'Ước' }] });
});

test('a path cannot reach the prototype', () => {
  putAt({}, '__proto__.polluted', true);
  putAt({}, 'a.__proto__', { polluted: true });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(valueAt({}, 'constructor')).toBeUndefined();
});

test.each([
  ['a', 'a.b', true],
  ['a.b', 'a', true],
  ['a[0].x', 'a', true],
  ['a.b', 'a.bc', false],
  ['ab', 'a', false],
])('%s and %s related: %s', (one, other, are) => expect(related(one, other)).toBe(are));
