import type { catalogue as words, catalogueErrors as errors } from './catalogue.vi';

/** Words of the catalogue of procedures and of taking it in from a file, English. */
export const catalogue: typeof words = {
  title: 'Catalogue of procedures',
  hint: 'Where there is no network, a newer catalogue with its forms can be brought on a USB stick, in one file that the portal signed.',
  builtIn: (count) => `${count} procedures, the catalogue that came with the program.`,
  portal: (count, day) => `${count} procedures, the portal’s catalogue of ${day}.`,
  file: (count, day) => `${count} procedures, the catalogue of ${day}, from a file.`,
  short: (day) => `Catalogue of ${day}`,
  shortBuiltIn: 'Catalogue that came with the program',
  takenAt: (time) => `Taken over here at ${time}.`,
  import: 'Import a catalogue from a file',
  checking: 'Checking the signature and what is in the file…',
  progress: (done, total) => `Reading forms: ${done}/${total}`,
  stop: 'Stop',
  taken: (day) => `The catalogue of ${day} was taken in`,
  counts: (fresh, known) => `${fresh} new forms, ${known} are here already.`,
  unusable: (codes) =>
    `This version of the program can’t use yet: ${codes}. The earlier forms of those procedures stay.`,
  failed: 'This catalogue was not taken in',
  unchanged: 'The catalogue that is here stays.',
  newer: (theirs, ours) =>
    `The file is the catalogue of ${theirs}, older than that of ${ours} which is here. The newer one stays.`,
  trust: 'Is this really the portal’s catalogue?',
  compare: (portal, fingerprint) =>
    `This computer has never met a portal. The file says it is of “${portal}”, signed with the key ${fingerprint}. Compare it with the fingerprint that the portal announces, and take it in only if they agree.`,
  trustDo: 'They agree, take it in',
};

/** Why a catalogue was not taken in. */
export const catalogueErrors: typeof errors = {
  'catalogue.stranger':
    'Nobody knows yet whether this file is the portal’s. Compare the key’s fingerprint and take it in again.',
  'catalogue.of_other': 'The file is signed with a key that is not the portal’s. Nothing of it was taken.',
  'catalogue.older': 'The catalogue in the file is older than what is here. The newer one stays.',
  'catalogue.undated':
    'The catalogue in the file doesn’t say of when it is. Get the file from the portal again.',
  'catalogue.stopped': 'Stopped. The catalogue that is here stays.',
};
