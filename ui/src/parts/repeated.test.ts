import { expect, test } from 'vitest';
import { one, settle, Shown } from '@/form/mounting';
import { draftInfo, node } from '@/form/testing';
import type { BatchPreview } from '@/lib/bindings/BatchPreview';
import { Draft } from '@/wizard/draft.svelte';
import FeesStep from '@/wizard/FeesStep.svelte';
import { Flow } from '@/wizard/flow.svelte';
import Inspector from '@/wizard/Inspector.svelte';
import ReviewAnswers from '@/wizard/review/ReviewAnswers.svelte';
import StepsRail from '@/wizard/StepsRail.svelte';
import BatchColumns from '@/screens/batch/BatchColumns.svelte';
import ErrorSummary from './ErrorSummary.svelte';

/*
 * What a definition, a portal or a spreadsheet names twice is shown twice: a list that takes such names for keys
 * brings the whole page down.
 */

const rule = { of: 'a', what: 'calculateValue', text: 'value = b', result: { is: 'shown' } };
const read = { path: 'b', answer: 1 };
const refused = { what: 'validate.custom', reason: 'asks for `fetch`' };

const shown = new Shown((command) =>
  command === 'draft_explain'
    ? {
        path: 'a',
        definition: {},
        answer: null,
        hidden: false,
        hiddenBy: '',
        source: '',
        overrides: {},
        rules: [
          { ...rule, reads: [read, read] },
          { ...rule, reads: [] },
        ],
        refused: [refused, refused],
      }
    : undefined,
);

const count = (selector: string): number => document.querySelectorAll(selector).length;

test('masks of the same name', () => {
  const mask = { label: 'Số', mask: '999' };
  shown.show([node('textfield', { attributes: { masks: [mask, { ...mask, mask: '9999' }] } })]);
  expect([...one<HTMLSelectElement>('select').options].map(({ text }) => text)).toEqual([
    'Số: 999',
    'Số: 9999',
  ]);
});

test('the same thing wrong twice', () => {
  const line = { id: 'form-a', message: 'Hãy điền mục này.' };
  shown.put(ErrorSummary, { lines: [line, line] });
  expect(count('li')).toBe(2);
});

test('fees of the same name', () => {
  const line = { name: 'Lệ phí', unit: 1000, quantity: 1, amount: 1000, note: '' };
  shown.put(FeesStep, {
    draft: new Draft({
      ...draftInfo([]),
      fee: { lines: [line, line], total: 2000, totalInWords: '', announced: false, unknown: false, asOf: '' },
    }),
  });
  expect(count('tbody tr')).toBe(2);
});

test('columns that lack the same question, on sheets of the same name', () => {
  const preview: BatchPreview = {
    file: 'bang.xlsx',
    sheets: ['Một', 'Một'],
    sheet: 'Một',
    heading: 1,
    columns: [{ heading: 'Tên', samples: [], path: null, question: null, sure: false }],
    questions: [
      { path: 'a', label: 'Con › Họ tên' },
      { path: 'a', label: 'Con › Họ tên' },
    ] as BatchPreview['questions'],
    missing: ['Họ tên', 'Họ tên'],
    encodingGuessed: false,
  };
  shown.put(BatchColumns, { form: 'f', preview, onback: () => {} });
  expect(count('.missing li')).toBe(2);
  expect(count('optgroup option')).toBe(2);
});

test('pages that share their key, in the steps and in the review', () => {
  const page = (path: string) => {
    const question = node('textfield', { key: path, path: `${path}x` });
    return node('panel', { key: 'panel', path, label: path, children: [question] });
  };
  const pages = new Draft(draftInfo([page('p'), page('q')], { data: { px: '1', qx: '2' } }));
  const flow = new Flow(pages);
  shown.put(StepsRail, { draft: pages, flow });
  expect(count('.pages li')).toBe(2);
  shown.put(ReviewAnswers, { draft: pages, flow, problems: [] });
  expect(count('h3')).toBe(2);
});

test('rules of the same kind that read the same answer twice', async () => {
  const draft = shown.show([node('textfield', { key: 'a' })]);
  one('#form-a');
  shown.put(Inspector, { draft, part: 'form', onclose: () => {} });
  one('#form-a').dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
  await settle();
  expect(count('aside section')).toBe(2);
  expect(count('aside section li')).toBe(2);
  expect(count('aside .refused')).toBe(2);
});
