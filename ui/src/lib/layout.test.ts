import { expect, test } from 'vitest';
import { app } from '@/dev/data';
import { layoutOf } from './layout';

test('the layout of an organisation is dense, that of a person roomy, and a choice beats both', () => {
  const info = structuredClone(app);
  expect(layoutOf(null)).toBe('roomy');
  expect(layoutOf(info)).toBe('roomy');
  if (info.profile) info.profile.kind = 'organisation';
  expect(layoutOf(info)).toBe('dense');
  info.settings.formLayout = 'roomy';
  expect(layoutOf(info)).toBe('roomy');
});
