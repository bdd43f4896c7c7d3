import type { share as words, shareErrors as errors } from './share.vi';

/** At the head of a sentence. */
const first = (desktop: string) => `${desktop}`.replace(/^./u, (letter) => letter.toUpperCase());

/** Words of drafts shared between a person's computers, English. */
export const share: typeof words = {
  title: 'My computers',
  hint: 'A draft that you choose to share is encrypted here before it goes to the portal. Only the computers in the list below can open it; the portal can’t read it.',
  code: 'This computer’s code',
  codeHint: 'Copy this code to the other computer, and the other one’s code here. It is no secret.',
  copy: 'Copy the code',
  copied: 'This computer’s code was copied.',
  fingerprint: 'Fingerprint of this computer’s key',
  none: 'No other computer yet.',
  list: 'My other computers',
  add: 'Add another computer',
  name: 'Name of the computer',
  nameHint: 'For example: At the office',
  otherCode: 'The other computer’s code',
  otherCodeHint: 'It begins with “hoso-may:” and stands in that computer’s settings.',
  addDo: 'Add',
  added: (name) => `“${name}” was added. Compare the fingerprint with that computer to be sure.`,
  remove: (name) => `Remove “${name}”`,
  removeTitle: 'Remove this computer from the list?',
  removeBody: (name) => `From now on “${name}” can’t open shared drafts. What it has received stays there.`,
  removeDo: 'Remove',
  notKept: 'The portal has not said yet whether it keeps drafts between computers. Connect to it once.',

  start: 'Share the draft through the portal',
  started: 'The draft will be there on your other computers once there is a network.',
  stop: 'Stop sharing the draft',
  stopTitle: 'Stop sharing this draft?',
  stopBody: 'The draft stays here. On the other computers it goes to the trash.',
  stopped: 'It is shared no more. The draft stays here.',
  aloneTitle: 'There is no computer to share with yet',
  aloneBody:
    'First let the two computers know each other: copy each one’s code to the other, in the settings.',
  aloneDo: 'Open the settings',
  takeOver: 'Go on writing here',
  takenOver: 'From now on the draft is written here. The other computer can only read it.',
  heldTitle: 'The draft is open at another computer',
  heldBody: (desktop) =>
    `${first(desktop)} has this draft open. If you go on here, that computer can only read it. What was typed there and not sent to the portal is not lost: it is kept there as a draft of its own.`,
  copyOwn: 'Make a draft of its own here',
  copiedOwn: 'A draft of its own was made. It is not shared and can be written at once.',
  named: (name) => `“${name}”`,
  another: 'another computer of yours',

  readerTitle: 'To be read only: another computer writes this draft',
  reader: (desktop) => `${first(desktop)} shares this draft and writes it.`,
  readerOpen: (desktop) =>
    `${first(desktop)} has this draft open. What is typed there appears here little by little.`,
  files: (names) =>
    `Attached files don’t travel with the draft and are at the other computer still: ${names}. If you go on here, attach them again.`,
  apartTitle: 'Kept at this computer',
  apart: (desktop, time) =>
    `At ${time} ${desktop} went on with the shared draft, before everything typed here had been sent. All of that is in this draft. The shared one stands by itself in the list.`,
  apartEnded: (time) =>
    `At ${time} the draft stopped being shared, when this computer could not be sure that the other one had everything typed here. All of it is in this draft. If the dossier was sent meanwhile, compare before you use this.`,
  lost: 'Another computer has just gone on with this draft, so the last words could not be put into it. Keep them in a draft of its own.',
  rescue: 'Keep the last words in a draft of its own',
  rescued: 'The last words are in this draft of its own.',

  row: {
    writer: 'Shared',
    waiting: 'Shared, not all sent yet',
    trouble: 'Shared, could not be sent to the portal',
    reader: (desktop) => `From ${desktop}, to be read`,
    apart: 'Kept at this computer',
  },
  notForUs: (count) =>
    `${count} drafts that another computer shares are not meant for this one yet. Add this computer’s code in that one’s settings.`,
  strangers: (count) =>
    `${count} drafts are from a computer that is not known here. If it is yours, add its code in the settings.`,
  broken: (count) =>
    `${count} drafts at the portal are not as the other computer sent them, and were not taken. Open that computer to send them again.`,
};

/** Why something with a shared draft could not be done. */
export const shareErrors: typeof errors = {
  'draft.held': 'Another computer of yours writes this draft, so it can only be read here.',
  'share.alone': 'There is no other computer to share with yet. Add one in the settings.',
  'share.portal': 'This portal keeps no drafts between computers, so it can’t be shared.',
  'share.supplement':
    'A supplement belongs to its dossier, which the other computers see by themselves; it needn’t be shared.',
  'share.none': 'This draft is shared no more.',
  'share.held': 'The draft is open at another computer.',
  'share.behind': 'Not everything that was typed there has come yet. Try again in a few seconds.',
  'desktop.itself': 'This is the code of this very computer. Copy the other one’s.',
  'desktop.name': 'Give the computer a name of at most 60 characters. There may be 20 of them.',
};
