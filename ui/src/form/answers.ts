import { isEmpty, labelOf } from './controls/choices';
import { entriesOf } from './controls/entries';
import { filesIn } from './controls/files';
import { codecOf } from './codecs';
import { drawingOf, isRadio, type Drawing } from './kinds';
import type { FormModel } from './model.svelte';
import { concrete, valueAt } from './path';
import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** An answer as the check shows it; `group` is the title of what it belongs to. */
export type Answer = { path: string; label: string; text: string; group: string; rows: string };

type Words = { yes: string; no: string; signed: string; row: (index: number) => string };

/** What asks nothing. */
const SILENT: ReadonlySet<Drawing> = new Set(['nothing', 'html', 'reset', 'online']);

/** Every answer that is not hidden, in the order of the form. */
export function answersOf(model: FormModel, nodes: Node[], words: Words, rows: number[] = []): Answer[] {
  const found: Answer[] = [];
  collect(model, nodes, rows, '', '', words, found);
  return found;
}

function collect(
  model: FormModel,
  nodes: Node[],
  rows: number[],
  group: string,
  rowWords: string,
  words: Words,
  found: Answer[],
): void {
  for (const node of nodes) {
    const path = concrete(node.path, rows);
    const drawing = drawingOf(node);
    if (SILENT.has(drawing) || model.hidden.has(path)) continue;
    if (drawing === 'group' || drawing === 'columns' || drawing === 'tabs') {
      const title = node.label && !node.hideLabel && drawing === 'group' ? node.label : group;
      collect(model, node.children, rows, title, rowWords, words, found);
    } else if (drawing === 'grid' || drawing === 'entries') {
      const list = model.value(path);
      (Array.isArray(list) ? list : []).forEach((_, index) =>
        collect(model, node.children, [...rows, index], node.label, words.row(index + 1), words, found),
      );
    } else {
      found.push({
        path,
        label: node.label || node.key,
        text: answerText(node, model.value(path), words, path, model.hidden),
        group,
        rows: rowWords,
      });
    }
  }
}

function answerText(
  node: Node,
  value: JsonValue | undefined,
  words: Words,
  path: string,
  hidden: FormModel['hidden'],
): string {
  const drawing = drawingOf(node);
  if (isRadio(node)) return value === node.attributes['value'] ? words.yes : words.no;
  if (drawing === 'checkbox') return value === true || value === 'true' ? words.yes : words.no;
  if (isEmpty(value)) return '';
  if (drawing === 'signature') return words.signed;
  if (drawing === 'file') {
    return filesIn(value)
      .map((file) => file.name)
      .join(', ');
  }
  if (drawing === 'map') return mapText(node, value);
  if (drawing === 'tree') return treeText(node, value, words, path, hidden);
  // What is kept hidden while it is typed stays so.
  if (node.kind === 'password') return '••••••';
  if (drawing === 'survey') return surveyText(node, value);
  if (drawing === 'boxes' && !Array.isArray(value)) {
    const ticks = value as { [key: string]: JsonValue };
    return node.choices
      .filter((choice) => ticks[String(choice.value)] === true)
      .map((choice) => choice.label)
      .join(', ');
  }
  // The choices of an address are its provinces.
  if (drawing === 'place') return codecOf(node).show(value);
  const list = Array.isArray(value) ? value : [value];
  if (node.choices.length > 0) return list.map((one) => labelOf(node.choices, one)).join(', ');
  return Array.isArray(value) && node.kind !== 'tags'
    ? list.map((one) => codecOf(node).show(one)).join(', ')
    : codecOf(node).show(value);
}

function mapText(node: Node, value: JsonValue | undefined): string {
  const each = node.children[0];
  return entriesOf(value)
    .map((entry) => `${entry.key}: ${each ? codecOf(each).show(entry.value) : String(entry.value)}`)
    .join('; ');
}

/** A thing in the words of its questions, and what is below it in brackets. */
function treeText(
  node: Node,
  value: JsonValue | undefined,
  words: Words,
  path: string,
  hidden: FormModel['hidden'],
): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const data = value['data'];
  const own = node.children
    .map((child) => ({ child, within: child.path.slice(node.path.length + 1) }))
    .filter(({ within }) => !hidden.has(`${path}.data.${within}`))
    .map(({ child, within }) =>
      answerText(child, valueAt(data, within), words, `${path}.data.${within}`, hidden),
    )
    .filter(Boolean)
    .join(', ');
  const below = (Array.isArray(value['children']) ? value['children'] : [])
    .map((child, index) => treeText(node, child, words, `${path}.children[${index}]`, hidden))
    .filter(Boolean)
    .join('; ');
  return below ? `${own} (${below})` : own;
}

function surveyText(node: Node, value: JsonValue | undefined): string {
  const answers = value as { [key: string]: JsonValue };
  return node.questions
    .filter((question) => String(question.value) in answers)
    .map((question) => `${question.label}: ${labelOf(node.choices, answers[String(question.value)])}`)
    .join('; ');
}
