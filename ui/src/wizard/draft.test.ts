import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draftInfo, draftPatch, node } from '@/form/testing';
import type { Change } from '@/lib/bindings/Change';
import { errorView } from '@/lib/ipc';
import { toasts } from '@/lib/toasts.svelte';
import { exportPaper } from '@/preview/actions';
import { Draft } from './draft.svelte';

type Sent = { command: string; change?: Change };

let sent: Sent[];
/** What the core does with a change; a test may let it wait or fail. */
let answer: (change: Change) => unknown;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  answer = (change) =>
    draftPatch(
      'form',
      'value' in change && 'path' in change ? { values: { [change.path]: change.value } } : {},
    );
  mockIPC((command, args) => {
    const change = (args as { change?: Change }).change;
    sent.push({ command, change });
    if (command === 'draft_open') return draftInfo([node('textfield', { key: 'a' })], { data: { a: 'giữ' } });
    return change ? answer(change) : draftPatch('form', { values: { a: 'trước' } });
  });
});

afterEach(() => {
  vi.useRealTimers();
  clearMocks();
});

const open = () => new Draft(draftInfo([node('textfield', { key: 'a' })]));
const values = () => sent.map(({ change }) => (change?.op === 'set' ? change.value : change?.op));

test('typing is saved after a rest, and at once on leaving', async () => {
  const draft = open();
  draft.type('form', 'a', 'H');
  draft.type('form', 'a', 'Hồ');
  expect(draft.form.value('a')).toBe('Hồ');
  await vi.advanceTimersByTimeAsync(100);
  expect(values()).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(values()).toEqual(['Hồ']);
  draft.type('form', 'a', 'Hồ Sơ');
  draft.commit('form', 'a');
  await vi.advanceTimersByTimeAsync(0);
  expect(values()).toEqual(['Hồ', 'Hồ Sơ']);
  expect(draft.savedAt).not.toBe('');
});

test('changes leave one after the other, in order, and values of one field merge', async () => {
  const waiting: (() => void)[] = [];
  answer = () => new Promise((done) => waiting.push(() => done(draftPatch('form'))));
  const draft = open();
  void draft.set('form', 'a', 1);
  void draft.set('form', 'b', 2);
  void draft.set('form', 'b', 3);
  void draft.set('form', 'a', 4);
  await vi.advanceTimersByTimeAsync(0);
  expect(values()).toEqual([1]);
  waiting.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(values()).toEqual([1, 3]);
  waiting.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(values()).toEqual([1, 3, 4]);
  expect(draft.saving).toBe(true);
  waiting.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.saving).toBe(false);
});

test('an answer of the core does not overwrite what was typed meanwhile', async () => {
  let done: () => void = () => {};
  answer = () => new Promise((resolve) => (done = () => resolve(draftPatch('form', { values: { a: 'H' } }))));
  const draft = open();
  void draft.set('form', 'a', 'H');
  await vi.advanceTimersByTimeAsync(0);
  draft.type('form', 'a', 'Hồ');
  done();
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.form.value('a')).toBe('Hồ');
});

test('what cannot be saved is told, kept and tried again in order', async () => {
  let full = true;
  answer = () => {
    if (full) throw { code: 'disk.full', message: 'disk full', fields: {} };
    return draftPatch('form');
  };
  const draft = open();
  void draft.set('form', 'a', 1);
  void draft.set('form', 'b', 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.failure?.code).toBe('disk.full');
  expect(draft.saving).toBe(true);
  expect(draft.form.value('a')).toBe(1);
  full = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(draft.failure).toBeNull();
  expect(values()).toEqual([1, 1, 2]);
});

test('flush waits for everything, and says when it could not', async () => {
  const draft = open();
  draft.type('form', 'a', 'x');
  const flushed = draft.flush();
  await vi.advanceTimersByTimeAsync(60);
  expect(await flushed).toBe(true);
  expect(values()).toEqual(['x']);
  answer = () => {
    throw { code: 'disk.io', message: '', fields: {} };
  };
  draft.type('form', 'a', 'y');
  const failed = draft.flush();
  await vi.advanceTimersByTimeAsync(200);
  expect(await failed).toBe(false);
});

/** A full disk, on which three answers were typed; the line waits before it tries again. */
async function fullDisk(): Promise<{ draft: Draft; free: () => void }> {
  let full = true;
  answer = () => {
    if (full) throw { code: 'disk.full', message: 'disk full', fields: {} };
    return draftPatch('form');
  };
  const draft = open();
  for (const key of ['a', 'b', 'c']) draft.type('form', key, key);
  await vi.advanceTimersByTimeAsync(9000);
  expect(draft.failure?.code).toBe('disk.full');
  sent = [];
  return { draft, free: () => (full = false) };
}

test('flush waits for the attempt that it wakes, and for all that comes after', async () => {
  const { draft, free } = await fullDisk();
  free();
  const flushed = draft.flush();
  await vi.advanceTimersByTimeAsync(200);
  expect(await flushed).toBe(true);
  expect(values()).toEqual(['a', 'b', 'c']);
  expect(draft.pending).toBe(false);
});

test('while answers can’t be saved nothing is done with the draft, and it is said why', async () => {
  const { draft, free } = await fullDisk();
  const undone = draft.undo().catch(errorView);
  await vi.advanceTimersByTimeAsync(200);
  expect(await undone).toMatchObject({ code: 'disk.full' });
  const exported = exportPaper(draft, 'pdf');
  await vi.advanceTimersByTimeAsync(200);
  await exported;
  expect(toasts.list.at(-1)?.tone).toBe('error');
  expect(new Set(sent.map(({ command }) => command))).toEqual(new Set(['draft_change']));
  free();
  const again = draft.undo();
  await vi.advanceTimersByTimeAsync(200);
  await again;
  expect(sent.at(-1)?.command).toBe('draft_undo');
});

test('undo leaves after what was typed, and shows through in the fields', async () => {
  const draft = open();
  draft.type('form', 'a', 'sau');
  const undone = draft.undo();
  await vi.advanceTimersByTimeAsync(200);
  await undone;
  expect(sent.map(({ command }) => command)).toEqual(['draft_change', 'draft_undo']);
  expect(draft.form.value('a')).toBe('trước');
  expect(draft.form.epoch).toBe(1);
});

test('an error beside a field goes when the field is changed', () => {
  const draft = open();
  draft.problems = ['a', 'b'].map((path) => ({
    step: 'form',
    page: '',
    path,
    rule: 'required',
    message: path,
  }));
  draft.type('form', 'a', 'x');
  expect(draft.problems.map(({ path }) => path)).toEqual(['b']);
});

test('a draft that can only be read sends nothing', async () => {
  const draft = new Draft({ ...draftInfo([]), readOnly: 'Đang mở ở nơi khác' });
  await draft.set('form', 'a', 1);
  expect(sent).toEqual([]);
  expect(draft.form.value('a')).toBeUndefined();
});

test('words that another computer was quicker than go into a draft of its own, in their order', async () => {
  let moved = '';
  const held = { code: 'draft.held', message: 'held', fields: {} };
  const landed: [string, Change][] = [];
  mockIPC((command, args) => {
    const { id, change } = args as { id: string; change?: Change };
    if (command === 'draft_copy') return { ...draftInfo([]), id: (moved = 'copy') };
    if (id !== moved) throw held;
    landed.push([id, change!]);
    return draftPatch('form');
  });
  const draft = open();
  void draft.set('form', 'a', 'một');
  draft.type('form', 'b', 'hai');
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.failure?.code).toBe('draft.held');
  expect(draft.pending).toBe(true);
  expect(await draft.rescue()).toBe('copy');
  expect(landed.map(([id, change]) => [id, 'value' in change && change.value])).toEqual([
    ['copy', 'một'],
    ['copy', 'hai'],
  ]);
  expect(draft.pending).toBe(false);
  expect(draft.failure).toBe(null);
});

test('what is typed while words go into a draft of their own goes there too, and nothing goes anywhere else', async () => {
  const held = { code: 'draft.held', message: 'held', fields: {} };
  const landed: unknown[] = [];
  let copies = 0;
  let copied: () => void = () => {};
  mockIPC((command, args) => {
    const { id, change } = args as { id: string; change?: Change };
    if (command === 'draft_copy') {
      copies += 1;
      return new Promise((done) => (copied = () => done({ ...draftInfo([]), id: `copy ${copies}` })));
    }
    sent.push({ command: id, change });
    if (id === 'draft') throw held;
    landed.push(change && 'value' in change && change.value);
    return draftPatch('form');
  });
  const draft = open();
  void draft.set('form', 'a', 'một');
  await vi.advanceTimersByTimeAsync(0);
  const rescued = draft.rescue();
  await vi.advanceTimersByTimeAsync(0);
  sent = [];
  // The same answer once more, and another: the copy is not there yet.
  void draft.set('form', 'a', 'hai');
  draft.type('form', 'b', 'ba');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toEqual([]);
  copied();
  await vi.advanceTimersByTimeAsync(0);
  expect(await rescued).toBe('copy 1');
  expect(landed).toEqual(['hai', 'ba']);
  expect(new Set(sent.map(({ command }) => command))).toEqual(new Set(['copy 1']));
  expect(draft.pending).toBe(false);
});

test('a rescue that is cut short goes on in the same copy, however often one presses', async () => {
  const landed: unknown[] = [];
  let copies = 0;
  let full = true;
  mockIPC((command, args) => {
    const { id, change } = args as { id: string; change?: Change };
    if (command === 'draft_copy') return { ...draftInfo([]), id: `copy ${++copies}` };
    if (id === 'draft') throw { code: 'draft.held', message: 'held', fields: {} };
    const value = change && 'value' in change && change.value;
    if (full && value === 'hai') throw { code: 'disk.full', message: 'full', fields: {} };
    landed.push([id, value]);
    return draftPatch('form');
  });
  const draft = open();
  void draft.set('form', 'a', 'một');
  void draft.set('form', 'b', 'hai');
  await vi.advanceTimersByTimeAsync(0);
  const first = draft.rescue().catch(() => 'failed');
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.failure?.code).toBe('disk.full');
  expect(draft.pending).toBe(true);
  full = false;
  const second = draft.rescue();
  await vi.advanceTimersByTimeAsync(2000);
  expect([await first, await second]).toEqual(['copy 1', 'copy 1']);
  expect(copies).toBe(1);
  expect(landed).toEqual([
    ['copy 1', 'một'],
    ['copy 1', 'hai'],
  ]);
  expect(draft.failure).toBe(null);
});

test('a line that was saved after all while a copy was asked for moves on, into the copy', async () => {
  const landed: unknown[] = [];
  let tries = 0;
  let save: () => void = () => {};
  mockIPC((command, args) => {
    const { id, change } = args as { id: string; change?: Change };
    if (command === 'draft_copy') return { ...draftInfo([]), id: 'copy' };
    if (++tries === 1) throw { code: 'draft.held', message: 'held', fields: {} };
    landed.push([id, change && 'value' in change && change.value]);
    return tries === 2 ? new Promise((done) => (save = () => done(draftPatch('form')))) : draftPatch('form');
  });
  const draft = open();
  void draft.set('form', 'a', 'một');
  await vi.advanceTimersByTimeAsync(1000);
  const rescued = draft.rescue();
  save();
  await vi.advanceTimersByTimeAsync(0);
  expect(await rescued).toBe('copy');
  void draft.set('form', 'b', 'hai');
  await vi.advanceTimersByTimeAsync(0);
  expect(landed).toEqual([
    ['draft', 'một'],
    ['copy', 'hai'],
  ]);
  expect(draft.pending).toBe(false);
});

test('a copy that can’t be made leaves the words in the line', async () => {
  let full = true;
  mockIPC((command, args) => {
    const { id } = args as { id: string };
    if (command === 'draft_copy' && full) throw { code: 'disk.full', message: 'full', fields: {} };
    if (command === 'draft_copy') return { ...draftInfo([]), id: 'copy' };
    if (id === 'draft') throw { code: 'draft.held', message: 'held', fields: {} };
    sent.push({ command: id });
    return draftPatch('form');
  });
  const draft = open();
  void draft.set('form', 'a', 'một');
  await vi.advanceTimersByTimeAsync(0);
  expect(await draft.rescue().catch(errorView)).toMatchObject({ code: 'disk.full' });
  await vi.advanceTimersByTimeAsync(10);
  expect(draft.failure?.code).toBe('draft.held');
  expect(draft.pending).toBe(true);
  full = false;
  expect(await draft.rescue()).toBe('copy');
  expect(sent).toHaveLength(1);
});

test('a change that is given up is gone from the page too, and what comes after it stays', async () => {
  const { draft, free } = await fullDisk();
  const skipped = draft.skip();
  await vi.advanceTimersByTimeAsync(0);
  await skipped;
  expect(['a', 'b', 'c'].map((key) => draft.form.value(key))).toEqual(['giữ', 'b', 'c']);
  expect(draft.form.epoch).toBe(1);
  free();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(values().slice(-2)).toEqual(['b', 'c']);
  expect(draft.pending).toBe(false);
});

test('a change that is given up while it is on its way takes no other with it', async () => {
  const waiting: (() => void)[] = [];
  let full = true;
  answer = () => {
    if (full) throw { code: 'disk.full', message: '', fields: {} };
    return new Promise((done) => waiting.push(() => done(draftPatch('form'))));
  };
  const draft = open();
  void draft.set('form', 'a', 1);
  void draft.set('form', 'b', 2);
  await vi.advanceTimersByTimeAsync(0);
  full = false;
  await vi.advanceTimersByTimeAsync(1000);
  void draft.skip();
  waiting.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map(({ command }) => command)).toEqual([
    'draft_change',
    'draft_change',
    'draft_open',
    'draft_change',
  ]);
  expect(values().at(-1)).toBe(2);
  waiting.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.pending).toBe(false);
});
