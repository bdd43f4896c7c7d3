import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeWindow } from './closing';
import { confirmer } from './confirm.svelte';
import { t } from './i18n/index.svelte';
import { beforeLeaving } from './leaving';

let said: boolean[] = [];
let forget = () => {};

beforeEach(() => {
  said = [];
  mockIPC((command, args) => {
    if (command === 'window_closing') said.push((args as { now: boolean }).now);
  });
});

afterEach(() => {
  forget();
  forget = () => {};
  confirmer.answer(false);
  clearMocks();
});

const asked = () => vi.waitFor(() => expect(confirmer.question).not.toBeNull());

test('what was typed goes to disk before the window closes', async () => {
  let saved = false;
  forget = beforeLeaving(async () => {
    await new Promise((done) => setTimeout(done, 5));
    return (saved = true);
  });
  const closing = closeWindow();
  await vi.waitFor(() => expect(said).toEqual([false]));
  expect(saved).toBe(false);
  await closing;
  expect([saved, ...said]).toEqual([true, false, true]);
});

test('what can’t be saved keeps the window until the person says otherwise', async () => {
  forget = beforeLeaving(() => Promise.resolve(false));
  const first = closeWindow();
  await asked();
  expect(confirmer.question).toMatchObject({
    title: t.closing.title,
    action: t.closing.action,
    cancel: t.closing.cancel,
  });
  // Pressed again: heard, and asked once only.
  await closeWindow();
  expect(said).toEqual([false, false]);
  confirmer.answer(false);
  await first;
  expect(said).toEqual([false, false]);

  const second = closeWindow();
  await asked();
  confirmer.answer(true);
  await second;
  expect(said).toEqual([false, false, false, true]);
});

test('saving that breaks off is no saving', async () => {
  forget = beforeLeaving(() => Promise.reject(new Error('the disk is full')));
  const closing = closeWindow();
  await asked();
  confirmer.answer(false);
  await closing;
  expect(said).toEqual([false]);
});
