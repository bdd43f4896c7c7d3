import { SvelteMap } from 'svelte/reactivity';
import type { ErrorView } from '@/lib/bindings/ErrorView';
import { beforeLeaving } from '@/lib/leaving';
import type { Draft } from './draft.svelte';

const LOCKED: ErrorView = { code: 'lock.locked', message: '', fields: {} };
/** What the core says of a draft while its person's profile is not the one that is open. */
const NOT_HERE: ReadonlySet<string> = new Set(['lock.locked', 'not_found']);

/**
 * Drafts that were left before everything typed in them was on disk. They go on trying, and whoever opens one again gets
 * the same one back, so that no draft has two lines that write it.
 */
class Unsaved {
  readonly #drafts = new SvelteMap<string, Draft>();

  constructor() {
    beforeLeaving(async () => {
      const saved = await Promise.all([...this.#drafts.values()].map((draft) => draft.flush()));
      return saved.every(Boolean);
    });
  }

  /** Those that are hindered, to be told of wherever the person is. */
  get troubled(): Draft[] {
    return [...this.#drafts.values()].filter(({ failure }) => failure && !NOT_HERE.has(failure.code));
  }

  /** The person goes elsewhere in the window. */
  leave(draft: Draft): void {
    void draft.flush();
    for (const [id, other] of this.#drafts) if (!other.pending) this.#drafts.delete(id);
    if (draft.pending) this.#drafts.set(draft.id, draft);
  }

  /** The draft of that id, if something of it is still to be saved. */
  find(id: string): Draft | undefined {
    const draft = this.#drafts.get(id);
    return draft?.pending ? draft : undefined;
  }

  /** It is open again. */
  takeBack(id: string): void {
    this.#drafts.delete(id);
  }

  /** It was thrown away. */
  forget(id: string): void {
    this.#drafts.get(id)?.drop();
    this.#drafts.delete(id);
  }

  /** A profile was opened: whose drafts are its own, the core tells. */
  unlocked(): void {
    for (const draft of this.#drafts.values()) {
      if (draft.failure) draft.failure = LOCKED;
      draft.retry();
    }
  }
}

export const unsaved = new Unsaved();
