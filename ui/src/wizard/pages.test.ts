import { expect, test } from 'vitest';
import { FormModel } from '@/form/model.svelte';
import { draftInfo, node } from '@/form/testing';
import { pagesOf } from './pages';

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
