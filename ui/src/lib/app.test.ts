import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { app as info } from '@/dev/data';
import { app } from './app.svelte';
import type { AppInfo } from './bindings/AppInfo';

afterEach(() => {
  clearMocks();
  app.info = null;
});

test('an answer from before the profile was opened locks no window', async () => {
  const asked: ((info: AppInfo) => void)[] = [];
  mockIPC((command) => {
    if (command !== 'app_info') return undefined;
    return new Promise((answer) => asked.push(answer));
  });
  const slow = app.refresh();
  app.set({ ...info, lock: 'open' });
  asked[0]?.({ ...info, lock: 'locked' });
  await expect.poll(() => asked.length).toBe(2);
  expect(app.open).toBe(true);
  asked[1]?.({ ...info, lock: 'open' });
  await slow;
  expect(app.open).toBe(true);
});
