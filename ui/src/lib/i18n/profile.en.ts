import { plural } from './plural';
import type * as vi from './profile.vi';

/* Words of the person’s profile, its lock, and what is wrong with its details, English. */

export const first: typeof vi.first = {
  title: 'Welcome to Hồ Sơ',
  lead: 'Fill in forms, submit dossiers and follow them, even without a connection. First, create a profile on this computer.',
  kindLabel: 'You use the application as',
  who: 'About you',
  whoHint: 'Used to fill in forms for you. It stays on this computer.',
  where: 'Where you live',
  whereOrg: 'Head office',
  protect: 'PIN that locks the application',
  pin: 'PIN or password',
  pinHint: 'At least 6 characters. Nobody can recover it, not even us: please remember it.',
  pinAgain: 'Repeat the PIN',
  keyring: 'Unlock with the keyring of this computer',
  keyringHint: 'Anyone who can sign in to this computer can then open the profile.',
  create: 'Create the profile',
  creating: 'Creating and encrypting…',
  another: 'Create another profile',
  label: 'Name on the lock screen',
  labelHint: 'For example: Family, Office. This name is not encrypted.',
  pinShort: 'The PIN needs at least 6 characters.',
  pinDiffers: 'The two PINs do not match.',
  nameMissing: 'Please enter the full name.',
  orgNameMissing: 'Please enter the name of the organisation.',
  identityMissing: 'Please enter the citizen ID number.',
  taxMissing: 'Please enter the tax code.',
  birthWrong: 'The date of birth is written day/month/year, for example 05/09/1990.',
};

export const person: typeof vi.person = {
  citizen: 'Citizen',
  organisation: 'Organisation, enterprise',
  name: 'Full name',
  orgName: 'Name of the organisation',
  identity: 'Citizen ID number (CCCD)',
  taxCode: 'Tax code',
  birthDate: 'Date of birth',
  dateHint: 'Day/month/year, for example 05/09/1990',
  phone: 'Phone number',
  email: 'E-mail',
  province: 'Province or city',
  commune: 'Commune, ward or special zone',
  address: 'House number, street, village',
};

export const contact: typeof vi.contact = {
  hint: 'Used to fill in forms for you. The phone number, e-mail and address that you change here are updated at the portal too; name, number and date of birth are not.',
  title: 'At the portal',
  unknown:
    'What the portal has could not be looked at yet. The application does so by itself once it is online and you are signed in.',
  same: 'Updated at the portal: it has what stands on this computer.',
  sending: 'The change is being sent to the portal.',
  waiting: 'The change is saved on this computer and waits to be sent to the portal.',
  wait: {
    offline: 'It is sent by itself when there is a network.',
    signedOut: 'It is sent by itself when you sign in to the portal.',
    paused: 'You have paused sending.',
    backoff: 'It could not be sent the last time. The computer tries again by itself.',
    portalBusy: 'The portal is busy. The computer tries again by itself.',
    otherVersion: 'The portal has moved to another version of the connection. Please update the program.',
  },
  refused: 'The portal did not take the change',
  differs: 'The portal has something else. Which do you want to keep?',
  differsHint: (when) =>
    `The portal has had it since ${when}. Nothing of either is lost: choose for each line, and what you choose is kept both here and at the portal.`,
  mine: 'On this computer',
  theirs: 'At the portal',
  empty: '(empty)',
  allMine: 'Choose everything of this computer',
  allTheirs: 'Choose everything of the portal',
  keep: 'Keep what is chosen',
  overtaken: 'The portal has just got another change. Please look and choose again.',
};

export const lock: typeof vi.lock = {
  title: 'The application is locked',
  lead: 'Your data is encrypted. Enter the PIN to open it.',
  choose: 'Profile',
  pin: 'PIN',
  unlock: 'Unlock',
  unlocking: 'Unlocking…',
  keyring: 'Open with the keyring',
  wait: (seconds) => `Too many wrong PINs. Wait ${plural(seconds, 'second')} and try again.`,
  sending: (count) =>
    `${plural(count, 'dossier')} not sent completely yet. Sending goes on behind the lock: just leave the computer on and the application running.`,
  waiting: (count) =>
    `${plural(count, 'dossier')} not sent completely yet. Nothing is sent while the profile is locked for good: they wait until you unlock it.`,
  add: 'Create another profile',
  back: 'Back to the lock screen',
  showPin: 'Show the PIN',
  soonTitle: 'About to lock',
  soon: (seconds) =>
    `There has been no activity for a while: the application locks in ${plural(seconds, 'second')}.`,
  saved: 'Everything is saved.',
  stay: 'Keep working',
  now: 'Lock now',
  unsaved:
    'The last change could not be written. If you lock now, it is kept in this window and saved once you unlock. Closing the window loses it.',
  anyway: 'Lock all the same',
};

/** Codes of wrong details in a profile. */
export const wrong: typeof vi.wrong = {
  required: 'Please fill this in.',
  citizenId: 'A citizen ID number has 12 digits. Please check the card.',
  taxCode: 'A tax code has 10 or 13 digits. Please check it.',
  phone: 'A phone number has 10 digits and begins with 0. Please check it.',
  email: 'An e-mail address looks like name@place.vn.',
  date: 'A date is written day/month/year, for example 05/09/1990.',
  other: 'Please check this again.',
};
