import type { before as beforeWords, handover as handoverWords, lookup as words } from './life.vi';

/** Words of *Tra cứu hồ sơ*, English. */
export const lookup: typeof words = {
  title: 'Look up a dossier',
  lead: 'See which step a dossier is at and who is handling it. Its code is enough; you need not sign in.',
  code: 'Dossier code',
  hint: 'Printed on the receipt, for example 000.00.19.H34-230509-0001.',
  missing: 'Enter the dossier code.',
  notACode: 'This is not a dossier code. Compare it with the receipt and enter it again.',
  ask: 'Search',
  asking: 'Asking the portal…',
  offline: 'You are offline: looking up needs a connection. The code you enter is kept.',
  result: 'Result',
  waiting:
    'The portal could not be asked yet. The code is kept; this page asks automatically once there is a connection.',
  later: 'The code is kept; this page will ask again automatically.',
  keptCode: 'The code is kept.',
  wait: {
    offline: 'The portal cannot be reached.',
    noAnswer: 'The portal has not answered yet.',
    portalBusy: 'The portal is busy.',
    fault: 'The portal has a problem.',
    signIn: 'This portal answers only those who are signed in. Look up the code on the portal’s own page.',
    refused: 'The portal does not allow this code to be looked up.',
    backoff: 'The portal answered in an unexpected way.',
  },
  stale: (when: string) => `Below is what was known at ${when}.`,
  unknown: 'The portal has no dossier with this code.',
  unknownHint:
    'Compare it with the receipt, digit by digit. A dossier submitted on another portal is looked up there.',
  here: 'This dossier is on your computer.',
  open: 'Open this dossier',
  office: 'Handling agency',
  submitted: 'Submitted on',
  recent: 'Looked up before',
  none: 'No code has been looked up yet.',
  noneHint: 'Codes that you have looked up are kept here.',
  again: (code: string) => `Look up ${code} again`,
  forget: (code: string) => `Remove ${code} from the list`,
  forgetAll: 'Clear the list',
  forgotten: (code: string) => `${code} was removed from the list.`,
  state: { waiting: 'Waiting for a connection', unknown: 'No such code' },
  search: 'Look up on the portal',
  onPortal: (code: string) => `Look up the dossier code ${code}`,
  onPortalHint: 'Ask the portal which step the dossier with this code is at',
};

/** Words of what a portal wants before it takes a dossier, English. */
export const before: typeof beforeWords = {
  codeState: 'The dossier is at the portal, which is waiting for your confirmation code.',
  codeTitle: 'The portal needs a confirmation code',
  codeSent: (where: string) =>
    `The portal has sent a confirmation code (${where}). Enter it so that the portal accepts the dossier.`,
  code: 'Confirmation code',
  codeMissing: 'Enter the confirmation code.',
  confirm: 'Confirm',
  again: 'Send a new code',
  sentAgain: 'The portal has sent a new code.',
  telling: 'Sending to the portal…',
  kept: 'Saved on this computer; it will be sent to the portal when there is a connection.',
  payState: 'The dossier is at the portal, which is waiting for the fee.',
  payTitle: 'Pay the fee before the portal accepts the dossier',
  payLead: 'This portal accepts a dossier only once the fee is paid. It is then sent on automatically.',
};

/** Words of how papers and news travel, English. */
export const handover: typeof handoverWords = {
  receiver: 'Recipient’s name',
  sender: 'Sender’s name',
  phone: 'Phone number',
  street: 'House number, street, village',
  commune: 'Commune, ward or special zone',
  communeHint: 'Type its name; the province follows. Names from before July 2025 are found too.',
  agency: 'Receiving agency',
  agencyMissing: 'Not chosen yet',
  agencyHint:
    'The dossier is sent to this agency. Type its name, with or without marks; names from before July 2025 are found too.',
  agencyCheck: 'This agency was suggested; you have not chosen it yet',
  agencyFrom: { profile: 'From the address in your profile.', earlier: 'From your last choice.' },
  agencyCheckHint:
    'Please check it: a dossier sent to the wrong agency is returned and has to be submitted again.',
  agencyRight: 'It is the right one',
  originals: 'Originals',
  originalsHint:
    'Only needed where the procedure requires originals on paper. If not chosen, you bring them to the one-stop desk.',
  originalsFee: 'The sender pays the postage.',
  from: 'Address where the post collects the originals',
  byHand: 'Brought to the one-stop desk when asked for',
  notices: 'Notices',
  noticesHint:
    'The portal tells you when the dossier is accepted, needs a supplement or has a result; only in the ways you choose.',
  notice: { sms: 'By SMS', email: 'By e-mail', zalo: 'By Zalo' },
  where: { sms: 'Phone number for SMS', email: 'E-mail address', zalo: 'Phone number used with Zalo' },
  none: 'No notices',
  sendOriginals: 'Send the originals by post',
  sendOriginalsHint: (code: string) =>
    `You chose to send the originals by post. Write the dossier code ${code} on the envelope; the post collects them at:`,
  label: 'Label for the envelope',
  labelPrint: 'Print the label',
  labelSave: 'Save the label as PDF',
  labelSaved: 'The label was saved.',
};
