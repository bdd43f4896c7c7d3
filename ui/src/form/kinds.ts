import type { Node } from '@/lib/bindings/Node';

/** How a kind of component is drawn. */
export type Drawing =
  | 'nothing'
  | 'group'
  | 'columns'
  | 'tabs'
  | 'html'
  | 'grid'
  | 'line'
  | 'lines'
  | 'computed'
  | 'select'
  | 'radio'
  | 'checkbox'
  | 'boxes'
  | 'day'
  | 'survey'
  | 'tags'
  | 'file'
  | 'signature'
  | 'map'
  | 'tree'
  | 'entries'
  | 'reset'
  | 'online'
  | 'place'
  | 'parts';

const DRAWINGS: Record<string, Drawing> = {
  hidden: 'nothing',
  recaptcha: 'online',
  captcha: 'online',
  // What it fetches is at an address on the web.
  datasource: 'online',
  // The check before sealing is that page.
  reviewpage: 'nothing',
  panel: 'group',
  fieldset: 'group',
  well: 'group',
  container: 'group',
  column: 'group',
  cell: 'group',
  form: 'group',
  columns: 'columns',
  table: 'columns',
  tabs: 'tabs',
  content: 'html',
  htmlelement: 'html',
  datagrid: 'grid',
  datatable: 'grid',
  dynamicWizard: 'grid',
  tagpad: 'grid',
  editgrid: 'entries',
  datamap: 'map',
  tree: 'tree',
  textarea: 'lines',
  vnDateWords: 'computed',
  vnMoneyWords: 'computed',
  select: 'select',
  radio: 'radio',
  checkbox: 'checkbox',
  selectboxes: 'boxes',
  day: 'day',
  survey: 'survey',
  tags: 'tags',
  file: 'file',
  signature: 'signature',
  // A map that needs the network would find it; here it is a line of words.
  address: 'line',
  vnAddress: 'place',
};

const LINES = new Set([
  'textfield',
  'number',
  'currency',
  'email',
  'url',
  'phoneNumber',
  'password',
  'datetime',
  'time',
  'vnCitizenId',
  'vnTaxCode',
  'vnPhone',
  'vnName',
  'vnDate',
  'vnPartialDate',
  'vnMoney',
]);

type Drawn = Pick<Node, 'kind' | 'children' | 'html' | 'attributes'>;

export function drawingOf(node: Drawn): Drawing {
  // The wizard has its own way on, everything is saved already, and scripts of a button have no page to act on.
  if (node.kind === 'button') return node.attributes['action'] === 'reset' ? 'reset' : 'nothing';
  // A nested form whose definition did not come with the pack.
  if (node.kind === 'form' && node.children.length === 0) return 'online';
  if (node.kind === 'address' && node.attributes['enableManualMode'] === true) return 'parts';
  const drawing = DRAWINGS[node.kind];
  if (drawing) return drawing;
  if (node.children.length > 0) return 'group';
  return isUnknown(node.kind) && node.html ? 'html' : 'line';
}

/** One that this renderer has no control for; it is answered in words. */
export const isUnknown = (kind: string): boolean =>
  !(kind in DRAWINGS) && !LINES.has(kind) && kind !== 'button';

/** Up to so many choices all of them are shown at once. */
export const FEW = 12;

/** These ask several things at once, so that their label is a legend. */
const GROUPED: ReadonlySet<Drawing> = new Set([
  'radio',
  'boxes',
  'day',
  'survey',
  'file',
  'signature',
  'map',
  'place',
  'parts',
]);

/** Several values of these are several controls. */
const REPEATED: ReadonlySet<Drawing> = new Set(['line', 'lines']);

/** A checkbox that is one of several of which one may be ticked. */
export const isRadio = (node: Pick<Node, 'kind' | 'attributes'>): boolean =>
  node.kind === 'checkbox' && node.attributes['inputType'] === 'radio';

export function isGrouped(drawing: Drawing, node: Pick<Node, 'multiple' | 'choices'>): boolean {
  if (GROUPED.has(drawing)) return true;
  if (!node.multiple) return false;
  return REPEATED.has(drawing) || (drawing === 'select' && node.choices.length <= FEW);
}
