import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import UnsavedDrafts from '@/frame/UnsavedDrafts.svelte';
import { lock } from '@/frame/session';
import { draftInfo, draftPatch, node } from '@/form/testing';
import { app } from '@/lib/app.svelte';
import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import { announceChanged } from '@/lib/changed';
import { confirmer } from '@/lib/confirm.svelte';
import { t } from '@/lib/i18n/index.svelte';
import { unsaved } from './unsaved.svelte';
import Wizard from './Wizard.svelte';

/** What the core holds of the one question, as it was last written. */
let answer: string;
let wrong: string;
/** What else the core says of the draft. */
let more: Partial<DraftInfo>;
let writes: unknown[];
let asked: string[];
/** An opening waits for this. */
let gate: Promise<void>;
/** A change waits for this. */
let disk: Promise<void>;
const mounted: Record<string, unknown>[] = [];

const SHARE = {
  state: 'writer',
  desktop: 'Máy kia',
  at: '',
  openThere: true,
  files: [],
} as never as DraftInfo['share'];

beforeEach(() => {
  vi.useFakeTimers();
  [answer, wrong, more, writes, asked, gate] = ['cũ', '', {}, [], [], Promise.resolve()];
  disk = Promise.resolve();
  mockIPC(async (command, args) => {
    asked.push(command);
    const { change, id } = args as { change?: { value: string }; id?: string };
    if (command === 'draft_open') {
      if (wrong === 'not_found') throw { code: wrong, message: '', fields: {} };
      const info = { ...draftInfo([node('textfield', { key: 'a' })], { data: { a: answer } }), ...more };
      await gate;
      return info;
    }
    if (command === 'draft_change') {
      if (wrong && id === 'draft') throw { code: wrong, message: '', fields: {} };
      await disk;
      writes.push([id, change?.value]);
      answer = change?.value ?? '';
      return draftPatch('form');
    }
    if (command === 'draft_copy') return { ...draftInfo([]), id: 'copy' };
    if (command === 'draft_share_state') return more.share;
    if (command === 'profile_lock') return { ...app.info, lock: 'locked' };
    return [];
  });
});

afterEach(async () => {
  for (const one of mounted.splice(0)) await unmount(one);
  unsaved.forget('draft');
  document.body.replaceChildren();
  vi.useRealTimers();
  clearMocks();
});

async function settle(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
}

async function open(): Promise<() => Promise<void>> {
  const one = mount(Wizard, { target: document.body, props: { id: 'draft' } });
  mounted.push(one);
  await settle(50);
  return async () => {
    mounted.splice(mounted.indexOf(one), 1);
    await unmount(one);
    await settle();
  };
}

const field = () => document.querySelector<HTMLInputElement>('#form-a');

function type(words: string): void {
  const input = field();
  if (!input) throw new Error('the question is not there');
  input.focus();
  input.value = words;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function frame(): void {
  mounted.push(mount(UnsavedDrafts, { target: document.body }));
  flushSync();
}

const page = () => document.body.textContent ?? '';
const button = (words: string) =>
  [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === words);

test('what could not be saved is told wherever one goes, for as long as it takes', async () => {
  frame();
  const leave = await open();
  wrong = 'disk.full';
  type('mới');
  await settle(200);
  await leave();
  expect(page()).toContain(t.fill.unsaved);
  expect(page()).toContain('Đăng ký khai sinh');
  await settle(120_000);
  expect(page()).toContain(t.fill.unsaved);
  wrong = '';
  await settle(10_000);
  expect(writes).toEqual([['draft', 'mới']]);
  expect(page()).not.toContain(t.fill.unsaved);
});

test('saving that takes its time is told, and nobody is told that all is saved meanwhile', async () => {
  let saved: () => void = () => {};
  disk = new Promise((done) => (saved = done));
  await open();
  const told = () => document.querySelector('header [role=status]');
  expect(told()?.getAttribute('aria-busy')).toBe('false');
  type('mới');
  await settle(300);
  expect(told()?.getAttribute('aria-busy')).toBe('true');
  expect(told()?.textContent).not.toContain(t.fill.saving);
  await settle(400);
  expect(told()?.textContent).toContain(t.fill.saving);
  saved();
  await settle();
  expect(told()?.getAttribute('aria-busy')).toBe('false');
  expect(told()?.textContent).not.toContain(t.fill.saving);
  type('nữa');
  await settle(200);
  expect(told()?.textContent).not.toContain(t.fill.saving);
});

test('whoever comes back finds the words there, and no other line writes them', async () => {
  const leave = await open();
  wrong = 'disk.full';
  type('mới');
  await settle(200);
  await leave();
  await open();
  expect(field()?.value).toBe('mới');
  expect(page()).toContain(t.fill.unsaved);
  type('mới hơn');
  wrong = '';
  await settle(60_000);
  expect(writes).toEqual([
    ['draft', 'mới'],
    ['draft', 'mới hơn'],
  ]);
  expect(field()?.value).toBe('mới hơn');
});

test('words that another computer was quicker than can be kept from wherever one is', async () => {
  frame();
  const leave = await open();
  wrong = 'draft.held';
  type('mới');
  await settle(200);
  await leave();
  await settle(60_000);
  button(t.share.rescue)?.click();
  await settle(100);
  expect(writes).toEqual([['copy', 'mới']]);
  expect(page()).not.toContain(t.fill.unsaved);
});

test('words that are typed while a takeover is looked into stay, and can be kept', async () => {
  more = { share: SHARE };
  await open();
  let opened: () => void = () => {};
  gate = new Promise((done) => (opened = done));
  more = { share: { ...SHARE, state: 'reader' } as DraftInfo['share'], readOnly: 'Máy kia đang soạn.' };
  wrong = 'draft.held';
  announceChanged(['draft']);
  await settle();
  expect(asked.at(-1)).toBe('draft_open');
  type('giữa chừng');
  opened();
  await settle(300);
  expect(field()?.value).toBe('giữa chừng');
  expect(field()?.disabled).toBe(false);
  button(t.share.rescue)?.click();
  await settle(100);
  expect(writes).toEqual([['copy', 'giữa chừng']]);
});

test('who locks is asked while something is not saved; another person is told nothing of it', async () => {
  const leave = await open();
  wrong = 'disk.full';
  type('mới');
  await settle(200);
  const locked = lock({ ask: true });
  await settle(2000);
  expect(confirmer.question?.title).toBe(t.fill.unsaved);
  confirmer.answer(false);
  await locked;
  expect(asked).not.toContain('profile_lock');
  await leave();
  wrong = 'not_found';
  frame();
  await settle(60_000);
  expect(page()).not.toContain(t.fill.unsaved);
  wrong = '';
  await settle(10_000);
  expect(writes).toEqual([['draft', 'mới']]);
});

test('a draft that is thrown away is no longer written', async () => {
  const leave = await open();
  wrong = 'disk.full';
  type('mới');
  await settle(200);
  await leave();
  unsaved.forget('draft');
  wrong = '';
  await settle(60_000);
  expect(writes).toEqual([]);
});
