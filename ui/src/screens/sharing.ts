import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftShare } from '@/lib/bindings/DraftShare';
import type { IconName } from '@/parts/icons';
import { announceChanged } from '@/lib/changed';
import { confirmer } from '@/lib/confirm.svelte';
import { wordError } from '@/lib/errors';
import { t } from '@/lib/i18n/index.svelte';
import { errorView, ipc } from '@/lib/ipc';
import { router } from '@/lib/router.svelte';
import { toasts } from '@/lib/toasts.svelte';

/** The other computer, in words. */
export const desktopName = ({ desktop }: { desktop: string }): string =>
  desktop ? t.share.named(desktop) : t.share.another;

/** What stands beside these words. */
export const shareIcon = ({ state }: DraftShare): IconName =>
  state === 'reader' ? 'eye' : state === 'apart' ? 'copy' : 'send';

/** How a shared draft stands, for a row of a list. */
export function shareWords(share: DraftShare): string {
  const words = t.share.row;
  if (share.state === 'reader') return words.reader(desktopName(share));
  if (share.state === 'apart') return words.apart;
  if (share.trouble) return words.trouble(share.said);
  return share.waiting ? words.waiting : words.writer;
}

/** Runs an action on a draft; what came of it, or nothing when it failed or the person changed their mind. */
async function act(run: () => Promise<DraftInfo | null>, done: string): Promise<DraftInfo | null> {
  try {
    const info = await run();
    if (!info) return null;
    announceChanged(['dossiers']);
    toasts.tell(done);
    return info;
  } catch (thrown) {
    toasts.tell(wordError(errorView(thrown)), { tone: 'error' });
    return null;
  }
}

export const shareDraft = (id: string) =>
  act(async () => {
    try {
      return await ipc.draftShare(id);
    } catch (thrown) {
      if (errorView(thrown).code !== 'share.alone') throw thrown;
      const { aloneTitle, aloneBody, aloneDo } = t.share;
      if (await confirmer.ask({ title: aloneTitle, body: aloneBody, action: aloneDo }))
        router.go({ page: 'settings' });
      return null;
    }
  }, t.share.started);

export const unshareDraft = (id: string) =>
  act(async () => {
    const { stopTitle, stopBody, stop } = t.share;
    if (!(await confirmer.ask({ title: stopTitle, body: stopBody, action: stop }))) return null;
    return ipc.draftUnshare(id);
  }, t.share.stopped);

/** Goes on with a draft here; where another computer has it open the person is asked. */
export const takeOverDraft = (id: string) =>
  act(async () => {
    try {
      return await ipc.draftTakeOver(id, false);
    } catch (thrown) {
      const error = errorView(thrown);
      if (error.code !== 'share.held') throw thrown;
      const { heldTitle, heldBody, takeOver } = t.share;
      const body = heldBody(desktopName({ desktop: error.fields['desktop'] ?? '' }));
      if (!(await confirmer.ask({ title: heldTitle, body, action: takeOver }))) return null;
      return ipc.draftTakeOver(id, true);
    }
  }, t.share.takenOver);

export const copyOwnDraft = (id: string) => act(() => ipc.draftCopy(id), t.share.copiedOwn);
