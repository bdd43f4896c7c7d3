import { batch } from './batch.en';
import { calendar } from './calendar.en';
import { catalogue } from './catalogue.en';
import * as dossier from './dossier.en';
import * as errors from './errors.en';
import * as fill from './fill.en';
import * as frame from './frame.en';
import * as home from './home.en';
import { before, handover, lookup } from './life.en';
import * as papers from './papers.en';
import * as profile from './profile.en';
import * as settings from './settings.en';
import { share } from './share.en';
import type { Messages } from './vi';

/** English: the second language, by a switch in the settings. */
export const en: Messages = {
  ...dossier,
  ...errors,
  ...fill,
  ...frame,
  ...home,
  ...papers,
  ...profile,
  ...settings,
  batch,
  before,
  calendar,
  catalogue,
  handover,
  lookup,
  share,
};
