import type { ErrorView } from './bindings/ErrorView';
import { size, type Language } from './format';
import { language, t } from './i18n/index.svelte';

/** The words for an error; facts that help to act come along. */
export function wordError(error: ErrorView): string {
  const codes: Record<string, string | undefined> = t.errors.codes;
  const words = codes[error.code] ?? t.errors.fallback;
  const name = error.fields['name'];
  const limit = Number(error.fields['limit']);
  const facts = [
    name && `“${name}”`,
    error.code === 'attachment.too_large' && limit > 0 && `≤ ${size(limit, language.current as Language)}`,
    error.code === 'template.character' && error.fields['path'],
    error.fields['accept'],
    error.fields['detail'],
  ].filter(Boolean);
  return facts.length > 0 ? `${words} (${facts.join(', ')})` : words;
}

/** The code and the technical words, to show under *Chi tiết*. */
export function errorDetail(error: ErrorView): string {
  const facts = Object.entries(error.fields).map(([name, value]) => `${name}: ${value}`);
  return [error.code, error.message, ...facts].filter(Boolean).join(' · ');
}

/** What is wrong with each field of a person or a paper, in words. */
export function wrongFields(error: ErrorView): Record<string, string> {
  const codes: Record<string, string | undefined> = t.wrong;
  return Object.fromEntries(
    Object.entries(error.fields).map(([field, code]) => [field, codes[String(code)] ?? t.wrong.other]),
  );
}
