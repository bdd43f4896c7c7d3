import type { BatchRowInfo } from '@/lib/bindings/BatchRowInfo';
import type { BatchRowState } from '@/lib/bindings/BatchRowState';
import type { ErrorView } from '@/lib/bindings/ErrorView';
import { onChanged } from '@/lib/changed';
import { errorView, ipc } from '@/lib/ipc';

/** Rows shown at a time. */
const PAGE = 50;

/** The rows of a batch in some states, as many as the person has asked to see. */
class Pages {
  rows = $state.raw<BatchRowInfo[]>([]);
  more = $state(false);
  loading = $state(true);
  error = $state.raw<ErrorView | null>(null);
  #turn = 0;
  #wanted = PAGE;

  constructor(
    private readonly id: () => string,
    private readonly states: () => BatchRowState[],
  ) {}

  reload = async (): Promise<void> => {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      // One more than is shown tells whether there are more.
      const rows = await ipc.batchLines(this.id(), this.states(), 0, this.#wanted + 1);
      if (turn !== this.#turn) return;
      this.more = rows.length > this.#wanted;
      this.rows = rows.slice(0, this.#wanted);
      this.error = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = errorView(thrown);
    }
    this.loading = false;
  };

  next = (): Promise<void> => {
    this.#wanted += PAGE;
    return this.reload();
  };

  /** A row as it is now, without asking for the others again. */
  put(row: BatchRowInfo): void {
    this.rows = this.rows.map((own) => (own.line === row.line ? row : own));
  }

  drop(line: number): void {
    this.rows = this.rows.filter((own) => own.line !== line);
  }
}

/** Loads when the component appears and when batches change. */
export function pages(id: () => string, states: () => BatchRowState[]): Pages {
  const held = new Pages(id, states);
  $effect(() => {
    void held.reload();
  });
  $effect(() => onChanged(['batches'], () => void held.reload()));
  return held;
}
