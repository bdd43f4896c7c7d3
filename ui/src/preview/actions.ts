import { wordError } from '@/lib/errors';
import { t } from '@/lib/i18n/index.svelte';
import { errorView, ipc } from '@/lib/ipc';
import { toasts } from '@/lib/toasts.svelte';
import type { MenuItem } from '@/parts/Menu.svelte';
import type { Draft } from '@/wizard/draft.svelte';

async function act(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    toasts.tell(wordError(errorView(thrown)), { tone: 'error' });
  }
}

/** Saves the paper where the person says, and tells it. */
export function exportPaper(draft: Draft, format: 'pdf' | 'docx'): Promise<void> {
  return act(async () => {
    await draft.saved();
    const saved = await ipc.paperExport(draft.id, format);
    if (!saved) return;
    toasts.tell(t.common.savedTo(saved.path));
    if (saved.unfilled.length > 0) toasts.tell(t.word.leftOpen(saved.unfilled.length), { tone: 'error' });
  });
}

/** Sends the paper to the system's printing. */
export function print(draft: Draft): Promise<void> {
  return act(async () => {
    await draft.saved();
    await ipc.paperPrint(draft.id);
    toasts.tell(t.paper.printed);
  });
}

/** What one can do with the paper of a draft; `chooseWord` shows the dialog for a Word file of one's own. */
export function paperActions(draft: Draft, chooseWord: () => void): MenuItem[] {
  const { id } = draft;
  const attach: MenuItem = {
    label: t.paper.attach,
    icon: 'paper',
    disabled: draft.readOnly,
    run: () =>
      act(async () => {
        await draft.run(() => ipc.paperAttach(id));
        toasts.tell(t.paper.attached);
      }),
  };
  return [
    { label: t.paper.exportPdf, icon: 'download', run: () => exportPaper(draft, 'pdf') },
    { label: t.paper.exportDocx, icon: 'download', run: () => exportPaper(draft, 'docx') },
    { label: t.word.action, icon: 'paper', run: chooseWord },
    {
      label: t.paper.open,
      icon: 'external',
      run: () =>
        act(async () => {
          await draft.saved();
          await ipc.paperOpen(id);
        }),
    },
    { label: t.paper.print, icon: 'print', run: () => print(draft) },
    ...(draft.onlyPaper ? [] : [attach]),
  ];
}
