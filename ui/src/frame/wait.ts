import { t } from '@/lib/i18n/index.svelte';

/** Why a dossier waits, in words. */
export function waitWords(code: string): string {
  const words: Record<string, unknown> = t.wait;
  const found = words[code];
  return typeof found === 'string' ? found : t.wait.other;
}
