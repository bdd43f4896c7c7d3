import { listen } from '@tauri-apps/api/event';

/**
 * What changed behind the window's back. `locking` says that the core is about to lock; `shut`, which only the window tells itself, that a
 * command was refused because the core is locked: what asks again whenever `app` changed would only be refused again.
 */
export type Topic =
  'app' | 'shut' | 'sync' | 'dossiers' | 'inbox' | 'vault' | 'draft' | 'batches' | 'locking';

type Listener = { topics: readonly Topic[]; run: () => void };

const listeners = new Set<Listener>();

/** Calls `run` whenever one of the topics changed; returns how to stop. */
export function onChanged(topics: readonly Topic[], run: () => void): () => void {
  const listener = { topics, run };
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells everybody on screen; the window's own actions use it too. */
export function announceChanged(topics: readonly Topic[]): void {
  for (const listener of [...listeners]) {
    if (listener.topics.some((topic) => topics.includes(topic))) listener.run();
  }
}

/** Starts listening to the core's events. */
export async function startListening(): Promise<void> {
  await listen<{ topics: Topic[] }>('changed', ({ payload }) => announceChanged(payload.topics));
}
