import { app } from '@/lib/app.svelte';
import { confirmer } from '@/lib/confirm.svelte';
import { t } from '@/lib/i18n/index.svelte';
import { ipc } from '@/lib/ipc';
import { settleAll } from '@/lib/leaving';
import { toasts } from '@/lib/toasts.svelte';

/** Opens the sign-in page in the system's browser; the core tells when it is done. */
export async function signIn(): Promise<void> {
  app.set(await ipc.signIn());
  toasts.tell(t.account.openedBrowser);
}

/** Locks, with what is being typed saved first; where it can't be, whoever is there is asked. With nobody there, what waits may go on being sent. */
export async function lock({ ask }: { ask: boolean }): Promise<void> {
  const question = { title: t.fill.unsaved, body: t.lock.unsaved, action: t.lock.anyway };
  if (!(await settleAll()) && ask && !(await confirmer.ask(question))) return;
  app.set(await (ask ? ipc.profileLock() : ipc.profileLockIdle()));
}
