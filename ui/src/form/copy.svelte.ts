import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** An answer as plain data, free of the page's reactivity, to send or to build a new answer from. */
export function plainCopy<T extends JsonValue>(value: T): T {
  return $state.snapshot(value as unknown) as T;
}
