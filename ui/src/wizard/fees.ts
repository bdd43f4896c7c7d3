import { t } from '@/lib/i18n/index.svelte';
import { portal } from '@/lib/portal.svelte';
import type { Draft } from './draft.svelte';

/** Something is to be paid, or will be. A supplement leaves the fee where it is. */
const owes = (draft: Draft): boolean =>
  draft.info.supplement === null && (draft.fee.total > 0 || draft.fee.announced);

/** The person chooses how to pay. */
export const asksPay = (draft: Draft): boolean => owes(draft) && portal.payWays.length > 1;

/** The one way to pay that the portal's guide names is told, where money is owed. */
export const tellsWay = (draft: Draft): boolean => owes(draft) && portal.onlyWay !== null;

/** The account that the money goes to is shown. */
export const tellsReceiver = (draft: Draft): boolean =>
  owes(draft) && draft.handover.pay === 'online' && portal.receiver !== null;

/** The fee waits for the one-stop desk. */
export const paysAtDesk = (draft: Draft): boolean => owes(draft) && draft.handover.pay === 'atDesk';

/** Money is wanted online, and it is known how much; what the agency announces comes later. */
export const paysOnline = (draft: Draft): boolean =>
  owes(draft) && draft.fee.total > 0 && draft.handover.pay === 'online';

/** When the fee of this submission is paid, by the portal's own order; empty where nothing is. */
export function whenPaid(draft: Draft): string {
  if (!owes(draft)) return '';
  if (paysAtDesk(draft)) return t.fees.atDeskHint;
  const profile = portal.profile;
  if (!profile) return t.fees.later;
  return t.portal.when[paysOnline(draft) ? profile.payment : 'afterSubmit'];
}
