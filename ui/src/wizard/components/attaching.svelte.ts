import type { AttachmentInfo } from '@/lib/bindings/AttachmentInfo';
import type { DraftPatch } from '@/lib/bindings/DraftPatch';
import type { ErrorView } from '@/lib/bindings/ErrorView';
import { t } from '@/lib/i18n/index.svelte';
import { errorView, ipc } from '@/lib/ipc';
import { toasts } from '@/lib/toasts.svelte';
import type { Draft } from '../draft.svelte';

/** What one does with the files of the components, and what went wrong at which of them. */
export class Attaching {
  busy = $state('');
  failures = $state.raw<Record<string, ErrorView>>({});

  constructor(readonly draft: () => Draft) {}

  pick = (code: string) => this.#add(code, (id) => ipc.attachmentPick(id, code));
  drop = (code: string, paths: string[]) => this.#add(code, (id) => ipc.attachmentDrop(id, code, paths));
  fromVault = (code: string, paper: string) =>
    this.#add(code, (id) => ipc.attachmentFromVault(id, code, paper));
  fromInbox = (code: string, path: string) =>
    this.#add(code, (id) => ipc.attachmentFromInbox(id, code, path));

  async attachForm(code: string): Promise<void> {
    if (await this.#run(code, (id) => ipc.paperAttach(id))) toasts.tell(t.paper.attached);
  }

  async remove(code: string, file: AttachmentInfo): Promise<void> {
    if (!(await this.#run(code, (id) => ipc.attachmentRemove(id, file.id)))) return;
    toasts.tell(t.components.removed(file.name), {
      action: {
        label: t.common.undo,
        run: () => void this.#run(code, (id) => ipc.attachmentRestore(id, file.id)),
      },
    });
  }

  async open(code: string, file: AttachmentInfo): Promise<void> {
    this.#forget(code);
    try {
      await ipc.attachmentOpen(this.draft().id, file.id);
    } catch (thrown) {
      this.failures = { ...this.failures, [code]: errorView(thrown) };
    }
  }

  async save(code: string, file: AttachmentInfo): Promise<void> {
    this.#forget(code);
    try {
      const path = await ipc.attachmentSave(this.draft().id, file.id);
      if (path !== null) toasts.tell(t.common.savedTo(path));
    } catch (thrown) {
      this.failures = { ...this.failures, [code]: errorView(thrown) };
    }
  }

  async #add(code: string, action: (id: string) => Promise<DraftPatch | null>): Promise<void> {
    const before = this.#count(code);
    if (!(await this.#run(code, action))) return;
    const added = this.#count(code) - before;
    if (added > 0) toasts.tell(t.components.added(added));
  }

  async #run(code: string, action: (id: string) => Promise<DraftPatch | null>): Promise<boolean> {
    const draft = this.draft();
    if (this.busy || draft.readOnly) return false;
    this.busy = code;
    this.#forget(code);
    let done = false;
    try {
      done = (await draft.run(() => action(draft.id))) !== null;
      if (done) draft.problems = draft.problems.filter((one) => one.path !== code);
    } catch (thrown) {
      this.failures = { ...this.failures, [code]: errorView(thrown) };
    }
    this.busy = '';
    return done;
  }

  #forget(code: string): void {
    const { [code]: _, ...others } = this.failures;
    this.failures = others;
  }

  #count(code: string): number {
    return this.draft().components.find((one) => one.code === code)?.files.length ?? 0;
  }
}
