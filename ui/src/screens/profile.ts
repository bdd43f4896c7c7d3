import type { ProfileDetails } from '@/lib/bindings/ProfileDetails';
import { wrongFields } from '@/lib/errors';
import { parseDay } from '@/lib/format';
import { t } from '@/lib/i18n/index.svelte';
import { errorView, ipc } from '@/lib/ipc';
import type { SummaryLine } from '@/parts/ErrorSummary.svelte';

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

/** As they stand on the page. */
const ORDER = 'name identity birthDate phone email province commune address pin again'.split(' ');

/** What is wrong, in the order of the page, each with the way there. */
export const summary = (wrong: Record<string, string>): SummaryLine[] =>
  Object.entries(wrong)
    .sort(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other))
    .map(([field, message]) => ({ id: `profile-${field}`, message }));

/** All that is wrong with the details, so that a number copied wrong is told together with what is missing. */
export async function wrongDetails(typed: ProfileDetails): Promise<Record<string, string>> {
  try {
    await ipc.profileCheck(kept(typed));
  } catch (thrown) {
    const error = errorView(thrown);
    if (error.code === 'profile.invalid') return { ...wrongFields(error), ...wrongDay(typed) };
  }
  return wrongDay(typed);
}
