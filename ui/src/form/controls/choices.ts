import type { Choice } from '@/lib/bindings/Choice';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** Two values name the same choice; `"2"` and `2` do, because definitions mix them. */
export function same(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || one === null || other === undefined || other === null) return one === other;
  if (typeof one === 'object' || typeof other === 'object')
    return JSON.stringify(one) === JSON.stringify(other);
  return String(one) === String(other);
}

export const chosenIndex = (choices: Choice[], value: JsonValue | undefined): number =>
  choices.findIndex((choice) => same(choice.value, value));

export const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** An answer that is none of the choices, in words. */
export function strayLabel(value: JsonValue | undefined): string {
  if (isEmpty(value)) return '';
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof value['label'] === 'string'
  ) {
    return value['label'];
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A value in the words of its choice. */
export const labelOf = (choices: Choice[], value: JsonValue | undefined): string =>
  choices[chosenIndex(choices, value)]?.label ?? strayLabel(value);
