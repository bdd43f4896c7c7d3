import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { draftInfo, node } from '@/form/testing';
import type { StepInfo } from '@/lib/bindings/StepInfo';
import { Draft } from './draft.svelte';
import { Flow } from './flow.svelte';

afterEach(clearMocks);

const page = (key: string) =>
  node('panel', { key, label: key, children: [node('textfield', { key: `o_${key}`, path: `o_${key}` })] });
const steps = (state: StepInfo['state']): StepInfo[] => [{ step: 'form', state }];
const later = () => new Promise((done) => setTimeout(done, 5));
const pages = ['mot', 'hai', 'ba'];

function open(): Flow {
  const flow = new Flow(new Draft(draftInfo(pages.map(page))));
  flow.step = 'form';
  flow.page = 'mot';
  return flow;
}

test('who presses on at once on a new page gets on, while the core is still writing down the place', async () => {
  mockIPC((command) => (command === 'draft_step' ? new Promise(() => {}) : []));
  const flow = open();
  await flow.next();
  expect(flow.page).toBe('hai');
  await flow.next();
  expect(flow.page).toBe('ba');
});

test('places are written down one after the other, and the answer about the newest tells how far the steps are', async () => {
  const asked: string[] = [];
  const answers: ((steps: StepInfo[]) => void)[] = [];
  mockIPC((command, args) => {
    if (command !== 'draft_step') return [];
    asked.push((args as { page: string }).page);
    return new Promise((answer) => answers.push(answer));
  });
  const flow = open();
  const before = flow.draft.steps;
  await flow.go('form', 'hai');
  await flow.go('form', 'ba');
  await flow.go('form', 'mot');
  await later();
  // Two at once might be stored in any order.
  expect(asked).toEqual(['hai']);
  answers[0]?.(steps('incomplete'));
  await expect.poll(() => asked).toEqual(['hai', 'mot']);
  expect(flow.draft.steps).toEqual(before);
  answers[1]?.(steps('done'));
  await expect.poll(() => flow.draft.steps).toEqual(steps('done'));
  expect(asked).toHaveLength(2);
});

test('what was typed while a place was written down is not undone by the answer to that', async () => {
  const answers: ((steps: StepInfo[]) => void)[] = [];
  mockIPC((command) => (command === 'draft_step' ? new Promise((answer) => answers.push(answer)) : []));
  const flow = open();
  await flow.go('form', 'hai');
  await expect.poll(() => answers.length).toBe(1);
  // The answer to a change, which came in between.
  flow.draft.steps = steps('done');
  flow.draft.version += 1;
  answers[0]?.(steps('incomplete'));
  await expect.poll(() => answers.length).toBe(2);
  expect(flow.draft.steps).toEqual(steps('done'));
});

test('a place that can not be written down is told, and the next one is written down all the same', async () => {
  const asked: string[] = [];
  mockIPC((command, args) => {
    if (command !== 'draft_step') return [];
    asked.push((args as { page: string }).page);
    if (asked.length === 1) throw Object.assign(new Error(), { code: 'disk.full', message: '', fields: {} });
    return steps('done');
  });
  const flow = open();
  await flow.go('form', 'hai');
  await expect.poll(() => flow.failure?.code).toBe('disk.full');
  await flow.go('form', 'ba');
  await expect.poll(() => flow.draft.steps).toEqual(steps('done'));
  expect(asked).toEqual(['hai', 'ba']);
});
