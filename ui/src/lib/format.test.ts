import { expect, test } from 'vitest';
import { date, dateTime, money, parseDay, parseNumber, parsePartialDay, showDay, size, when } from './format';

test.each([
  ['5/9/1990', '1990-09-05'],
  ['05.09.1990', '1990-09-05'],
  ['05-09-1990', '1990-09-05'],
  [' 05 09 1990 ', '1990-09-05'],
  ['05091990', '1990-09-05'],
  ['29/02/2024', '2024-02-29'],
  ['29/02/2023', null],
  ['31/04/2024', null],
  ['5/13/1990', null],
  ['5/9/90', null],
  ['1990', null],
  ['', null],
])('a typed day %j is %j', (text, day) => expect(parseDay(text)).toBe(day));

test.each([
  ['1990', '1990'],
  ['9/1990', '1990-09'],
  ['13/1990', null],
  ['5/9/1990', '1990-09-05'],
  ['khoảng 1990', null],
])('a typed partial day %j is %j', (text, day) => expect(parsePartialDay(text)).toBe(day));

test.each([
  ['1990-09-05', '05/09/1990'],
  ['1990-09', '09/1990'],
  ['1990', '1990'],
  ['khoảng 1990', 'khoảng 1990'],
])('the day %j shows as %j', (value, text) => expect(showDay(value)).toBe(text));

test.each([
  ['1.234.567', 1_234_567],
  ['1.234.567 đ', 1_234_567],
  ['1.234,5', 1234.5],
  ['1,234.5', 1234.5],
  ['1.500', 1500],
  ['1.5', 1.5],
  ['1,5', 1.5],
  ['-3', -3],
  ['ba', null],
  ['', null],
])('the typed number %j is %j', (text, value) => expect(parseNumber(text)).toBe(value));

test('money, sizes and moments follow the language and the local clock', () => {
  expect(money(8000, 'vi')).toBe('8.000\u00a0đ');
  expect(money(8000, 'en')).toBe('8,000\u00a0đ');
  expect(size(1_468_006, 'vi')).toBe('1,4\u00a0MB');
  expect(size(20 << 20, 'en')).toBe('20\u00a0MB');
  const noon = new Date(2026, 10, 21, 12, 5);
  expect(date(noon.toISOString())).toBe('21/11/2026');
  expect(dateTime(noon.toISOString())).toBe('12:05 21/11/2026');
  expect(when(noon.toISOString(), noon)).toBe('12:05');
  expect(when(noon.toISOString(), new Date(2026, 10, 22))).toBe('21/11/2026');
  expect(date('')).toBe('');
  expect(date('hôm qua')).toBe('');
});
