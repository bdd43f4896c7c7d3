import { t } from '@/lib/i18n/index.svelte';

function words(of: Record<string, unknown>, code: string): string {
  const found = of[code];
  return typeof found === 'string' ? found : t.wait.other;
}

/** Why a dossier waits, in words. */
export const waitWords = (code: string): string => words(t.wait, code);

/** Why a payment could not be asked about, in words. */
export const payWaitWords = (code: string): string => words(t.payment.wait, code);
