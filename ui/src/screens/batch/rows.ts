import type { BatchCounts } from '@/lib/bindings/BatchCounts';
import type { BatchMark } from '@/lib/bindings/BatchMark';
import type { BatchRowInfo } from '@/lib/bindings/BatchRowInfo';

/** All rows of a batch. */
export const total = (counts: BatchCounts): number =>
  counts.new + counts.good + counts.wrong + counts.done + counts.failed;

/** Rows that need the person. */
export const toCorrect = (counts: BatchCounts): number => counts.wrong + counts.failed;

/** A cell that needs looking at, with everything that is said about it. */
export type WrongCell = { key: string; heading: string; column: number | null; marks: BatchMark[] };

/** What is said about a row, cell by cell in the order of the columns; what no column answers comes last. */
export function wrongCells(row: BatchRowInfo): WrongCell[] {
  const cells = new Map<string, WrongCell>();
  for (const mark of row.marks) {
    const key = `${row.line}-${mark.column ?? mark.heading}`;
    const cell = cells.get(key) ?? { key, heading: mark.heading, column: mark.column, marks: [] };
    cell.marks.push(mark);
    cells.set(key, cell);
  }
  return [...cells.values()].sort((one, other) => (one.column ?? Infinity) - (other.column ?? Infinity));
}
