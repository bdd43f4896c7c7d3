import { expect, test } from 'vitest';
import { en } from './en';
import { vi } from './vi';

type Leaf = { path: string; kind: string; arity: number; words: string };

function leaves(node: unknown, path = ''): Leaf[] {
  if (typeof node === 'string') return [{ path, kind: 'words', arity: 0, words: node }];
  if (typeof node === 'function') {
    const said = (node as (...facts: unknown[]) => string)(2, 3);
    return [{ path, kind: 'sentence', arity: node.length, words: said }];
  }
  return Object.entries(node as object).flatMap(([key, value]) =>
    leaves(value, path ? `${path}.${key}` : key),
  );
}

test('both languages have the same keys, kinds and facts', () => {
  const shape = (messages: unknown) =>
    leaves(messages).map(({ path, kind, arity }) => `${path} ${kind} ${arity}`);
  expect(shape(en)).toEqual(shape(vi));
});

test('no message is empty, and Vietnamese is composed (NFC)', () => {
  for (const { path, words } of [...leaves(vi), ...leaves(en)]) {
    expect(words.trim(), path).not.toBe('');
    expect(words, path).toBe(words.normalize('NFC'));
  }
});
