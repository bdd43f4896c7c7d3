import { tick } from 'svelte';
import type { Change } from '@/lib/bindings/Change';
import type { Node } from '@/lib/bindings/Node';
import { t } from '@/lib/i18n/index.svelte';
import { toasts } from '@/lib/toasts.svelte';
import { undo } from '@/wizard/undo';
import { fieldId, type FormContext } from './context';
import { plainCopy } from './copy.svelte';
import { limitsOf, roomFor, whyFull, whyKept, type Limits } from './limits';
import { concrete } from './path';
import { findRow, type RowList } from './row-list.svelte';
import type { RowWindow } from './rows.svelte';
import { cellsOf, MOST_LINES, parseBlock, pasteChange } from './tsv';

const CONTROLS = 'input:not([type=hidden]), select, textarea';

/** Where in a row the focus is: a control by its place, or one of the row's buttons. */
type Spot = { control: number } | { action: string };

/** What can be done with the rows of a grid, by mouse and by keyboard; says what was done, and keeps the focus. */
export class GridActions {
  /** For a screen reader: what was done last. */
  said = $state('');

  constructor(
    readonly form: FormContext,
    readonly list: RowList,
    readonly of: () => { node: Node; path: string; outer: number[] },
  ) {}

  get #view(): RowWindow {
    return this.list.view;
  }

  add = async (index: number): Promise<void> => {
    const change: Change = { op: 'insertRow', path: this.#path, index, value: {} };
    await this.#change(change, index, { control: 0 }, t.field.addedRow, this.#full);
  };

  copy = async (index: number): Promise<void> => {
    const row = this.form.value(`${this.#path}[${index}]`) ?? {};
    const change: Change = { op: 'insertRow', path: this.#path, index: index + 1, value: plainCopy(row) };
    await this.#change(change, index + 1, { control: 0 }, t.field.copiedRow, this.#full);
  };

  move = async (from: number, to: number): Promise<void> => {
    if (to < 0 || to >= this.#view.count) return;
    await this.#change({ op: 'moveRow', path: this.#path, from, to }, to, this.#spot(), t.field.movedRow);
  };

  remove = async (index: number): Promise<void> => {
    const next = Math.min(index, this.#view.count - 2);
    const change: Change = { op: 'removeRow', path: this.#path, index };
    const done = await this.#change(change, next, { control: 0 }, () => '', this.#kept);
    if (done) this.#tellUndo(t.field.removed(index + 1));
  };

  /** A block from a spreadsheet, beginning at the control it was pasted into. */
  paste = async (event: ClipboardEvent): Promise<void> => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const row = this.list.rowOf(event.target);
    if (event.defaultPrevented || row === null || !/[\t\n]./.test(text)) return;
    const { node, path, outer } = this.of();
    const cells = cellsOf(node.children);
    const target = event.target as HTMLElement;
    const column = cells.findIndex(
      (cell) => fieldId(this.form.part, concrete(cell.path, [...outer, row])) === target.id,
    );
    if (column < 0) return;
    event.preventDefault();
    const count = this.#view.count;
    const place = { grid: path, outer, row, column, count, room: roomFor(this.#limits, count) };
    const { change, rows, left } = pasteChange(cells, parseBlock(text), place);
    // What the person was typing in that field gives way to what was pasted.
    target.blur();
    await this.#change(change, row, { control: column }, () => '');
    const why = this.#full() || t.field.pasteMost(MOST_LINES);
    this.#tellUndo(left > 0 ? t.field.pastedPart(rows, left, why) : t.field.pasted(rows));
  };

  /** Keys that work anywhere in a row. */
  key = (event: KeyboardEvent): void => {
    const row = this.list.rowOf(event.target);
    if (row === null || event.defaultPrevented || this.form.draft.readOnly || this.of().node.disabled) return;
    const action = this.#actionOf(event, row);
    if (!action) return;
    event.preventDefault();
    void action();
  };

  /** Up and down between rows, within a column; for controls that have no use for these keys themselves. */
  cross = (event: KeyboardEvent): void => {
    const row = this.list.rowOf(event.target);
    const target = event.target as HTMLElement;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const plain = target instanceof HTMLInputElement && !target.matches('[role=combobox], [type=radio]');
    if (row === null || !step || !plain || event.defaultPrevented || event.altKey || event.ctrlKey) return;
    const to = row + step;
    if (to < 0 || to >= this.#view.count) return;
    event.preventDefault();
    void this.focus(to, this.#spot());
  };

  find = (words: string, from: number): number | null => {
    const { node, outer } = this.of();
    return findRow(this.form, { node, outer, count: this.#view.count }, words, from);
  };

  /** Brings a row to the page and gives it the focus. */
  focus = async (row: number, spot: Spot = { control: 0 }): Promise<void> => {
    const place = await this.list.bring(row);
    if (!place) return;
    const target = 'action' in spot ? buttonOf(place, spot.action) : controlsOf(place)[spot.control];
    const there = target ?? controlsOf(place)[0] ?? place.querySelector<HTMLElement>('button');
    there?.scrollIntoView?.({ block: 'nearest' });
    there?.focus({ preventScroll: true });
  };

  get #path(): string {
    return this.of().path;
  }

  get #limits(): Limits {
    return limitsOf(this.of().node);
  }

  #full = (): string => whyFull(this.#limits, this.form.model.rows(this.#path));

  #kept = (): string => whyKept(this.#limits, this.form.model.rows(this.#path));

  /** Whether the change was made; if not, the focus stays where it is. */
  async #change(
    change: Change,
    row: number,
    spot: Spot,
    said: (row: number, count: number) => string,
    against?: () => string,
  ): Promise<boolean> {
    if (!(await this.form.change(change, this.#path, against))) return false;
    // The field that has the focus belongs to another row by now, or to other words.
    this.form.model.epoch += 1;
    await tick();
    if (change.op !== 'batch') this.#view.forget();
    this.said = said(row + 1, this.#view.count);
    if (row >= 0) await this.focus(row, spot);
    else document.getElementById(`${fieldId(this.form.part, this.#path)}-add`)?.focus();
    return true;
  }

  #tellUndo(words: string): void {
    toasts.tell(words, { action: { label: t.common.undo, run: () => void undo(this.form.draft) } });
  }

  #actionOf(event: KeyboardEvent, row: number): (() => Promise<void>) | null {
    const { altKey: alt, shiftKey: shift } = event;
    const control = event.ctrlKey || event.metaKey;
    if (alt && !control && event.key === 'ArrowUp') return () => this.move(row, row - 1);
    if (alt && !control && event.key === 'ArrowDown') return () => this.move(row, row + 1);
    if (!control || !shift || alt) return null;
    if (event.key === 'Enter') return () => this.add(row + 1);
    if (event.key.toLowerCase() === 'd') return () => this.copy(row);
    if (event.key === 'Delete' || event.key === 'Backspace') return () => this.remove(row);
    return null;
  }

  #spot(): Spot {
    const focused = document.activeElement;
    const row = focused?.closest<HTMLElement>('[data-row]');
    const action = focused instanceof HTMLElement ? focused.dataset.action : undefined;
    if (action) return { action };
    return { control: row ? Math.max(0, controlsOf(row).indexOf(focused as HTMLElement)) : 0 };
  }
}

const controlsOf = (row: HTMLElement): HTMLElement[] => [...row.querySelectorAll<HTMLElement>(CONTROLS)];

/** The row's button, or its opposite where the first or last row has no use for it. */
function buttonOf(row: HTMLElement, action: string): HTMLElement | null {
  const named = (name: string) => row.querySelector<HTMLElement>(`[data-action="${name}"]:not(:disabled)`);
  return named(action) ?? named(action === 'up' ? 'down' : 'up');
}
