type Settle = () => Promise<unknown>;

const open = new Set<Settle>();

/** Registers what must be saved before the profile locks or the window goes; returns how to unregister. */
export function beforeLeaving(settle: Settle): () => void {
  open.add(settle);
  return () => open.delete(settle);
}

/** Saves what is still being typed anywhere; gives up after a while, because a lock must not wait for ever. */
export async function settleAll(): Promise<void> {
  const saved = Promise.allSettled([...open].map((settle) => settle()));
  await Promise.race([saved, new Promise((done) => setTimeout(done, 1500))]);
}

globalThis.addEventListener?.('pagehide', () => void settleAll());
