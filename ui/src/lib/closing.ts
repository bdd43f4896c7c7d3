import { listen } from '@tauri-apps/api/event';
import { confirmer } from './confirm.svelte';
import { t } from './i18n/index.svelte';
import { ipc } from './ipc';
import { settleAll } from './leaving';

let asking = false;

/** The person wants the window closed: what was typed goes to disk first; where it can't, the person decides. */
export async function closeWindow(): Promise<void> {
  await ipc.windowClosing(false);
  if (asking) return;
  asking = true;
  try {
    if ((await settleAll()) || (await confirmer.ask({ ...t.closing, danger: true })))
      await ipc.windowClosing(true);
  } finally {
    asking = false;
  }
}

/** Starts listening to wishes to close. */
export const startClosing = (): Promise<() => void> => listen('closing', () => void closeWindow());
