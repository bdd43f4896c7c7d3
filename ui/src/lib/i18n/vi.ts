import { batch } from './batch.vi';
import { calendar } from './calendar.vi';
import { catalogue } from './catalogue.vi';
import * as dossier from './dossier.vi';
import * as errors from './errors.vi';
import * as fill from './fill.vi';
import * as frame from './frame.vi';
import * as home from './home.vi';
import { before, handover, lookup } from './life.vi';
import * as papers from './papers.vi';
import * as profile from './profile.vi';
import * as settings from './settings.vi';
import { share } from './share.vi';

type Words = string | ((...facts: never[]) => string) | { readonly [key: string]: Words };

/** Vietnamese: the first language. The terms are those of the public-service portals. Each area of the window has a room of its own. */
export const vi = {
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
} satisfies Words;

/** The same keys and the same facts in another language. */
export type Messages = typeof vi;
