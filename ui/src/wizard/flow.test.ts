import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { draftInfo, node } from '@/form/testing';
import type { StepInfo } from '@/lib/bindings/StepInfo';
import { Draft } from './draft.svelte';
import { Flow } from './flow.svelte';

afterEach(clearMocks);

const page = (key: string) =>
  node('panel', { key, label: key, children: [node('textfield', { key: `o_${key}`, path: `o_${key}` })] });
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

test('how far the steps are is told by the answer about the newest place', async () => {
  const answers = new Map<string, (steps: StepInfo[]) => void>();
  mockIPC((command, args) => {
    if (command !== 'draft_step') return [];
    return new Promise((answer) => answers.set((args as { page: string }).page, answer));
  });
  const flow = open();
  await flow.go('form', 'hai');
  await flow.go('form', 'ba');
  await expect.poll(() => answers.size).toBe(2);
  const steps = (state: StepInfo['state']): StepInfo[] => [{ step: 'form', state }];
  answers.get('ba')?.(steps('done'));
  answers.get('hai')?.(steps('incomplete'));
  await new Promise((later) => setTimeout(later, 5));
  expect(flow.draft.steps).toEqual(steps('done'));
});
