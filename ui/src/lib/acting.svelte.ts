import type { ErrorView } from './bindings/ErrorView';
import { errorView } from './ipc';

/** What a screen does when asked: one thing at a time, and why the last one failed. */
export class Acting {
  busy = $state(false);
  failure = $state.raw<ErrorView | null>(null);

  run = async (what: () => Promise<unknown>): Promise<void> => {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      await what();
    } catch (thrown) {
      this.failure = errorView(thrown);
    }
    this.busy = false;
  };
}
