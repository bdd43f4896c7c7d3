import { expect, test } from 'vitest';
import { readTags, splitTyped, writeTags } from './tags';

const plain = { attributes: {} };
const list = { attributes: { storeas: 'array' } };
const bars = { attributes: { delimiter: '|' } };

test('tags are one text or a list, as the definition has it', () => {
  expect(readTags(plain, 'a, b,,c')).toEqual(['a', 'b', 'c']);
  expect(readTags(list, ['a', 'b'])).toEqual(['a', 'b']);
  expect(readTags(bars, 'a|b,c')).toEqual(['a', 'b,c']);
  expect(readTags(plain, undefined)).toEqual([]);
  expect(writeTags(plain, ['a', 'b'])).toBe('a,b');
  expect(writeTags(list, ['a'])).toEqual(['a']);
  expect(writeTags(bars, ['a', 'b'])).toBe('a|b');
});

test('a comma ends a tag, what follows it is still being typed', () => {
  expect(splitTyped(plain, 'một, hai,b')).toEqual({ done: ['một', 'hai'], rest: 'b' });
  expect(splitTyped(bars, 'một|hai')).toEqual({ done: ['một'], rest: 'hai' });
  expect(splitTyped(plain, 'một')).toEqual({ done: [], rest: 'một' });
});
