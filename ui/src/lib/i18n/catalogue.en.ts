import { plural } from './plural';
import type { catalogue as words, catalogueErrors as errors } from './catalogue.vi';

/** Words of the catalogue of procedures and of taking it in from a file, English. */
export const catalogue: typeof words = {
  title: 'Catalogue of procedures',
  hint: 'Where there is no network, a newer catalogue with its forms can be brought on a USB stick, as one file signed by the portal.',
  builtIn: (count) => `${plural(count, 'procedure')}, the catalogue that came with the application.`,
  portal: (count, day) => `${plural(count, 'procedure')}, the portal’s catalogue of ${day}.`,
  file: (count, day) => `${plural(count, 'procedure')}, the catalogue of ${day}, imported from a file.`,
  short: (day) => `Catalogue of ${day}`,
  shortBuiltIn: 'Catalogue that came with the application',
  takenAt: (time) => `Imported on this computer at ${time}.`,
  import: 'Import a catalogue from a file',
  checking: 'Checking the signature and the content of the file…',
  progress: (done, total) => `Reading forms: ${done}/${total}`,
  stop: 'Stop',
  taken: (day) => `The catalogue of ${day} was imported`,
  counts: (fresh, known) => `${plural(fresh, 'new form')}, ${known} already here.`,
  unusable: (codes) =>
    `This version of the application cannot use yet: ${codes}. The earlier forms of those procedures stay.`,
  failed: 'This catalogue was not imported',
  unchanged: 'The catalogue on this computer stays as it is.',
  newer: (theirs, ours) =>
    `The file is the catalogue of ${theirs}, older than the one of ${ours} on this computer. The newer one is kept.`,
  trust: 'Is this really the portal’s catalogue?',
  compare: (portal, fingerprint) =>
    `This computer has never connected to a portal. The file claims to come from “${portal}” and is signed with the key ${fingerprint}. Compare this with the fingerprint that the portal publishes, and import it only if they match.`,
  trustDo: 'They match, import it',
};

/** Why a catalogue was not taken in. */
export const catalogueErrors: typeof errors = {
  'catalogue.stranger':
    'It is not yet known whether this file comes from the portal. Compare the key’s fingerprint and import it again.',
  'catalogue.of_other':
    'The file is signed with a key that is not the portal’s. Nothing was imported from it.',
  'catalogue.older':
    'The catalogue in the file is older than the one on this computer. The newer one is kept.',
  'catalogue.undated': 'The catalogue in the file has no date. Please get the file from the portal again.',
  'catalogue.stopped': 'Stopped. The catalogue on this computer stays as it is.',
};
