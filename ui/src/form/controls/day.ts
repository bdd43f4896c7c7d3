import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

export type DayPart = 'day' | 'month' | 'year';
export type DayParts = Record<DayPart, string>;

const HIDE: Record<DayPart, string> = { day: 'hideDay', month: 'hideMonth', year: 'hideYear' };

function order(attributes: Node['attributes']): DayPart[] {
  const all: DayPart[] =
    attributes['dayFirst'] === true ? ['day', 'month', 'year'] : ['month', 'day', 'year'];
  return all.filter((part) => attributes[HIDE[part]] !== true);
}

export function splitDay(attributes: Node['attributes'], value: JsonValue | undefined): DayParts {
  const parts: DayParts = { day: '', month: '', year: '' };
  const texts = typeof value === 'string' ? value.split('/') : [];
  order(attributes).forEach((part, index) => {
    const text = texts[index] ?? '';
    parts[part] = /^0+$/.test(text) ? '' : text;
  });
  return parts;
}

/** An empty part is zeroes, as form.io has it; nothing at all is an empty answer. */
export function joinDay(attributes: Node['attributes'], parts: DayParts): string {
  const used = order(attributes);
  if (used.every((part) => parts[part].trim() === '')) return '';
  return used.map((part) => parts[part].trim().padStart(part === 'year' ? 4 : 2, '0')).join('/');
}
