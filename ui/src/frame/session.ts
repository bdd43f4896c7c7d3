import { app } from '@/lib/app.svelte';
import { t } from '@/lib/i18n/index.svelte';
import { ipc } from '@/lib/ipc';
import { toasts } from '@/lib/toasts.svelte';

/** Opens the sign-in page in the system's browser; the core tells when it is done. */
export async function signIn(): Promise<void> {
  app.set(await ipc.signIn());
  toasts.tell(t.account.openedBrowser);
}
