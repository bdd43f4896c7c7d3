import type { before as beforeWords, handover as handoverWords, lookup as words } from './life.vi';

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
  later: 'The code is kept; this page asks again by itself.',
  keptCode: 'The code is kept.',
  wait: {
    offline: 'The portal can’t be reached.',
    noAnswer: 'The portal has not answered yet.',
    portalBusy: 'The portal is busy.',
    fault: 'The portal has a fault.',
    signIn: 'This portal answers only those who are signed in. Look the code up on its own page.',
    refused: 'The portal does not let this code be looked up.',
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

/** Words of how papers and news travel, English. */
export const handover: typeof handoverWords = {
  receiver: 'Name of who receives it',
  sender: 'Name of who sends them',
  phone: 'Telephone',
  street: 'House number, street, village',
  commune: 'Commune or ward',
  communeHint: 'Type its name; the province follows. Names of before July 2025 are found too.',
  originals: 'Originals',
  originalsHint:
    'Only where the procedure wants originals on paper. Otherwise you bring them to the one-stop desk.',
  originalsFee: 'Whoever sends pays the postage.',
  from: 'Where the post collects the originals',
  byHand: 'Brought to the one-stop desk when asked for',
  notices: 'Notices',
  noticesHint:
    'The portal tells when the dossier is received, wants a supplement, has its result; only in the ways you choose.',
  notice: { sms: 'By SMS', email: 'By e-mail', zalo: 'By Zalo' },
  where: { sms: 'Telephone for SMS', email: 'E-mail address', zalo: 'Telephone used with Zalo' },
  none: 'No notices',
  sendOriginals: 'Send the originals by post',
  sendOriginalsHint: (code: string) =>
    `You chose to send the originals by post. Write the dossier code ${code} on the envelope; the post collects them at:`,
};
