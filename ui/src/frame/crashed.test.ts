import { mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { installMock } from '@/dev/mock';
import { app } from '@/lib/app.svelte';
import type { SendRules } from '@/lib/bindings/SendRules';
import { ipc } from '@/lib/ipc';
import { router } from '@/lib/router.svelte';
import Frame from './Frame.svelte';

let frame: object | null = null;

afterEach(async () => {
  vi.restoreAllMocks();
  if (frame) await unmount(frame);
  frame = null;
  app.info = null;
  app.sync = null;
});

test('a screen that can’t be drawn says so, is told of, and keeps nobody from the others', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  await installMock();
  app.info = { ...(await ipc.appInfo()), lock: 'open' };
  app.sync = { ...(await ipc.syncInfo()), rules: null as unknown as SendRules };
  router.route = { page: 'settings' };
  frame = mount(Frame, { target: document.body });
  const main = () => document.querySelector('main')?.textContent ?? '';
  await vi.waitFor(() => expect(main()).toContain('Không tải được nội dung này'));
  expect(told).toHaveBeenCalled();
  expect(document.querySelectorAll('nav a').length).toBeGreaterThan(4);
  router.route = { page: 'lookup', code: '' };
  await vi.waitFor(() => expect(main()).toContain('Tra cứu hồ sơ'));
  expect(main()).not.toContain('Không tải được');
});
