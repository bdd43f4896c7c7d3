import { wordError } from '@/lib/errors';
import { t } from '@/lib/i18n/index.svelte';
import { errorView } from '@/lib/ipc';
import { toasts } from '@/lib/toasts.svelte';
import type { Draft } from './draft.svelte';

export async function undo(draft: Draft): Promise<void> {
  if ((await draft.flush()) && !draft.canUndo) return toasts.tell(t.fill.nothingToUndo);
  await tell(() => draft.undo(), t.fill.undone);
}

export async function redo(draft: Draft): Promise<void> {
  if (draft.canRedo) await tell(() => draft.redo(), t.fill.redone);
}

async function tell(action: () => Promise<unknown>, words: string): Promise<void> {
  try {
    await action();
    toasts.tell(words);
  } catch (thrown) {
    toasts.tell(wordError(errorView(thrown)), { tone: 'error' });
  }
}

/** A field that holds no answer of the form, as that of a delivery address or of a search does: its undo is its own. */
function holdsNoAnswer(target: EventTarget | null): boolean {
  if (!(target instanceof Element) || !target.matches('input, select, textarea')) return false;
  return target.matches('[type=search]') || !target.closest('[data-answers]');
}

/** Ctrl+Z, Ctrl+Y and Ctrl+Shift+Z work on the answers of the draft, in their text fields too. */
export function undoKeys(event: KeyboardEvent, draft: Draft): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector('dialog[open]')) return;
  if (holdsNoAnswer(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey) {
    event.preventDefault();
    void undo(draft);
  } else if (key === 'y' || (key === 'z' && event.shiftKey)) {
    event.preventDefault();
    void redo(draft);
  }
}
