import type { DossierInfo } from '@/lib/bindings/DossierInfo';
import { announceChanged } from '@/lib/changed';
import { confirmer } from '@/lib/confirm.svelte';
import { wordError } from '@/lib/errors';
import { t } from '@/lib/i18n/index.svelte';
import { errorView, ipc } from '@/lib/ipc';
import { router } from '@/lib/router.svelte';
import { toasts } from '@/lib/toasts.svelte';

/** Runs an action of the page and tells if it failed. */
export async function attempt(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    toasts.tell(wordError(errorView(thrown)), { tone: 'error' });
  }
}

/** What was sealed can be had back: the portal has nothing of it, or refused it. */
export const mayCancel = (dossier: DossierInfo): boolean => dossier.row.mayCancel;

/** How taking it back is asked about. */
export function cancelWords(dossier: DossierInfo): { title: string; body: string; action: string } {
  const { cancel } = t.dossier;
  if ((dossier.queue?.revision ?? 1) > 1 && !dossier.supplement) return cancel.drop;
  return dossier.row.trouble ? cancel.refused : cancel.unsent;
}

export const supplement = (id: string) =>
  attempt(async () => {
    router.go({ page: 'fill', draft: (await ipc.dossierSupplement(id)).id });
  });

export const copyDossier = (id: string) =>
  attempt(async () => {
    router.go({ page: 'fill', draft: (await ipc.dossierCopy(id)).id });
  });

export const cancelDossier = (dossier: DossierInfo) =>
  attempt(async () => {
    if (!(await confirmer.ask(cancelWords(dossier)))) return;
    const draft = await ipc.dossierCancel(dossier.row.dossier ?? '');
    announceChanged(['dossiers', 'sync']);
    if (draft) router.go({ page: 'fill', draft: draft.id });
  });
