import { expect, test } from 'vitest';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { codecOf } from './codecs';

type Case = [kind: string, typed: string, answer: JsonValue | undefined, shown: string];

const cases: Case[] = [
  ['textfield', 'Ước', 'Ước', 'Ước'],
  ['textfield', 'U\u031bo\u031b\u0301c'.replace('U\u031bo', 'Uo'), 'Uớc', 'Uớc'],
  ['number', '1.234,5', 1234.5, '1234,5'],
  ['number', '', null, ''],
  ['number', 'ba bản', 'ba bản', 'ba bản'],
  ['vnMoney', '24000', 24_000, '24.000'],
  ['currency', '24.000 đ', 24_000, '24.000'],
  ['vnDate', '5/9/1990', '1990-09-05', '05/09/1990'],
  ['vnDate', '5/9', '5/9', '5/9'],
  ['vnPartialDate', '9/1990', '1990-09', '09/1990'],
  ['time', '8h30', '08:30:00', '08:30'],
  ['time', '25:00', '25:00', '25:00'],
  ['tags', 'a, b ,', 'a,b', 'a,b'],
  ['datetime', '24/10/1994 06:05', '1994-10-24T06:05:00+07:00', '24/10/1994 06:05'],
];

test.each(cases)('%s typed %j', (kind, typed, answer, shown) => {
  const codec = codecOf({ kind, attributes: {} });
  expect(codec.read(typed)).toEqual(answer);
  expect(codec.show(answer)).toBe(shown);
});

test('form.io stores Vietnamese midnight in UTC', () => {
  const codec = codecOf({ kind: 'datetime', attributes: { enableTime: false } });
  expect(codec.show('1994-10-23T17:00:00.000+0000')).toBe('24/10/1994');
  expect(codec.read('24/10/1994')).toBe('1994-10-24T00:00:00+07:00');
});

test('a time alone is kept on the day on which it was first answered', () => {
  const codec = codecOf({ kind: 'datetime', attributes: { enableDate: false } });
  const before = '2026-09-05T01:30:00.000Z';
  expect(codec.show(before)).toBe('08:30');
  expect(codec.read('9h05', before)).toBe('2026-09-05T09:05:00+07:00');
  expect(codec.read('9:05')).toMatch(/^20\d\d-\d\d-\d\dT09:05:00\+07:00$/);
  expect(codec.read('25:00', before)).toBe('25:00');
});

test('an address typed part by part, found on a map or kept as a line reads as one line', () => {
  const codec = codecOf({ kind: 'address', attributes: { enableManualMode: true } });
  expect(codec.show({ mode: 'manual', address: { zip: '10000', city: 'Xã Mẫu', address1: 'Số 5' } })).toBe(
    'Số 5, Xã Mẫu, 10000',
  );
  expect(codec.show({ mode: 'autocomplete', address: { display_name: 'Số 5, Hà Nội' } })).toBe(
    'Số 5, Hà Nội',
  );
  expect(codec.show({ mode: 'autocomplete', address: 'Số 5' })).toBe('Số 5');
});

test('a telephone number is shown as people say it', () =>
  expect(codecOf({ kind: 'vnPhone', attributes: {} }).show('+84900000001')).toBe('0900000001'));

test('tags stay a list where they were one', () =>
  expect(codecOf({ kind: 'tags', attributes: {} }).read('a, b', ['a'])).toEqual(['a', 'b']));
