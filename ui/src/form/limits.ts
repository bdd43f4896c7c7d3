import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { t } from '@/lib/i18n/index.svelte';

/** How many rows a list may have, as its form says and form.io's own renderer holds to. */
export type Limits = {
  least: number;
  most: number;
  /** The form has them neither added nor removed. */
  fixed: boolean;
  /** So many are there from the beginning with form.io; here the person adds them, whatever else the form says. */
  begun: number;
};

export function limitsOf({ kind, attributes }: Pick<Node, 'kind' | 'attributes'>): Limits {
  // What a map may hold comes under the names of the rules.
  const least = limit(attributes['minRows'] ?? attributes['minLength']) ?? 0;
  const most = limit(attributes['maxRows'] ?? attributes['maxLength']) ?? Infinity;
  const begins = kind === 'editgrid' || kind === 'datamap' ? 0 : 1;
  return {
    least,
    most,
    fixed: attributes['disableAddingRemovingRows'] === true,
    begun: Math.max(least, begins),
  };
}

/** A limit may be written as text; none, 0 and what is no number limit nothing. */
function limit(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number > 0 ? Math.ceil(number) : null;
}

/** So many may still be added. */
export function roomFor({ most, fixed, begun }: Limits, count: number): number {
  return Math.max(0, (fixed ? begun : most) - count);
}

/** What one thing of the list is called. */
export type Counted = 'rows' | 'entries';

/** Why none may be added, in the person's words; empty where one may. */
export function whyFull(limits: Limits, count: number, of: Counted = 'rows'): string {
  if (roomFor(limits, count) > 0) return '';
  const words = t.field.limits[of];
  if (limits.fixed) return words.fixed;
  return count > limits.most ? words.over(count, limits.most) : words.most(limits.most);
}

/** Why none may be removed, or what is missing yet; empty where one may. */
export function whyKept({ least, fixed }: Limits, count: number, of: Counted = 'rows'): string {
  const words = t.field.limits[of];
  if (fixed) return words.fixed;
  return count <= least && least > 0 ? words.least(least) : '';
}
