import { chosenIndex, isEmpty, strayLabel } from '@/form/controls/choices';
import { codecOf } from '@/form/codecs';
import { drawingOf } from '@/form/kinds';
import type { FormModel } from '@/form/model.svelte';
import { concrete } from '@/form/path';
import type { Choice } from '@/lib/bindings/Choice';
import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** An answer as the check shows it; `group` is the title of what it belongs to. */
export type Answer = { path: string; label: string; text: string; group: string; rows: string };

type Words = { yes: string; no: string; row: (index: number) => string };

/** Every answer that is not hidden, in the order of the form. */
export function answersOf(model: FormModel, nodes: Node[], words: Words): Answer[] {
  const found: Answer[] = [];
  collect(model, nodes, [], '', '', words, found);
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
    if (drawing === 'nothing' || drawing === 'html' || model.hidden.has(path)) continue;
    if (drawing === 'group' || drawing === 'columns' || drawing === 'tabs') {
      const title = node.label && !node.hideLabel && drawing === 'group' ? node.label : group;
      collect(model, node.children, rows, title, rowWords, words, found);
    } else if (drawing === 'grid') {
      const list = model.value(path);
      (Array.isArray(list) ? list : []).forEach((_, index) =>
        collect(model, node.children, [...rows, index], node.label, words.row(index + 1), words, found),
      );
    } else {
      found.push({
        path,
        label: node.label || node.key,
        text: answerText(node, model.value(path), words),
        group,
        rows: rowWords,
      });
    }
  }
}

function answerText(node: Node, value: JsonValue | undefined, words: Words): string {
  const drawing = drawingOf(node);
  if (drawing === 'checkbox') return value === true || value === 'true' ? words.yes : words.no;
  if (isEmpty(value)) return '';
  if (drawing === 'survey') return surveyText(node, value);
  if (drawing === 'boxes' && !Array.isArray(value)) {
    const ticks = value as { [key: string]: JsonValue };
    return node.choices
      .filter((choice) => ticks[String(choice.value)] === true)
      .map((choice) => choice.label)
      .join(', ');
  }
  const list = Array.isArray(value) ? value : [value];
  if (node.choices.length > 0) return list.map((one) => labelOf(node.choices, one)).join(', ');
  return Array.isArray(value) && node.kind !== 'tags'
    ? list.map((one) => codecOf(node).show(one)).join(', ')
    : codecOf(node).show(value);
}

function surveyText(node: Node, value: JsonValue | undefined): string {
  const answers = value as { [key: string]: JsonValue };
  return node.questions
    .filter((question) => String(question.value) in answers)
    .map((question) => `${question.label}: ${labelOf(node.choices, answers[String(question.value)])}`)
    .join('; ');
}

const labelOf = (choices: Choice[], value: JsonValue | undefined): string =>
  choices[chosenIndex(choices, value)]?.label ?? strayLabel(value);
