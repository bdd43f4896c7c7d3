import { plural } from './plural';
import type * as vi from './settings.vi';

/* Words of the settings, and of what a portal wants and gives, English. */

export const portal: typeof vi.portal = {
  profile: 'Following the steps of',
  steps: 'Steps',
  payment: 'Fees',
  limit: 'Maximum file size',
  cannot: 'Not offered by this portal',
  capability: {
    withdraw: 'withdrawing',
    rate: 'rating',
    pay: 'online payment',
    stick: 'receiving dossiers on a USB stick',
    lookUp: 'look-up by code',
    sharedDrafts: 'keeping drafts shared between computers',
    editAccount: 'changing personal details',
  },
  when: {
    beforeSubmit:
      'This portal collects the fee before it accepts a dossier: after sealing, you pay on the dossier’s page, then it is sent on automatically.',
    withSubmit:
      'This portal collects the fee together with the dossier: after sealing, you pay on the dossier’s page, then it is sent on automatically.',
    afterSubmit: 'Fees are paid after the dossier has been accepted.',
  },
  code: 'The portal sends a confirmation code to your phone; once you enter it on the dossier’s page, the portal accepts the dossier. Without a connection the dossier is still sealed, and waits.',
};

export const receipt: typeof vi.receipt = {
  signed: 'The receipt carries the portal’s signature, which has been verified.',
  unsigned: 'The portal has not signed this receipt.',
  audited: (when) => `Last compared with the portal: ${when}.`,
  doubt: 'The receipt does not match',
  portalSigns:
    'The portal signs its receipts. The application verifies the signature and compares with the portal every week.',
  portalSignsNot: 'This portal does not sign its online receipts.',
};

export const sending: typeof vi.sending = {
  title: 'Sending files to the portal',
  hint: 'Applies to the files of a dossier, including the exported form. Confirmation codes, payments and withdrawals are just a few KB and always sent at once; papers from the portal are always received. On a slow line, the dossier with the least left to send goes first.',
  anytime: 'Send at any time',
  within: 'Send only within these hours',
  from: 'From',
  to: 'To',
  sameHours: 'The start and end times must differ.',
  spare: 'Wait for another network while this one is charged by volume',
  always: 'Treat this computer’s network as charged by volume',
  metered: 'The system reports that the current network is charged by volume.',
  limit: 'Maximum sending speed',
  noLimit: 'No limit',
  pace: (kilobytes) => `${kilobytes} KB per second`,
};

export const settings: typeof vi.settings = {
  title: 'Settings',
  look: 'Appearance',
  language: 'Language',
  vi: 'Tiếng Việt',
  en: 'English',
  theme: 'Colours',
  themes: { system: 'Same as the system', light: 'Light', dark: 'Dark' },
  layout: 'Layout of forms',
  layouts: {
    own: 'Depending on the kind of profile',
    roomy: 'Roomy: one question below the other',
    dense: 'Dense: questions side by side, for people who handle many dossiers',
  },
  zoom: 'Text size',
  zoomValue: (percent) => `${percent}%`,
  larger: 'Larger text',
  smaller: 'Smaller text',
  safety: 'Safety',
  autoLock: 'Lock when not used',
  minutes: (count) => (count === 0 ? 'Never' : `After ${plural(count, 'minute')}`),
  sendLocked: 'Keep sending dossiers when it locks by itself',
  sendLockedHint:
    'The screen is locked, and dossiers that wait are sent until all are, even if the network comes back days later. On a shared computer, better untick this: then locking by itself closes everything. Locking it yourself always does.',
  pinTitle: 'Change the PIN',
  pinOld: 'Current PIN',
  pinNew: 'New PIN',
  pinAgain: 'Repeat the new PIN',
  pinDo: 'Change the PIN',
  pinDone: 'The PIN was changed.',
  scan: 'Scan folder',
  scanHint: 'New scans in this folder are offered when you add files to a dossier.',
  scanNone: 'No folder is chosen.',
  scanChoose: 'Choose a folder',
  scanChange: 'Choose another folder',
  scanStop: 'Stop watching',
  sticks: 'Dossiers on a USB stick',
  stick: {
    hint: 'A dossier that was sealed on another of your computers can be imported here, then followed and supplemented here.',
    recipient: 'Code of this computer, so that others can export dossiers to it',
    notTold: 'The portal does not know this computer’s signing key yet. Please sign in to the portal once.',
    taken: 'The dossier was imported.',
    known: 'This dossier is already here.',
    trust: 'Trust the computer that made this file?',
    compare: (fingerprint: string) =>
      `The file is signed with the key ${fingerprint}. Compare it with “Fingerprint” in that computer’s settings. If they match, choose the file again.`,
    trustDo: 'They match, choose the file again',
  },
  profile: 'My profile',
  profileSave: 'Update',
  about: 'About',
  version: (version) => `Hồ Sơ, version ${version}`,
  portal: 'Public-service portal',
  noPortal: 'Not set up',
};
