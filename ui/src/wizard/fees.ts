import { portal } from '@/lib/portal.svelte';
import type { Draft } from './draft.svelte';

/** Something is to be paid, or will be. A supplement leaves the fee where it is. */
const owes = (draft: Draft): boolean =>
  draft.info.supplement === null && (draft.fee.total > 0 || draft.fee.announced);

/** The person chooses how to pay. */
export const asksPay = (draft: Draft): boolean => owes(draft) && portal.payWays.length > 1;

/** The fee waits for the one-stop desk. */
export const paysAtDesk = (draft: Draft): boolean => owes(draft) && draft.handover.pay === 'atDesk';

/** Money is wanted online. */
export const paysOnline = (draft: Draft): boolean => owes(draft) && draft.handover.pay === 'online';
