import { clearMocks } from '@tauri-apps/api/mocks';
import { flushSync, mount, tick, unmount, type Component } from 'svelte';
import { afterEach } from 'vitest';

// The test's document has no popovers.
HTMLElement.prototype.showPopover ??= () => {};
HTMLElement.prototype.hidePopover ??= () => {};

const mounted: ReturnType<typeof mount>[] = [];

/** Puts a component on the test's page; it is gone after the test. Returns what it exports. */
export function put<Props extends Record<string, unknown>, Exports extends Record<string, unknown>>(
  component: Component<Props, Exports>,
  props: Props = {} as Props,
): Exports {
  const one = mount(component, { target: document.body, props });
  mounted.push(one);
  flushSync();
  return one;
}

/** Empties the page. */
export async function clear(): Promise<void> {
  for (const one of mounted.splice(0)) await unmount(one);
  document.body.replaceChildren();
}

/** Until what was asked is answered and drawn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await tick();
    await new Promise((done) => setTimeout(done, 2));
    flushSync();
  }
}

afterEach(async () => {
  await clear();
  clearMocks();
});
