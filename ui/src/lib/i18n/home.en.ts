import { plural } from './plural';
import type * as vi from './home.vi';

/* Words of the first screen and of finding a procedure, English. */

export const home: typeof vi.home = {
  title: 'Home',
  hello: (name) => (name ? `Hello, ${name}` : 'Hello'),
  needs: 'Needs your attention',
  needsNone: 'Nothing is waiting for you.',
  drafts: 'Unfinished',
  draftsNone: 'No unfinished dossiers.',
  draftAt: (step) => `Stopped at: ${step}`,
  start: 'Start a procedure',
  startHint: 'Type its Vietnamese name, with or without accents',
  all: 'All procedures',
  supplement: 'The agency asks for a supplement',
  payment: 'Payment due',
  payAtDesk: 'Pay at the one-stop desk',
  fix: 'Could not be sent, needs a correction',
  changed: 'Something has changed since it was sealed; your decision is needed',
  confirm: 'The portal needs a confirmation code',
  doConfirm: 'Enter the code',
  payFirst: 'The fee must be paid before the portal accepts it',
  doChanged: 'See what changed',
  signIn: 'Sign in to send the waiting dossiers',
  continue: 'Continue',
  doSupplement: 'Supplement',
  doPay: 'Pay',
  look: 'View dossier',
  recent: 'Recently updated',
};

export const due: typeof vi.due = {
  title: 'Due',
  law: 'Legal deadline',
  result: 'Result promised for',
  left: (days: number) =>
    days < 0
      ? `${-days} working ${days === -1 ? 'day' : 'days'} late`
      : days === 0
        ? 'today'
        : `${days} working ${days === 1 ? 'day' : 'days'} left`,
  hint: 'Counted in working days: without Saturdays, Sundays and holidays.',
};

export const procedures: typeof vi.procedures = {
  title: 'Procedures',
  search: 'Find a procedure',
  placeholder: 'For example: khai sinh, dang ky ket hon',
  level: 'Agency level',
  levels: { ministry: 'Ministry', province: 'Province', commune: 'Commune' },
  field: 'Field',
  audience: 'For whom',
  audiences: { citizen: 'Citizens', organisation: 'Organisations' },
  any: 'All',
  count: (count) => (count === 0 ? 'No procedures' : plural(count, 'procedure')),
  none: 'No procedure was found.',
  noneHint: 'Try fewer words or fewer filters.',
  clear: 'Clear the filters',
  full: 'Fully online',
  partial: 'Partly online',
  fullLong: 'Fully online public service',
  partialLong: 'Partly online public service',
  submit: 'Apply online',
  code: 'Procedure code',
  agency: 'Agency',
  time: 'Processing time',
  fee: 'Fee',
  summary: 'Summary',
  steps: 'Steps',
  methods: 'Ways to submit',
  components: 'Papers required',
  notes: 'Notes',
  result: 'Result',
  legal: 'Legal basis',
  original: (count) => plural(count, 'original'),
  copy: (count) => plural(count, 'copy', 'copies'),
  required: 'Required',
  conditional: 'Depends on the case',
  optional: 'Optional',
  eform: 'Electronic form',
  eformHint: 'Filled in within this application.',
  mustAttend: 'When you must come in person',
  notInForce: 'This procedure cannot be started now',
  confidence: 'How reliable this information is',
  version: (version) => `Form pack ${version}`,
};

export const desk: typeof vi.desk = {
  title: 'Papers of the one-stop desk',
  lead: 'Issued by officials: fill in, export as Word or PDF, print and sign. They are not submitted to the portal.',
  start: 'Fill in',
  fromDossier: 'From a dossier',
  fromDossierHint: 'Code, applicant, papers, fee and due date are taken from the dossier that you choose.',
  noDossier: 'There is no sealed dossier on this computer yet.',
  noCode: 'No code yet',
  none: 'No paper matches.',
  begun: 'In progress',
  step: 'The paper',
  exportPdf: 'Export PDF',
  exportDocx: 'Export Word',
  check: 'Check',
  whole: 'The paper is complete.',
};
