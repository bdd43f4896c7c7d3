import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { t } from '@/lib/i18n/index.svelte';
import { beforeLeaving } from '@/lib/leaving';
import AutoLockWarning from './AutoLockWarning.svelte';

let mounted: ReturnType<typeof mount>;
let done: () => void = () => {};

beforeEach(() => vi.useFakeTimers());

afterEach(async () => {
  await unmount(mounted);
  done();
  document.body.replaceChildren();
  vi.useRealTimers();
});

test.each([
  { saved: true, told: () => t.lock.saved, not: () => t.lock.unsaved },
  { saved: false, told: () => t.lock.unsaved, not: () => t.lock.saved },
])('the warning says whether all is saved: $saved', async ({ saved, told, not }) => {
  done = beforeLeaving(() => Promise.resolve(saved));
  mounted = mount(AutoLockWarning, { target: document.body, props: { minutes: 1 } });
  await vi.advanceTimersByTimeAsync(2_000);
  flushSync();
  const text = document.body.textContent;
  expect(text).toContain(t.lock.soonTitle);
  expect(text).toContain(told());
  expect(text).not.toContain(not());
});
