import { expect, test } from 'vitest';
import { Unroll } from './unroll.svelte';
import { node } from './testing';

const fields = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) =>
    node('textfield', { key: `${name}${index}`, path: `${name}${index}` }),
  );
const groups = [
  node('fieldset', { path: 'a', children: fields('a', 40) }),
  node('columns', { path: 'b', children: [node('column', { path: 'b#0', children: fields('b', 40) })] }),
];
const all = (unroll: Unroll, nodes = groups): string[] =>
  unroll.shown(nodes).flatMap((one) => (one.children.length > 0 ? all(unroll, one.children) : [one.path]));

test('a page that is not long is there at once', () => {
  const nodes = fields('a', 60);
  expect(new Unroll(nodes).shown(nodes)).toBe(nodes);
});

test('the questions of a long page come in order, and all of them in the end', () => {
  const unroll = new Unroll(groups);
  expect(unroll.total).toBe(80);
  const whole = [...fields('a', 40), ...fields('b', 40)].map(({ path }) => path);
  let before = 0;
  while (!unroll.done) {
    const shown = all(unroll);
    expect(shown.length).toBeGreaterThan(before);
    expect(shown).toEqual(whole.slice(0, shown.length));
    before = shown.length;
    unroll.more();
  }
  expect(all(unroll)).toEqual(whole);
});

test('to go to one of them brings all', () => {
  const unroll = new Unroll(groups);
  unroll.all();
  expect(all(unroll).length).toBe(80);
});
