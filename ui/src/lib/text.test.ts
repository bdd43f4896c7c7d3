import { expect, test } from 'vitest';
import { matches } from './text';

test.each([
  ['Đăng ký khai sinh', 'khai sinh', true],
  ['Đăng ký khai sinh', 'dang ky', true],
  ['Đăng ký khai sinh', 'SINH DANG', true],
  ['Thành phố Đà Nẵng', 'đa nang', true],
  ['Đăng ký khai sinh', 'ket hon', false],
  ['Bất kỳ', '', true],
])('%j found by %j: %s', (text, query, found) => expect(matches(text, query)).toBe(found));
