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

/** The dossier was not sent yet, so its draft can be had back. */
export const mayCancel = (dossier: DossierInfo): boolean =>
  dossier.row.folder === 'outbox' && dossier.queue?.stage === 'sealed';

export const supplement = (id: string) =>
  attempt(async () => {
    router.go({ page: 'fill', draft: (await ipc.dossierSupplement(id)).id });
  });

export const copyDossier = (id: string) =>
  attempt(async () => {
    router.go({ page: 'fill', draft: (await ipc.dossierCopy(id)).id });
  });

export const cancelDossier = (id: string) =>
  attempt(async () => {
    const question = {
      title: t.dossier.cancelTitle,
      body: t.dossier.cancelBody,
      action: t.dossier.cancel,
    };
    if (!(await confirmer.ask(question))) return;
    const draft = await ipc.dossierCancel(id);
    announceChanged(['dossiers', 'sync']);
    router.go({ page: 'fill', draft: draft.id });
  });
