import type { PaperInfo } from './bindings/PaperInfo';
import { showDay } from './format';
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

/** What is known of a paper, on one line; empty when nothing is. */
export function saidOf({ fields }: PaperInfo): string {
  const { name, number, birthDate, sex, issuedOn, address } = fields;
  return [name, number, showDay(birthDate), sex, showDay(issuedOn), address].filter(Boolean).join(' · ');
}
