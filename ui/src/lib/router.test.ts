import { expect, test } from 'vitest';
import { href, parse, type Route } from './router.svelte';

const routes: Route[] = [
  { page: 'home' },
  { page: 'procedures', query: '' },
  { page: 'procedures', query: 'khai sinh & kết hôn' },
  { page: 'procedure', code: '1.001193' },
  { page: 'fill', draft: 'a/b c' },
  { page: 'dossiers', folder: null },
  { page: 'dossiers', folder: 'outbox' },
  { page: 'dossier', id: '0190-x' },
  { page: 'batches', form: '' },
  { page: 'batches', form: '1.001193' },
  { page: 'batch', id: '0190-x' },
  { page: 'lookup', code: '' },
  { page: 'lookup', code: '03706/2026/07906' },
  { page: 'vault' },
  { page: 'payments' },
  { page: 'settings' },
];

test.each(routes)('%j comes back from its address', (route) => expect(parse(href(route))).toEqual(route));

test.each(['', '#', '#/nowhere', '#/dien', '#/thu-tuc/%E0%A4%A'])('%j leads home', (hash) =>
  expect(parse(hash)).toEqual({ page: 'home' }),
);

test('an unknown folder is no folder', () =>
  expect(parse('#/ho-so?thu-muc=x')).toEqual({ page: 'dossiers', folder: null }));
