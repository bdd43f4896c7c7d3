import { expect, test } from 'vitest';
import { accepted, filesIn, keep, largest, takes } from './files';

const node = (attributes: Record<string, string>) => ({ attributes });
const MB = 1024 ** 2;

test.each([
  ['2MB', 2 * MB],
  ['500 KB', 500 * 1024],
  ['1.5mb', 1.5 * MB],
  ['100', 100],
  ['1GB', 5 * MB],
  ['', 5 * MB],
  ['nhiều', 5 * MB],
])('a file of at most %j is %d bytes', (words, bytes) => {
  expect(largest(node({ fileMaxSize: words }))).toBe(bytes);
});

test.each([
  ['', 'a.exe', '', true],
  ['*', 'a.exe', '', true],
  ['.pdf,.jpg', 'A.PDF', 'application/pdf', true],
  ['.pdf', 'a.jpg', 'image/jpeg', false],
  ['*.pdf', 'a.pdf', '', true],
  ['pdf', 'a.pdf', '', true],
  ['image/*', 'a', 'image/png', true],
  ['image/*', 'a.pdf', 'application/pdf', false],
  ['!.exe', 'a.exe', '', false],
  ['!.exe', 'a.pdf', '', true],
])('the pattern %j and %j (%s): taken %s', (filePattern, name, type, taken) => {
  expect(takes(node({ filePattern }), { name, type })).toBe(taken);
});

test('the picker is told what is taken', () => {
  expect(accepted(node({ filePattern: '*.pdf,image/*,!.gif' }))).toBe('.pdf,image/*');
  expect(accepted(node({ filePattern: '*' }))).toBeUndefined();
});

test('a file is kept in the shape of form.io', async () => {
  const kept = await keep(new File(['xin chào'], 'thư ngỏ.txt', { type: 'text/plain' }));
  expect(kept).toMatchObject({
    storage: 'base64',
    originalName: 'thư ngỏ.txt',
    size: 9,
    type: 'text/plain',
    url: 'data:text/plain;base64,eGluIGNow6Bv',
  });
  expect(kept.name).toMatch(/^thư ngỏ-[\da-f-]{36}\.txt$/);
  expect(filesIn([kept])).toEqual([{ name: 'thư ngỏ.txt', size: 9 }]);
});
