import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { app as info } from '@/dev/data';
import { app } from './app.svelte';
import type { AppInfo } from './bindings/AppInfo';
import { announceChanged, onChanged } from './changed';
import { ipc } from './ipc';

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

test('what asks again whenever the application changed ends when the core is locked', async () => {
  let asked = 0;
  let refused = 0;
  mockIPC((command) => {
    if (command === 'calendar') {
      refused += 1;
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- so do Tauri's commands
      return Promise.reject({ code: 'lock.locked', message: '', fields: {} });
    }
    asked += 1;
    return { ...info, lock: 'locked' };
  });
  const listening = ['a', 'b', 'c'].map(() => onChanged(['app'], () => void ipc.calendar().catch(() => {})));
  const stop = app.start();
  announceChanged(['app']);
  announceChanged(['app']);
  await expect.poll(() => app.info?.lock).toBe('locked');
  await new Promise((later) => setTimeout(later, 100));
  stop();
  listening.forEach((end) => end());
  expect(refused).toBe(6);
  expect(
    asked,
    'once for those who want it at the same time, and once again for who came later',
  ).toBeLessThan(6);
});
