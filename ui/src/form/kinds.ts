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
  | 'survey';

const DRAWINGS: Record<string, Drawing> = {
  hidden: 'nothing',
  button: 'nothing',
  recaptcha: 'nothing',
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
  editgrid: 'grid',
  dynamicWizard: 'grid',
  textarea: 'lines',
  vnDateWords: 'computed',
  vnMoneyWords: 'computed',
  select: 'select',
  radio: 'radio',
  checkbox: 'checkbox',
  selectboxes: 'boxes',
  day: 'day',
  survey: 'survey',
};

const LINES = new Set([
  'textfield',
  'number',
  'currency',
  'email',
  'url',
  'phoneNumber',
  'password',
  'address',
  'datetime',
  'time',
  'tags',
  'vnCitizenId',
  'vnTaxCode',
  'vnPhone',
  'vnName',
  'vnDate',
  'vnPartialDate',
  'vnMoney',
]);

export function drawingOf(node: Pick<Node, 'kind' | 'children' | 'html'>): Drawing {
  const drawing = DRAWINGS[node.kind];
  if (drawing) return drawing;
  if (node.children.length > 0) return 'group';
  return isUnknown(node.kind) && node.html ? 'html' : 'line';
}

/** One that this renderer has no control for; it is answered in words. */
export const isUnknown = (kind: string): boolean => !(kind in DRAWINGS) && !LINES.has(kind);

/** These ask several things at once, so that their label is a legend. */
const GROUPED: ReadonlySet<Drawing> = new Set(['radio', 'boxes', 'day', 'survey']);

export const isGrouped = (drawing: Drawing, multiple: boolean): boolean =>
  GROUPED.has(drawing) || (multiple && ['line', 'select', 'lines'].includes(drawing));
