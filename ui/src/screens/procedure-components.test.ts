import { mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { ComponentInfo } from '@/lib/bindings/ComponentInfo';
import ProcedureComponents from './ProcedureComponents.svelte';

const info = (code: string, required: boolean, conditional: boolean): ComponentInfo => ({
  code,
  name: code,
  original: 1,
  copy: 0,
  required,
  conditional,
  isForm: false,
  hint: '',
});

let shown: Record<string, unknown> | undefined;
afterEach(() => shown && unmount(shown));

test('what depends on the answers is not said to be required', () => {
  shown = mount(ProcedureComponents, {
    target: document.body,
    props: {
      components: [info('a', true, false), info('b', true, true), info('c', false, false)],
      notes: [],
    },
  });
  const needs = [...document.querySelectorAll('li > p:last-child')].map((one) => one.textContent);
  expect(needs).toEqual(['Bắt buộc', 'Tùy trường hợp', 'Không bắt buộc']);
});
