import axe from 'axe-core';
import { mount, unmount } from 'svelte';
import { expect, test } from 'vitest';
import type { Node } from '@/lib/bindings/Node';
import { Draft } from '@/wizard/draft.svelte';
import FormStep from '@/wizard/FormStep.svelte';
import { draftInfo, node } from './testing';

const choices = Array.from({ length: 3 }, (_, index) => ({ value: index, label: `Chọn ${index}` }));
const many = Array.from({ length: 20 }, (_, index) => ({ value: index, label: `Chọn ${index}` }));
const one = (kind: string, more: Partial<Node> = {}) => {
  const key = `${kind}${Object.keys(more).join('')}`;
  return node(kind, { key, path: key, label: `Hỏi ${key}`, hint: 'Gợi ý', ...more });
};

const STATES = ['empty', 'in error', 'marked', 'only to be read'] as const;

test.each(STATES)(
  'no kind of question breaks a rule of axe, %s',
  async (state) => {
    const nodes = [
      ...[
        ...[
          'textfield',
          'textarea',
          'number',
          'currency',
          'password',
          'email',
          'datetime',
          'time',
          'address',
        ],
        ...[
          'vnMoney',
          'vnDate',
          'vnDateWords',
          'checkbox',
          'day',
          'new',
          'tags',
          'file',
          'signature',
          'datamap',
        ],
        ...['recaptcha', 'form'],
      ].map((kind) => one(kind)),
      one('address', { attributes: { enableManualMode: true }, required: true }),
      one('datetime', { attributes: { enableDate: false } }),
      one('checkbox', { attributes: { inputType: 'radio', value: 'm' }, required: true }),
      one('textfield', { hideLabel: true }),
      one('textfield', { multiple: true }),
      ...['select', 'radio', 'selectboxes'].map((kind) => one(kind, { choices })),
      one('select', { choices: many, required: true }),
      one('select', { choices: many, multiple: true }),
      one('select', { choices, multiple: true, key: 'few', path: 'few' }),
      ...['tree', 'editgrid'].map((kind) =>
        node(kind, {
          key: kind,
          path: kind,
          label: kind,
          hint: 'Gợi ý',
          children: [
            node('textfield', { key: 'n', path: kind === 'tree' ? 'tree.n' : 'editgrid[].n', label: 'Tên' }),
          ],
        }),
      ),
      one('survey', { choices, questions: choices }),
      one('table', {
        hint: 'Gợi ý',
        attributes: { numCols: 2, header: ['Một', 'Hai'] },
        children: [one('cell', { children: [one('time')] }), one('cell', { key: 'c2', path: 'c2' })],
      }),
      one('columns', { hint: 'Gợi ý', children: [one('column', { children: [one('currency')] })] }),
      one('panel', { hint: 'Gợi ý', attributes: { collapsible: true }, children: [one('password')] }),
      one('tabs', {
        hint: 'Gợi ý',
        children: [one('tab', { children: [one('url')] }), one('tab', { label: 'Hai', path: 'zwei' })],
      }),
      node('datagrid', {
        key: 'g',
        path: 'g',
        label: 'Con',
        children: [node('textfield', { key: 'n', path: 'g[].n', label: 'Tên' })],
      }),
      ...['datagrid', 'editgrid'].map((kind) =>
        node(kind, {
          key: `${kind}1`,
          path: `${kind}1`,
          label: kind,
          attributes: { minRows: 1, maxRows: 1 },
          children: [node('textfield', { key: 'n', path: `${kind}1[].n`, label: 'Tên' })],
        }),
      ),
      one('datamap', { attributes: { minLength: 1, maxLength: 1 } }),
    ];
    /** Every path, as the first row has it. */
    const paths = (all: Node[]): string[] =>
      all.flatMap(({ path, children }) => [path.replaceAll('[]', '[0]'), ...paths(children)]);
    const noted = (words: string) => Object.fromEntries(paths(nodes).map((path) => [path, words]));
    const info = draftInfo(nodes, {
      data: {
        g: [{ n: 'một' }],
        editgrid: [{ n: 'hai' }],
        tree: { data: { n: 'ông' }, children: [{ data: { n: 'cha' }, children: [] }] },
        datamap: { gạo: 'ngon' },
        datagrid1: [{ n: 'ba' }],
        editgrid1: [{ n: 'bốn' }],
        datamapattributes: { gạo: 'ngon' },
        tags: 'a,b',
        file: [{ name: 'a.pdf', size: 10 }],
        selectchoicesmultiple: [1, 2],
      },
      ...(state === 'marked'
        ? { sources: noted('profile'), warnings: noted('Hãy so lại.'), blocked: noted('asks for `fetch`') }
        : {}),
    });
    const draft = new Draft(
      state === 'only to be read' ? { ...info, readOnly: 'Đang mở ở máy khác.' } : info,
    );
    if (state === 'in error')
      draft.problems = paths(nodes).map((path) => ({
        step: 'form',
        page: '',
        path,
        rule: 'required',
        message: `Hãy điền ${path}.`,
      }));
    const target = document.createElement('main');
    document.body.append(target);
    const mounted = mount(FormStep, { target, props: { draft, part: 'form', nodes } });
    const { violations, passes } = await axe.run(target, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    });
    expect(
      violations.map(({ id, nodes: found }) => `${id}: ${found.map(({ html }) => html).join(' ')}`),
    ).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('label');
    const changeable = target.querySelectorAll(
      ':is(input, select, textarea):not(:disabled, [readonly])',
    ).length;
    expect(changeable === 0).toBe(state === 'only to be read');
    await unmount(mounted);
  },
  60_000,
);
