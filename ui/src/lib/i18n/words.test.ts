import { expect, test } from 'vitest';
import { en } from './en';
import { vi } from './vi';

/** Every text below, functions with these facts. */
const texts = (node: unknown, facts: string[]): string[] =>
  typeof node === 'string'
    ? [node]
    : typeof node === 'function'
      ? [(node as (...facts: string[]) => string)(...facts)]
      : Object.values(node as object).flatMap((one) => texts(one, facts));

test('a sentence about a computer without a name begins as a sentence does', () => {
  const { another, heldBody, reader, readerOpen } = en.share;
  for (const words of [heldBody, reader, readerOpen])
    expect(words(another)).toMatch(/^Another computer of yours /);
  expect(en.share.reader(en.share.named('máy cơ quan'))).toMatch(/^“máy cơ quan” shares/);
});

test('keys have no fingers: what is compared is called so', () => {
  for (const text of texts(vi, ['2', '3'])) expect(text.toLowerCase()).not.toContain('vân tay');
});
