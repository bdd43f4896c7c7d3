import { expect, test } from 'vitest';
import { conform } from './mask';

test.each([
  ['999-999', '123456', '123-456'],
  ['999-999', '123 456', '123-456'],
  ['999-999', '123-456', '123-456'],
  ['(999) 999', '(123)456', '(123) 456'],
  ['AA-99', 'hn29', 'HN-29'],
  ['a9', 'đ1', 'đ1'],
  ['+84 99', '+84 12', '+84 12'],
  ['999-999', '12345', null],
  ['999-999', '1234567', null],
  ['999', '12a', null],
])('%j takes %j as %j', (mask, typed, written) => {
  expect(conform(mask, typed)).toBe(written);
});
