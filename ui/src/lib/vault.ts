import { t } from './i18n/index.svelte';

/** The kinds of paper that one can choose. */
export const KINDS = [
  'identity',
  'birth',
  'marriage',
  'residence',
  'education',
  'business',
  'land',
  'other',
] as const;

export function kindWords(kind: string): string {
  const words: Record<string, string | undefined> = t.vault.kinds;
  return words[kind] ?? (kind || t.vault.kinds.other);
}
