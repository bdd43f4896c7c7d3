import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** An entry of a map while it is edited: its name may be missing, or another's, until the person is done. */
export type Entry = { key: string; value: JsonValue };

export const entriesOf = (value: JsonValue | undefined): Entry[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, one]) => ({ key, value: one ?? '' }))
    : [];

/** What can be kept of them: the first entry of each name. */
export function mapOf(entries: Entry[]): { [key: string]: JsonValue } {
  const map: { [key: string]: JsonValue } = {};
  for (const { key, value } of entries) {
    if (fault(key) === null && !Object.hasOwn(map, key)) map[key] = value;
  }
  return map;
}

/** Why an entry is not kept: it has no name, or another had it before. */
export function faultOf(entries: Entry[], index: number): 'noKey' | 'sameKey' | null {
  const key = entries[index]?.key ?? '';
  const before = entries.findIndex((entry) => entry.key === key);
  return fault(key) ?? (before < index ? 'sameKey' : null);
}

const fault = (key: string): 'noKey' | null => (key.trim() === '' || key === '__proto__' ? 'noKey' : null);
