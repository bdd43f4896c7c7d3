import type { RuleResult } from '@/lib/bindings/RuleResult';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { t } from '@/lib/i18n/index.svelte';

/** An answer or a property as JSON, on one line as far as it goes. */
export function asText(value: JsonValue | undefined): string {
  return value === undefined || value === null ? t.inspector.none : JSON.stringify(value);
}

export function resultText(result: RuleResult): string {
  switch (result.is) {
    case 'shown':
      return t.inspector.shown;
    case 'hidden':
      return t.inspector.hidden;
    case 'answer':
      return asText(result.value);
    case 'properties':
      return Object.keys(result.value).length > 0 ? asText(result.value) : t.inspector.unchanged;
    case 'unknown':
      return '';
  }
}
