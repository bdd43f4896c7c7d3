/** Answers whether everything is saved. */
type Settle = () => Promise<boolean>;

const open = new Set<Settle>();

/** Registers what must be saved before the profile locks or the window goes; returns how to unregister. */
export function beforeLeaving(settle: Settle): () => void {
  open.add(settle);
  return () => open.delete(settle);
}

/**
 * Saves what is still being typed anywhere; gives up after a while, because a lock must not wait for ever. Answers whether
 * everything is saved.
 */
export async function settleAll(): Promise<boolean> {
  const saved = Promise.all([...open].map((settle) => settle().catch(() => false)));
  const late = new Promise<boolean[]>((done) => setTimeout(() => done([false]), 1500));
  return (await Promise.race([saved, late])).every(Boolean);
}

globalThis.addEventListener?.('pagehide', () => void settleAll());
