import { afterEach, expect, test } from 'vitest';
import kontum from '../../../crates/app/portals/kon-tum.json';
import motcua from '../../../crates/app/portals/mot-cua-chung.json';
import nghean from '../../../crates/app/portals/nghe-an.json';
import quocgia from '../../../crates/app/portals/quoc-gia-2026.json';
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
  expect([portal.payTitle, portal.onlyWay, portal.receiver]).toEqual([t.fees.way, null, null]);
  expect([portal.keep, portal.print]).toEqual([null, null]);
  expect([portal.agency, portal.handIn, portal.zalo]).toEqual([null, null, null]);
  expect([portal.originals, portal.notices, portal.handoverStep]).toEqual([null, [], 'review']);
});

test('what the portal says that it can’t do is hidden, beside what its profile says', () => {
  app.info = { ...info, portalCannot: ['lookUp', 'withdraw'] };
  expect([portal.can('lookUp'), portal.can('sharedDrafts')]).toEqual([false, true]);
  app.info = { ...app.info, portalProfile: nghean as PortalProfile };
  expect(portal.cannot).toEqual(['withdraw', 'rate', 'stick', 'lookUp']);
});

test('a profile gives order, names and ways, and hides what the portal can’t do', () => {
  app.info = { ...info, portalProfile: nghean as PortalProfile };
  expect(portal.step('components')).toBe('Đính kèm hồ sơ');
  expect(portal.submit(true)).toBe('Thanh toán & Nộp hồ sơ');
  expect(portal.submit(false)).toBe('Nộp hồ sơ');
  expect(portal.handIn).toEqual({ title: 'Hình thức nộp hồ sơ', way: 'Nộp hồ sơ trực tuyến' });
  expect(portal.agency).toBeNull();
  expect(portal.payWays.map(({ way, label }) => `${way}: ${label}`)).toEqual([
    'online: Thanh toán trực tuyến',
    'atDesk: Thanh toán tại bộ phận một cửa',
  ]);
  expect(portal.delivery.map(({ how }) => how)).toEqual(['atDesk', 'post']);
  expect(portal.can('withdraw')).toBe(false);
  expect(portal.can('pay')).toBe(true);
  expect([portal.originals, portal.notices, portal.handoverStep]).toEqual([null, ['sms'], 'fees']);
  const national = { ...info, portalProfile: quocgia as PortalProfile };
  app.info = national;
  expect([portal.submit(true), portal.submit(false)]).toEqual(['Gửi hồ sơ', 'Gửi hồ sơ']);
  expect(portal.payWays).toEqual([{ way: 'online', label: t.fees.online }]);
  expect(portal.originals).toBe('Nộp bản gốc qua bưu chính công ích');
  app.info = { ...national, portalProfile: { ...national.portalProfile, cannot: ['pay'] } };
  expect(portal.can('pay')).toBe(false);
  app.info = { ...info, portalProfile: kontum as PortalProfile };
  expect(portal.zalo).toBe('Cổng hành chính công tỉnh Kon Tum');
  expect([portal.payTitle, portal.onlyWay]).toEqual(['Chọn hình thức thanh toán', 'VNPT Payment Platform']);
  expect(portal.receiver?.bank).toBe('Ngân hàng Mẫu');
  expect([portal.submit(true), portal.submit(false)]).toEqual(['Thanh toán', 'Đồng ý']);
  app.info = { ...info, portalProfile: motcua as PortalProfile };
  expect([portal.keep, portal.print]).toEqual(['Lưu lại', 'In biểu mẫu đơn']);
  app.info = { ...info, portalProfile: nghean as PortalProfile };
  language.set('en');
  expect(portal.step('components')).toBe('Attachments');
});
