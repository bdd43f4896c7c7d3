import type { Change } from '@/lib/bindings/Change';
import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { fold } from '@/lib/text';
import { codecOf } from './codecs';
import { drawingOf, type Drawing } from './kinds';
import { concrete } from './path';

/** More lines than any list of people has; a paste beyond it is cut, and says so. */
export const MOST_LINES = 5000;

/** The cells of a block copied from a spreadsheet: tabs between cells, quotes around what holds tabs or line breaks. */
export function parseBlock(text: string): string[][] {
  const lines: string[][] = [];
  let [line, cell, quoted]: [string[], string, boolean] = [[], '', false];
  const endCell = (): void => {
    line.push(cell);
    cell = '';
  };
  const endLine = (): void => {
    endCell();
    lines.push(line);
    line = [];
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === '\t') endCell();
    else if (sign === '\n') endLine();
    else if (sign !== '\r') cell += sign;
  }
  if (cell !== '' || line.length > 0) endLine();
  return lines;
}

const CELLS: ReadonlySet<Drawing> = new Set([
  'line',
  'lines',
  'computed',
  'select',
  'radio',
  'checkbox',
  'day',
  'tags',
]);

/** The questions of a row, in order: those that a cell can answer, whatever they stand in. */
export function cellsOf(nodes: Node[]): Node[] {
  return nodes.flatMap((node) => {
    const drawing = drawingOf(node);
    if (drawing === 'group' || drawing === 'columns' || drawing === 'tabs') return cellsOf(node.children);
    return CELLS.has(drawing) ? [node] : [];
  });
}

/** The answer that a cell's text stands for; what is no choice is kept as it is, to be seen and mended. */
export function readCell(node: Node, text: string): JsonValue | undefined {
  const clean = text.normalize('NFC').trim();
  if (drawingOf(node) === 'checkbox') return ['x', 'co', 'true', '1', 'yes', '✓'].includes(fold(clean));
  if (clean === '') return undefined;
  if (node.choices.length > 0) {
    const wanted = fold(clean);
    const choice =
      node.choices.find((one) => String(one.value) === clean) ??
      node.choices.find((one) => fold(one.label) === wanted);
    const value = choice ? choice.value : clean;
    return node.multiple ? [value] : value;
  }
  return codecOf(node).read(clean);
}

/** Where a block goes in a grid. */
export type Place = {
  grid: string;
  /** The rows that the grid itself is in. */
  outer: number[];
  row: number;
  column: number;
  count: number;
  /** So many rows may be added. */
  room: number;
};

/** One change that answers the cells of a block, in rows that are there and in new ones after them; how many rows, and how many had no room. */
export function pasteChange(
  cells: Node[],
  block: string[][],
  at: Place,
): { change: Change; rows: number; left: number } {
  const columns = cells.slice(at.column);
  const [head, ...rest] = block;
  const titled = head?.every((text, index) => fold(text) === fold(columns[index]?.label ?? ''));
  const all = titled ? rest : block;
  const lines = all.slice(0, Math.min(MOST_LINES, at.count - at.row + at.room));
  // What is empty is no loss.
  const left = all.slice(lines.length).filter((line) => line.some((text) => text.trim() !== ''));
  const changes: Change[] = lines.flatMap((line, index): Change[] => {
    const row = at.row + index;
    const isNew = row >= at.count;
    const answers = columns.flatMap((node, column): Change[] => {
      const text = line[column];
      if (text === undefined || node.disabled || drawingOf(node) === 'computed') return [];
      const value = readCell(node, text);
      const path = concrete(node.path, [...at.outer, row]);
      if (value === undefined) return isNew ? [] : [{ op: 'clear', path }];
      return [{ op: 'set', path, value }];
    });
    return isNew ? [{ op: 'insertRow', path: at.grid, index: row, value: {} }, ...answers] : answers;
  });
  return { change: { op: 'batch', changes }, rows: lines.length, left: left.length };
}
