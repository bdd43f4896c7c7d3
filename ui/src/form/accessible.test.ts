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

test('no kind of question breaks a rule of axe', async () => {
  const nodes = [
    ...[
      ...['textfield', 'textarea', 'number', 'currency', 'password', 'email', 'datetime', 'time', 'address'],
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
  ];
  const draft = new Draft(
    draftInfo(nodes, {
      data: {
        g: [{ n: 'một' }],
        editgrid: [{ n: 'hai' }],
        tree: { data: { n: 'ông' }, children: [{ data: { n: 'cha' }, children: [] }] },
        datamap: { gạo: 'ngon' },
        tags: 'a,b',
        file: [{ name: 'a.pdf', size: 10 }],
        selectchoicesmultiple: [1, 2],
      },
      sources: { textfield: 'profile' },
    }),
  );
  draft.problems = [{ step: 'form', page: '', path: 'radiochoices', rule: 'required', message: 'Hãy chọn.' }];
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
  await unmount(mounted);
}, 60_000);
