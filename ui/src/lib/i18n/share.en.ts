import { plural } from './plural';
import type { share as words, shareErrors as errors } from './share.vi';

/** At the head of a sentence. */
const first = (desktop: string) => `${desktop}`.replace(/^./u, (letter) => letter.toUpperCase());

/** Words of drafts shared between a person's computers, English. */
export const share: typeof words = {
  title: 'My computers',
  hint: 'A draft that you choose to share is encrypted here before it goes to the portal. Only the computers in the list below can open it; the portal cannot read it.',
  code: 'This computer’s code, for sharing drafts',
  codeHint: 'Copy this code to the other computer, and the other one’s code here. It is not a secret.',
  copy: 'Copy the code',
  copied: 'This computer’s code was copied.',
  fingerprint: 'Fingerprint of this computer’s key',
  none: 'No other computer yet.',
  list: 'My other computers',
  add: 'Add another computer',
  name: 'Name of the computer',
  nameHint: 'For example: At the office',
  otherCode: 'The other computer’s code',
  otherCodeHint: 'It begins with “hoso-may:”; see that computer’s settings.',
  addDo: 'Add',
  added: (name) => `“${name}” was added. Compare the fingerprint with that computer to be sure.`,
  remove: (name) => `Remove “${name}”`,
  removeTitle: 'Remove this computer from the list?',
  removeBody: (name) =>
    `From now on “${name}” cannot open shared drafts. What it has already received stays there.`,
  removeDo: 'Remove',
  notKept: 'The portal has not said yet whether it keeps drafts between computers. Connect to it once.',
  notKeeping: 'This portal does not keep drafts between computers, so it cannot be shared.',

  start: 'Share the draft through the portal',
  started: 'The draft will appear on your other computers once there is a connection.',
  stop: 'Stop sharing the draft',
  stopTitle: 'Stop sharing this draft?',
  stopBody: 'The draft stays on this computer. On the other computers it is moved to the trash.',
  stopped: 'It is no longer shared. The draft stays on this computer.',
  aloneTitle: 'There is no computer to share with yet',
  aloneBody:
    'First introduce the two computers to each other: copy each one’s code to the other, in the settings.',
  aloneDo: 'Open the settings',
  takeOver: 'Continue on this computer',
  takenOver: 'From now on the draft is edited on this computer. The other one can only view it.',
  heldTitle: 'The draft is open on another computer',
  heldBody: (desktop) =>
    `${first(desktop)} has this draft open. If you continue here, that computer can only view it. What was typed there and not yet sent to the portal is not lost: it is kept there as a separate draft.`,
  copyOwn: 'Make a separate copy here',
  copiedOwn: 'A separate copy was made. It is not shared and can be edited at once.',
  named: (name) => `“${name}”`,
  another: 'another computer of yours',

  readerTitle: 'Read-only: this draft is being edited on another computer',
  reader: (desktop) => `${first(desktop)} shares this draft and is editing it.`,
  readerOpen: (desktop) =>
    `${first(desktop)} has this draft open. What is typed there appears here little by little.`,
  files: (names) =>
    `Attached files do not travel with the draft and are still on the other computer: ${names}. If you continue here, attach them again.`,
  apartTitle: 'Kept on this computer',
  apart: (desktop, time) =>
    `At ${time} ${desktop} continued the shared draft before everything typed here had been sent. All of that is in this draft. The shared draft is listed separately.`,
  apartEnded: (time) =>
    `At ${time} the draft stopped being shared, when this computer could not be sure that the other one had everything typed here. All of it is in this draft. If the dossier was sent meanwhile, compare before you use this.`,
  lost: 'Another computer has just continued this draft, so what you typed last could not be saved into it. Keep it in a separate draft.',
  rescue: 'Keep what you typed in a separate draft',
  rescued: 'What you typed last is in this separate draft.',

  row: {
    writer: 'Shared',
    waiting: 'Shared, waiting to be sent',
    trouble: (said) =>
      `Shared, could not be sent to the portal, will be tried again.${said ? ` The portal says: ${said}` : ''}`,
    reader: (desktop) => `From ${desktop}, read-only`,
    apart: 'Kept on this computer',
  },
  notForUs: (count) =>
    `${plural(count, 'draft')} shared by another computer, but not for this one yet. Add this computer’s code in that one’s settings.`,
  strangers: (count) =>
    `${plural(count, 'draft')} shared by a computer that is not known here. If it is yours, add its code in the settings.`,
  broken: (count) =>
    `${plural(count, 'draft')} not accepted: what the portal has is not what the other computer sent. Open that computer to send it again.`,
};

/** Why something with a shared draft could not be done. */
export const shareErrors: typeof errors = {
  'draft.held': 'This draft is being edited on another of your computers, so it is read-only here.',
  'share.alone': 'There is no other computer to share with yet. Add one in the settings.',
  'share.portal': share.notKeeping,
  'share.supplement':
    'A supplement belongs to its dossier, which the other computers see anyway; it need not be shared.',
  'share.none': 'This draft is no longer shared.',
  'share.held': 'The draft is open on another computer.',
  'share.behind': 'Not everything that was typed there has arrived yet. Try again in a few seconds.',
  'share.stranger':
    'A computer that is not known here wrote the newest version, so it can’t be opened here. If it is yours, add its code in the settings under My computers, and try again.',
  'share.not_for_us':
    'The newest version is not meant for this computer yet, so it can’t be opened here. Add this computer’s code in the settings of the one that writes, and try again.',
  'share.broken':
    'The newest version at the portal is not as the other computer sent it, so it can’t be opened. Open that computer to send it again, and try again.',
  'desktop.itself': 'This is the code of this computer itself. Copy the other computer’s code.',
  'desktop.name': 'Give the computer a name of at most 60 characters. At most 20 computers.',
};
