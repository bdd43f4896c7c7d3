import { expect, test } from 'vitest';
import { entriesOf, faultOf, mapOf } from './entries';

test('entries and the map agree', () => {
  const map = { a: 'một', 'b.c': 2 };
  expect(mapOf(entriesOf(map))).toEqual(map);
  expect(entriesOf(undefined)).toEqual([]);
  expect(entriesOf(['x'])).toEqual([]);
});

test('an entry without a name, or with the name of one before, is not kept and says so', () => {
  const entries = [
    { key: 'a', value: 1 },
    { key: '', value: 2 },
    { key: 'a', value: 3 },
    { key: '__proto__', value: 4 },
  ];
  expect(mapOf(entries)).toEqual({ a: 1 });
  expect(entries.map((_, index) => faultOf(entries, index))).toEqual([null, 'noKey', 'sameKey', 'noKey']);
});
