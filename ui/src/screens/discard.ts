import { announceChanged } from '@/lib/changed';
import { confirmer } from '@/lib/confirm.svelte';
import { wordError } from '@/lib/errors';
import { t } from '@/lib/i18n/index.svelte';
import { errorView, ipc } from '@/lib/ipc';
import { toasts } from '@/lib/toasts.svelte';
import { unsaved } from '@/wizard/unsaved.svelte';

/** Asks, discards a draft, and offers to take that back. Answers whether it was discarded. */
export async function discardDraft(id: string): Promise<boolean> {
  const yes = await confirmer.ask({
    title: t.fill.discardTitle,
    body: t.fill.discardBody,
    action: t.fill.discard,
    danger: true,
  });
  if (!yes) return false;
  await ipc.draftDiscard(id);
  unsaved.forget(id);
  announceChanged(['dossiers']);
  toasts.tell(t.fill.discarded, { action: { label: t.common.undo, run: () => void restore(id) } });
  return true;
}

async function restore(id: string): Promise<void> {
  try {
    await ipc.draftRestore(id);
    announceChanged(['dossiers']);
    toasts.tell(t.fill.restored);
  } catch (thrown) {
    toasts.tell(wordError(errorView(thrown)), { tone: 'error' });
  }
}
