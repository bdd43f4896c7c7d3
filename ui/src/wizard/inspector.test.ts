import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { draftInfo, draftPatch, node } from '@/form/testing';
import type { Explanation } from '@/lib/bindings/Explanation';
import { Draft } from './draft.svelte';
import FormStep from './FormStep.svelte';
import Inspector from './Inspector.svelte';

afterEach(() => {
  document.body.replaceChildren();
  clearMocks();
});

const settle = async () => {
  flushSync();
  await tick();
  await new Promise((done) => setTimeout(done, 10));
  flushSync();
};

test('the question with the focus is explained, again after each change, and hidden ones can be asked for', async () => {
  const asked: string[] = [];
  let hidden = false;
  mockIPC((command, args) => {
    if (command !== 'draft_explain') return draftPatch('form');
    const { path } = args as { path: string };
    asked.push(path);
    const explained: Explanation = {
      path,
      definition: { type: 'radio', key: path },
      answer: 'cha',
      hidden,
      hiddenBy: '',
      source: '',
      overrides: {},
      rules: [
        {
          of: path,
          what: 'customConditional',
          text: 'show = data.a === 1',
          reads: [{ path: 'a', answer: 1 }],
          result: { is: hidden ? 'hidden' : 'shown' },
        },
      ],
      refused: [{ what: 'calculateValue', reason: 'asks for `fetch`' }],
    };
    return explained;
  });
  const nodes = [
    node('radio', { key: 'r', path: 'g.r', choices: [{ value: 'cha', label: 'Cha' }] }),
    node('textfield', { key: 'b', path: 'b' }),
  ];
  const draft = new Draft(draftInfo(nodes, { hidden: ['b'] }));
  const mounted = [
    mount(FormStep, { target: document.body, props: { draft, part: 'form', nodes } }),
    mount(Inspector, { target: document.body, props: { draft, part: 'form', onclose: () => {} } }),
  ];
  await settle();
  const panel = () => document.querySelector('aside')?.textContent ?? '';
  expect(panel()).toContain('Bấm vào một mục');
  document.querySelector('input')?.focus();
  await settle();
  expect(asked).toEqual(['g.r']);
  for (const words of [
    'show = data.a === 1',
    'a = 1',
    'đang hiện',
    '"cha"',
    'asks for `fetch`',
    '"type": "radio"',
  ]) {
    expect(panel()).toContain(words);
  }
  hidden = true;
  await draft.set('form', 'b', 'x');
  await settle();
  expect(asked).toEqual(['g.r', 'g.r']);
  expect(panel()).toContain('đang ẩn');
  expect([...document.querySelectorAll('option')].map(({ value }) => value)).toContain('b');
  for (const one of mounted) await unmount(one);
});
