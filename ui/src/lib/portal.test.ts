import { afterEach, expect, test } from 'vitest';
import nghean from '../../../crates/app/portals/nghe-an.json';
import { app as info } from '@/dev/data';
import { app } from './app.svelte';
import type { PortalProfile } from './bindings/PortalProfile';
import { language, t } from './i18n/index.svelte';
import { portal, STEPS } from './portal.svelte';

afterEach(() => {
  app.info = null;
  language.set('vi');
});

test('without a profile our own words and order stand, and everything can be done', () => {
  app.info = { ...info, portalProfile: null };
  expect(portal.steps).toEqual(STEPS);
  expect(portal.step('fees')).toBe(t.steps.fees);
  expect(portal.goOn).toBe(t.fill.next);
  expect(portal.delivery.map(({ how }) => how)).toEqual(['electronic', 'atDesk', 'post']);
  expect(portal.can('withdraw')).toBe(true);
});

test('a profile gives order, names and ways, and hides what the portal can’t do', () => {
  app.info = { ...info, portalProfile: nghean as PortalProfile };
  expect(portal.step('components')).toBe('Đính kèm hồ sơ');
  expect(portal.submit).toBe('Thanh toán & Nộp hồ sơ');
  expect(portal.delivery.map(({ how }) => how)).toEqual(['atDesk', 'post']);
  expect(portal.can('withdraw')).toBe(false);
  expect(portal.can('pay')).toBe(true);
  language.set('en');
  expect(portal.step('components')).toBe('Attachments');
});
