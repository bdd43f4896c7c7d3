import type { before as beforeWords, lookup as words } from './life.vi';

/** Words of *Tra cứu hồ sơ*, English. */
export const lookup: typeof words = {
  title: 'Look a dossier up',
  lead: 'See which step a dossier is at and who handles it. Its code is enough; nobody need be signed in.',
  code: 'Dossier code',
  hint: 'Printed on the receipt, for example 000.00.19.H34-230509-0001.',
  missing: 'Type the dossier code.',
  notACode: 'That is no dossier code. Compare it with the receipt and type it again.',
  ask: 'Search',
  asking: 'Asking the portal…',
  offline: 'Offline: looking up needs a network. The code you type is kept.',
  result: 'What was found',
  waiting: 'The portal could not be asked yet. The code is kept; with a network this page asks by itself.',
  wait: {
    offline: 'The portal can’t be reached.',
    portalBusy: 'The portal is busy.',
    backoff: 'The portal answered in an unexpected way.',
  },
  stale: (when: string) => `Below is what was known at ${when}.`,
  unknown: 'The portal has no dossier of that code.',
  unknownHint:
    'Compare it with the receipt, digit by digit. One handed in at another portal is looked up there.',
  here: 'This dossier is on your computer.',
  open: 'Open this dossier',
  office: 'Office that handles it',
  submitted: 'Handed in',
  recent: 'Looked up before',
  none: 'Nothing was looked up yet.',
  noneHint: 'Codes that you looked up are kept here.',
  again: (code: string) => `Look ${code} up again`,
  forget: (code: string) => `Remove ${code} from the list`,
  forgetAll: 'Clear the list',
  forgotten: (code: string) => `${code} was removed from the list.`,
  state: { waiting: 'Waits for a network', unknown: 'No such code' },
  search: 'Look up at the portal',
  onPortal: (code: string) => `Look up the dossier code ${code}`,
  onPortalHint: 'Ask the portal which step the dossier of this code is at',
};

/** Words of what a portal wants before it takes a dossier, English. */
export const before: typeof beforeWords = {
  codeTitle: 'The portal wants a confirmation code',
  codeSent: (where: string) =>
    `The portal has sent a confirmation code (${where}). Type it, and the dossier is taken.`,
  code: 'Confirmation code',
  codeMissing: 'Type the confirmation code.',
  confirm: 'Confirm',
  again: 'Send a new code',
  sentAgain: 'The portal has sent a new code.',
  telling: 'Telling the portal…',
  kept: 'Kept on this computer; the portal is told when there is a network.',
  payTitle: 'Pay the fee before the portal takes the dossier',
  payLead: 'This portal takes a dossier only once the fee is paid. Then it is sent on by itself.',
};
