import { expect, test } from 'vitest';
import { FormModel } from '@/form/model.svelte';
import { draftInfo, node } from '@/form/testing';
import { pagesOf, questionOf } from './pages';

const panel = (key: string) => node('panel', { key, path: key, label: key, children: [node('textfield')] });
const keys = (nodes: ReturnType<typeof panel>[], hidden: string[] = []) =>
  pagesOf(new FormModel(draftInfo(nodes, { hidden }).form)).map((page) => [page.key, page.nodes.length]);

test('panels are pages, hidden ones are not, loose questions join the page before', () => {
  expect(keys([panel('a'), panel('b'), node('textfield'), panel('c')], ['c'])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(keys([node('textfield'), node('textfield')])).toEqual([['', 2]]);
});

test('an answer of the paper belongs to the innermost question, in its row', () => {
  const field = (path: string) => node('textfield', { path, key: path.split('.').at(-1) ?? '' });
  const pages = pagesOf(
    new FormModel(
      draftInfo([
        node('panel', { key: 'mot', path: 'mot', children: [field('tre.ho_ten'), field('tre.ho')] }),
        node('panel', {
          key: 'hai',
          path: 'hai',
          children: [
            node('vnAddress', { key: 'noi', path: 'noi' }),
            node('datagrid', { key: 'con', path: 'con', children: [field('con[].ten')] }),
          ],
        }),
      ]).form,
    ),
  );
  expect(questionOf(pages, 'tre.ho_ten')).toEqual({ page: 'mot', path: 'tre.ho_ten' });
  expect(questionOf(pages, 'noi.tinh')).toEqual({ page: 'hai', path: 'noi' });
  expect(questionOf(pages, 'con[12].ten')).toEqual({ page: 'hai', path: 'con[12].ten' });
  expect(questionOf(pages, 'con[3].tuoi')).toEqual({ page: 'hai', path: 'con' });
  expect(questionOf(pages, 'tre.ten')).toBeUndefined();
});
