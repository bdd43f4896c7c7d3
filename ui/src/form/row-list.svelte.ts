import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import type { Node } from '@/lib/bindings/Node';
import { fold } from '@/lib/text';
import { codecOf } from './codecs';
import type { FormContext } from './context';
import { concrete } from './path';
import { RowWindow } from './rows.svelte';
import { cellsOf } from './tsv';

/** A window of rows and the list in the page that it looks at: what can be seen, how high rows are, where the focus is. */
export class RowList {
  readonly view = new RowWindow();
  /** Its children are the rows, each with its number in `data-row`. */
  element = $state<HTMLElement>();
  readonly #observer: ResizeObserver | null;

  constructor() {
    this.#observer =
      typeof ResizeObserver === 'undefined' ? null : new ResizeObserver((entries) => this.#measure(entries));
  }

  look = (): void => {
    if (!this.element || !this.view.windowed) return;
    const { top } = this.element.getBoundingClientRect();
    this.view.top = -top;
    this.view.bottom = innerHeight - top;
  };

  /** A row, whose height is of interest. */
  measured: Attachment<HTMLElement> = (row) => {
    if (!this.view.windowed) return;
    this.#observer?.observe(row);
    return () => this.#observer?.unobserve(row);
  };

  focusin = (event: FocusEvent): void => {
    const row = this.rowOf(event.target);
    if (row !== null) this.view.kept = row;
  };

  /** The row of this list that something stands in; rows of a list within it are that list's. */
  rowOf(target: EventTarget | null): number | null {
    const row = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-row]') : null;
    return row && row.parentElement === this.element ? Number(row.dataset.row) : null;
  }

  /** Brings a row to the page. */
  async bring(row: number): Promise<HTMLElement | null> {
    this.view.kept = row;
    await tick();
    return this.element?.querySelector<HTMLElement>(`:scope > [data-row="${row}"]`) ?? null;
  }

  /** From when the list is in the page: rows that are led to are brought. Returns how it ends. */
  open(form: FormContext, path: () => string): () => void {
    this.look();
    const stop = form.draft.onReveal((part, at) => {
      const row = part === form.part && at.startsWith(`${path()}[`) ? rowIn(at, path()) : NaN;
      if (row < this.view.count) this.view.kept = row;
    });
    return () => {
      this.#observer?.disconnect();
      stop();
    };
  }

  // What turns out higher or lower than thought, above what is seen, must not move what is seen.
  #measure(entries: ResizeObserverEntry[]): void {
    let moved = 0;
    for (const { target, borderBoxSize } of entries) {
      const row = Number((target as HTMLElement).dataset.row);
      const above = this.view.start(row + 1) <= this.view.top;
      const by = this.view.measure(row, borderBoxSize[0]?.blockSize ?? 0);
      if (above) moved += by;
    }
    if (moved !== 0 && this.view.top > 0) scrollBy(0, moved);
    this.look();
  }
}

/** The number of the row of a grid that a path lies in. */
export const rowIn = (path: string, grid: string): number => parseInt(path.slice(grid.length + 1));

/** The next row, from the one given, that holds the words; beginning again at the top. */
export function findRow(
  form: FormContext,
  { node, outer, count }: { node: Node; outer: number[]; count: number },
  words: string,
  from: number,
): number | null {
  const wanted = fold(words);
  const cells = cellsOf(node.children);
  for (let step = 1; wanted !== '' && step <= count; step++) {
    const row = (from + step) % count;
    const holds = cells.some((cell) => {
      const value = form.value(concrete(cell.path, [...outer, row]));
      const label = cell.choices.find((choice) => choice.value === value)?.label;
      return value !== undefined && fold(label ?? codecOf(cell).show(value)).includes(wanted);
    });
    if (holds) return row;
  }
  return null;
}
