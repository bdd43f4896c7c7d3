import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

const delimiterOf = (node: Pick<Node, 'attributes'>): string =>
  String(node.attributes['delimiter'] || '') || ',';

/** The tags of an answer, which form.io keeps as one text unless the definition wants a list. */
export function readTags(node: Pick<Node, 'attributes'>, value: JsonValue | undefined): string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value ?? '').split(delimiterOf(node));
  return list.map((one) => one.trim()).filter(Boolean);
}

export function writeTags(node: Pick<Node, 'attributes'>, tags: string[]): JsonValue {
  return node.attributes['storeas'] === 'array' ? tags : tags.join(delimiterOf(node));
}

/** What was typed so far: the tags that are complete, and the one still being typed. */
export function splitTyped(node: Pick<Node, 'attributes'>, text: string): { done: string[]; rest: string } {
  const parts = text.split(new RegExp(`[${escaped(delimiterOf(node))},;\\n]`));
  const rest = parts.pop() ?? '';
  return { done: parts.map((one) => one.trim()).filter(Boolean), rest };
}

const escaped = (text: string): string => text.replace(/[\\\]^-]/g, '\\$&');
