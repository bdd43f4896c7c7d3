import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PictureInfo } from '@/lib/bindings/PictureInfo';
import { Plan } from './plan.svelte';

type Call = { command: string; args: Record<string, unknown> };

let calls: Call[] = [];
let picked: PictureInfo[] | null = null;
/** What picking waits for. */
let reading: Promise<unknown> | null = null;

const picture = (page: number, askew: number | null = null): PictureInfo => ({
  page,
  name: `anh-${page}.jpg`,
  quarterTurns: 0,
  askew,
});

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  reading = null;
  mockIPC((command, args) => {
    calls.push({ command, args: args as Record<string, unknown> });
    if (command === 'pictures_pick') return reading ?? picked;
    if (command === 'pictures_choices') return { whiten: true, straighten: true };
    if (command === 'pictures_size') return { bytes: 5, limit: 9, fits: true, dpi: 200 };
    if (command === 'pictures_progress') return { reading: reading ? 3 : 0, done: 1 };
    return null;
  });
});

afterEach(() => {
  clearMocks();
  vi.useRealTimers();
});

async function planned(...pictures: PictureInfo[]): Promise<Plan> {
  const plan = new Plan('d1', 'c1');
  await plan.start();
  picked = pictures;
  await plan.add();
  return plan;
}

const order = (plan: Plan) => plan.pages.map(({ info }) => info.page);

test('new pictures are treated as was chosen the last time', async () => {
  const plan = await planned(picture(1, 2.5), picture(2));
  expect(plan.pages.map(({ edit }) => [edit.whiten, edit.straighten])).toEqual([
    [true, 2.5],
    [true, 0],
  ]);
  plan.choose({ straighten: false });
  expect(plan.pages.every(({ edit }) => edit.straighten === 0 && edit.whiten)).toBe(true);
  expect(plan.choices.straighten).toBe(false);
  plan.undo();
  expect([plan.choices.straighten, plan.pages[0]?.edit.straighten]).toEqual([true, 2.5]);
});

test('every step can be taken back and done again', async () => {
  const plan = await planned(picture(1), picture(2), picture(3));
  plan.move(2, 0);
  expect([order(plan), plan.at]).toEqual([[3, 1, 2], 0]);
  plan.edit({ quarterTurns: 1 });
  plan.remove(1);
  expect(order(plan)).toEqual([3, 2]);
  plan.undo();
  plan.undo();
  expect([order(plan), plan.pages[0]?.edit.quarterTurns]).toEqual([[3, 1, 2], 0]);
  plan.redo();
  expect(plan.pages[0]?.edit.quarterTurns).toBe(1);
  plan.move(0, 9);
  expect(order(plan)).toEqual([3, 1, 2]);
  plan.undo();
  plan.undo();
  plan.undo();
  plan.undo();
  expect([order(plan), plan.canUndo, plan.canRedo]).toEqual([[], false, true]);
});

test('the size is asked for once after a rest, and what is late is dropped', async () => {
  const plan = await planned(picture(1));
  plan.edit({ brightness: 10 });
  plan.edit({ brightness: 20 });
  expect(calls.filter(({ command }) => command === 'pictures_size')).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  const asked = calls.filter(({ command }) => command === 'pictures_size');
  expect(asked).toHaveLength(1);
  expect(asked[0]?.args['pages']).toMatchObject([{ page: 1, edit: { brightness: 20 } }]);
  expect([plan.size?.bytes, plan.progress]).toEqual([5, null]);
  const measuring = plan.measure();
  await plan.stop();
  await measuring;
  expect(calls.some(({ command }) => command === 'pictures_stop')).toBe(true);
  expect(plan.progress).toBe(null);
});

test('reading what was picked is told and can be stopped, which is no failure', async () => {
  const plan = await planned(picture(1));
  let stopped: (why: unknown) => void = () => {};
  reading = new Promise((_, reject) => (stopped = reject));
  const adding = plan.add();
  await vi.advanceTimersByTimeAsync(600);
  expect([plan.busy, plan.reading]).toEqual([true, 3]);
  await plan.stop();
  stopped({ code: 'attachment.stopped', message: '', fields: {} });
  await adding;
  expect([plan.busy, plan.reading, plan.failure, order(plan)]).toEqual([false, 0, null, [1]]);
});
