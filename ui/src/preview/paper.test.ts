import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Shown } from '@/form/mounting';
import { draftInfo, draftPatch, node } from '@/form/testing';
import { Draft } from '@/wizard/draft.svelte';
import PaperPane from './PaperPane.svelte';

/** The papers that were opened, by their only byte. */
let drawn: number[] = [];
let paper = 1;

vi.mock('./pdf', () => ({
  openPdf: (bytes: Uint8Array) => {
    drawn.push(bytes[0] ?? 0);
    return Promise.resolve({ pages: 1, draw: () => Promise.resolve(), close: () => {} });
  },
}));

const shown = new Shown((command) =>
  command === 'paper_preview' ? new Uint8Array([paper]).buffer : draftPatch('form'),
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  [drawn, paper] = [[], 1];
});
afterEach(() => vi.useRealTimers());

async function open(): Promise<Draft> {
  const draft = new Draft(draftInfo([node('textfield', { key: 'a' })]));
  shown.put(PaperPane, { draft, onpick: () => {} });
  await pass(50);
  return draft;
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
  // The module and the answer come by promises of their own.
  await vi.advanceTimersByTimeAsync(5);
}

test('the paper waits for the keys to rest', async () => {
  const draft = await open();
  expect(drawn).toEqual([1]);
  paper = 2;
  await draft.set('form', 'a', 'x');
  flushSync();
  for (let key = 0; key < 12; key++) {
    await pass(90);
    draft.type('form', 'a', 'x'.repeat(key));
  }
  expect(drawn).toEqual([1]);
  await pass(900);
  expect(drawn).toEqual([1, 2]);
});

test('a paper that says the same is left as it is', async () => {
  const draft = await open();
  await draft.set('form', 'a', 'x');
  flushSync();
  await pass(900);
  expect(drawn).toEqual([1]);
  paper = 3;
  await draft.set('form', 'a', 'y');
  flushSync();
  await pass(900);
  expect(drawn).toEqual([1, 3]);
});
