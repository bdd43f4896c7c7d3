import { plural } from './plural';
import type * as vi from './frame.vi';

/* Words of the frame around every screen and of what waits to be sent, English. */

export const common: typeof vi.common = {
  appName: 'Hồ Sơ',
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  saved: 'Saved.',
  open: 'View',
  saveAs: 'Download',
  savedTo: (path) => `File saved: ${path}`,
  remove: 'Delete',
  undo: 'Undo',
  restore: 'Restore',
  dismiss: 'Dismiss',
  more: (name) => `More actions: ${name}`,
  details: 'Details',
  code: (code) => `Code: ${code}`,
  required: 'required',
  optional: '(optional)',
  updatedAt: (when) => `Updated at ${when}`,
  never: 'Not updated yet',
  copy: 'Copy',
  copied: 'Copied.',
  back: 'Back',
  files: (count) => plural(count, 'file'),
  opensBrowser: 'opens in the browser',
  skip: 'Skip to content',
  failedTitle: 'This could not be loaded',
};

export const nav: typeof vi.nav = {
  label: 'Parts of the application',
  home: 'Home',
  procedures: 'Procedures',
  dossiers: 'Dossiers',
  lookup: 'Look up',
  vault: 'My papers',
  payments: 'Payments',
  settings: 'Settings',
  waiting: (count) => `${plural(count, 'thing')} to do`,
};

export const search: typeof vi.search = {
  label: 'Search everything',
  placeholder: 'Procedure, dossier, dossier code…',
  title: 'Search',
  hint: 'With or without Vietnamese accents.',
  procedures: 'Procedures',
  dossiers: 'Dossiers',
  none: (query) => `Nothing found for “${query}”.`,
  found: (count) => plural(count, 'result'),
};

export const chip: typeof vi.chip = {
  offline: 'Offline',
  online: 'Online',
  paused: 'Sending paused',
  busy: 'Sending',
  noPortal: 'On this computer',
  waiting: (count) => `${count} waiting`,
  title: 'Connection and queue',
  offlineLine: (count) =>
    count === 0
      ? 'Offline: everything works as usual, no dossier is waiting to be sent.'
      : `Offline: everything works as usual, ${plural(count, 'dossier')} waiting to be sent.`,
  onlineLine: 'Connected to the public-service portal.',
  otherVersion: 'Update needed',
  otherVersionLine:
    'The portal has moved to another version of the connection. Update the program; if it is the newest already, tell the portal. Every dossier is safe on this computer and waiting.',
  pausedLine: 'You paused sending. The dossiers are safe on this computer.',
  noPortalLine: 'No public-service portal is set up. Everything is kept on this computer.',
  safe: 'Everything you typed is encrypted and saved on this computer.',
  empty: 'No dossier is waiting to be sent.',
  sendNow: 'Send now',
  sendThis: 'Send files now',
  checkNow: 'Check the connection',
  pause: 'Pause sending',
  resume: 'Resume sending',
  retry: 'Send this dossier again',
  signIn: 'Sign in to send',
  progress: (name, part) => `${name}: ${part}% sent`,
  clock: (minutes) =>
    `The clock of this computer differs from the portal’s by about ${plural(minutes, 'minute')}. Please correct it.`,
  revision: (revision) => `Supplement ${revision - 1}`,
};

export const stage: typeof vi.stage = {
  sealed: 'Sealed, waiting to be sent',
  uploading: 'Sending files',
  submitting: 'Submitting',
  accepted: 'Received by the portal',
  needsFix: 'Needs a correction by you',
  outcomeUnknown: 'Asking the portal whether it arrived',
  quarantined: 'Stopped, needs your attention',
  givenUp: 'Given up',
};

export const trouble: typeof vi.trouble = {
  said: (words: string) => `The portal says: “${words}”`,
};

export const wait: typeof vi.wait = {
  offline: 'Waiting for a connection. It will be sent automatically once there is one.',
  signedOut: 'Waiting for you to sign in to the portal.',
  paused: 'You paused sending.',
  backoff: 'The last attempt failed. It will be tried again automatically.',
  portalBusy: 'The portal is busy. It will be tried again automatically.',
  hours: 'The files are waiting for the hours you set for sending.',
  metered: 'This network is charged by volume, so the files are waiting for another one.',
  unsigned:
    'The portal’s receipt does not carry a valid signature, so it does not count. The portal will be asked again automatically.',
  otherVersion:
    'The portal has moved to another version of the connection. The dossier is safe on this computer and is waiting. Update the program; if it is the newest already, tell the portal.',
  changed: 'Something has changed since it was sealed. Waiting for your decision.',
  confirm: 'Waiting for the confirmation code.',
  pay: 'Waiting for the fee to be paid.',
  other: 'Waiting.',
  until: (when) => `Next attempt at ${when}.`,
  opens: (when) => `Sending starts at ${when}.`,
};

export const account: typeof vi.account = {
  menu: 'Account',
  signedIn: (name) => `Signed in to the portal: ${name}`,
  signedOut: 'Not signed in to the portal',
  signingIn: 'Waiting for you to sign in in the browser…',
  expired: 'The session has ended. Sign in again to continue sending.',
  noPortal: 'No portal set up',
  signIn: 'Sign in',
  signInHint: 'The browser opens the sign-in page of the portal.',
  cancel: 'Stop signing in',
  signOut: 'Sign out of the portal',
  lock: 'Lock the application',
  profile: 'My profile',
  other: (account, own) =>
    `The browser is signed in with the account of ${account}, not of ${own}. Nothing here has been sent under that name.`,
  otherHint: (own) => `Sign out of the portal in the browser, then sign in again with the account of ${own}.`,
  otherTakeHint: 'If this is in fact your account, you can use it for the profile that is open.',
  otherTake: 'Use this account',
  otherAgain: 'Sign in again',
  otherNobody: 'somebody else',
  openedBrowser: 'The sign-in page was opened in the browser. Come back here when you are done.',
};

/** What is asked when the window is closed too early, English. */
export const closing: typeof vi.closing = {
  title: 'Something is not saved yet',
  body: 'What you typed last could not be written to this computer. If you close now, that part is lost. Stay, and the program goes on trying to save it.',
  action: 'Close',
  cancel: 'Stay',
};
