import type { ProfileDetails } from '@/lib/bindings/ProfileDetails';
import { parseDay } from '@/lib/format';
import { t } from '@/lib/i18n/index.svelte';

/** Details as they are typed, in the core's writing of a day. */
export const kept = (typed: ProfileDetails): ProfileDetails => ({
  ...typed,
  birthDate: parseDay(typed.birthDate) ?? '',
});

/** A day that can't be read would not reach the core. */
export function wrongDay(typed: ProfileDetails): Record<string, string> {
  const unread = typed.birthDate.trim() !== '' && parseDay(typed.birthDate) === null;
  return unread ? { birthDate: t.first.birthWrong } : {};
}
