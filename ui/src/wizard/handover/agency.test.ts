import axe from 'axe-core';
import { mockIPC } from '@tauri-apps/api/mocks';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import kontum from '../../../../crates/app/portals/kon-tum.json';
import national from '../../../../crates/app/portals/quoc-gia-2026.json';
import { app as info } from '@/dev/data';
import { clear, put, settle } from '@/dev/mounting';
import { draftInfo, draftPatch } from '@/form/testing';
import { app } from '@/lib/app.svelte';
import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { Handover } from '@/lib/bindings/Handover';
import type { PlaceHit } from '@/lib/bindings/PlaceHit';
import type { PortalProfile } from '@/lib/bindings/PortalProfile';
import type { ProvinceHit } from '@/lib/bindings/ProvinceHit';
import type { ReceivingAgency } from '@/lib/bindings/ReceivingAgency';
import { t } from '@/lib/i18n/index.svelte';
import { Draft } from '../draft.svelte';
import { Flow } from '../flow.svelte';
import AgencyChoice from './AgencyChoice.svelte';
import AgencySummary from './AgencySummary.svelte';

const HANOI = 'Thành phố Hà Nội';
const PROVINCES: ProvinceHit[] = [
  { code: '01', name: HANOI, former: '' },
  { code: '51', name: 'Tỉnh Quảng Ngãi', former: '' },
  { code: '51', name: 'Tỉnh Quảng Ngãi', former: 'Tỉnh Kon Tum' },
];
const town = (commune: string, communeCode: string, former = ''): PlaceHit => ({
  commune,
  communeCode,
  province: HANOI,
  provinceCode: '01',
  former,
});
const TOWNS = [
  town('Phường Ba Đình', '00004'),
  town('Phường Hồng Hà', '00070', 'Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội'),
];
const BA_DINH: ReceivingAgency = {
  level: 'commune',
  province: '01',
  commune: '00004',
  name: `Phường Ba Đình, ${HANOI}`,
};
const MISSING: DraftProblem = {
  step: 'applicant',
  page: '',
  path: 'agency-province',
  rule: 'handover.agency',
  message: 'Hãy chọn cơ quan tiếp nhận hồ sơ.',
};

let sent: Handover[];
let asked: unknown[];

beforeEach(() => {
  [sent, asked] = [[], []];
  mockIPC((command, args) => {
    if (command === 'places_provinces') return PROVINCES;
    if (command === 'places_communes') {
      asked.push(args);
      return TOWNS;
    }
    if (command !== 'draft_handover') return [];
    sent.push((args as { handover: Handover }).handover);
    return draftPatch(null);
  });
});

afterEach(() => {
  app.info = null;
});

async function show(
  more: Partial<DraftInfo>,
  agency: ReceivingAgency | null = null,
  suggested: Handover['agencySuggested'] = null,
  problems: DraftProblem[] = [],
  profile: unknown = national,
): Promise<Draft> {
  app.info = { ...info, portalProfile: profile as PortalProfile };
  const base = draftInfo([]);
  const handover = { ...base.handover, agency, agencySuggested: suggested };
  const draft = new Draft({ ...base, agencyLevel: 'commune', ...more, handover });
  put(AgencyChoice, { draft, problems });
  await settle();
  return draft;
}

const field = (key: string) => document.querySelector<HTMLInputElement>(`#agency-${key}`);

async function choose(key: string, words: string): Promise<void> {
  const input = field(key)!;
  input.focus();
  input.value = words;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
  input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await settle();
}

test('province and commune are chosen by keyboard, without marks, and kept at once by their codes', async () => {
  const draft = await show({});
  expect(document.querySelector('#agency legend')?.textContent).toBe('Chọn cơ quan thực hiện');
  expect(
    [...document.querySelectorAll('label')].map((one) => one.textContent?.replace(/\s.\*.$/, '')),
  ).toEqual(['Tỉnh/Thành phố', 'Phường/Xã']);
  await choose('province', 'ha noi');
  expect(sent.at(-1)?.agency).toEqual({ level: 'commune', province: '01', name: HANOI });
  expect(asked.at(-1)).toEqual({ query: '', province: HANOI });
  await choose('commune', 'ba dinh');
  expect(sent.at(-1)?.agency).toEqual(BA_DINH);
  expect([field('province')?.value, field('commune')?.value]).toEqual([HANOI, 'Phường Ba Đình']);
  // Another province takes the commune away; the same one leaves it.
  await choose('province', 'Thành phố Hà Nội');
  expect(draft.handover.agency).toEqual(BA_DINH);
  await choose('province', 'kon tum');
  expect(sent.at(-1)?.agency).toEqual({ level: 'commune', province: '51', name: 'Tỉnh Quảng Ngãi' });
  // A commune brings its own province.
  await choose('commune', 'phuc xa');
  expect(sent.at(-1)?.agency?.name).toBe(`Phường Hồng Hà, ${HANOI}`);
  expect(sent.at(-1)?.agency?.province).toBe('01');
});

test('at the level of a province there is no commune to choose', async () => {
  await show({ agencyLevel: 'province' });
  expect(field('commune')).toBeNull();
  await choose('province', 'quang ngai');
  expect(sent.at(-1)?.agency).toEqual({ level: 'province', province: '51', name: 'Tỉnh Quảng Ngãi' });
  expect(asked).toEqual([]);
});

test('a suggestion is marked until it is confirmed or changed', async () => {
  const draft = await show({}, BA_DINH, 'profile');
  expect(document.querySelector('#agency-commune-source')?.textContent).toBe(t.fill.source.profile);
  expect(field('commune')?.getAttribute('aria-describedby')).toContain('agency-commune-source');
  const button = [...document.querySelectorAll('button')].find(
    (one) => one.textContent?.trim() === t.fill.confirmSource,
  );
  expect(button?.getAttribute('aria-label')).toBe(t.fill.confirmSourceFor(BA_DINH.name));
  button?.click();
  await settle();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ agency: BA_DINH, agencySuggested: null });
  await settle();
  expect(document.querySelector('#agency-commune-source')).toBeNull();
  expect(document.activeElement).toBe(field('commune'));
  expect(draft.handover.agency).toEqual(BA_DINH);
});

test('what is wrong is told at its field, and is no barrier to a screen reader', async () => {
  await show({}, null, null, [MISSING]);
  const input = field('province');
  expect(input?.getAttribute('aria-invalid')).toBe('true');
  expect(document.querySelector('#agency-province-error')?.textContent).toContain(MISSING.message);
  expect(field('commune')?.getAttribute('aria-invalid')).toBeNull();
  const found = await axe.run(document.body, { rules: { region: { enabled: false } } });
  expect(found.violations.map((one) => one.id)).toEqual([]);
});

test('nothing is asked where the portal or the procedure has nothing to choose', async () => {
  for (const [more, profile] of [
    [{ agencyLevel: null }, national],
    [{}, kontum],
    [{}, null],
  ] as [Partial<DraftInfo>, unknown][]) {
    await show(more, null, null, [], profile);
    expect(document.querySelector('#agency')).toBeNull();
    await clear();
  }
});

test('a draft that is only read can’t be sent elsewhere', async () => {
  await show({ readOnly: 'Nháp này đang được soạn ở máy khác.' }, BA_DINH, 'earlier');
  expect([field('province')?.disabled, field('commune')?.disabled]).toEqual([true, true]);
  expect(document.querySelectorAll('button')).toHaveLength(0);
});

test('at the end the desk is told plainly, and a suggestion is asked about', async () => {
  const base = draftInfo([]);
  app.info = { ...info, portalProfile: national as PortalProfile };
  const handover: Handover = { ...base.handover, agency: BA_DINH, agencySuggested: 'profile' };
  const draft = new Draft({ ...base, agencyLevel: 'commune', handover });
  put(AgencySummary, { draft, flow: new Flow(draft) });
  await settle();
  expect(document.querySelector('.name')?.textContent).toBe(BA_DINH.name);
  expect(document.body.textContent).toContain(t.handover.agencyCheck);
  const right = [...document.querySelectorAll('button')].find(
    (one) => one.textContent === t.handover.agencyRight,
  );
  right?.click();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  await settle();
  expect(sent[0]?.agencySuggested).toBeNull();
  expect(document.body.textContent).not.toContain(t.handover.agencyCheck);
  draft.handover = { ...draft.handover, agency: null };
  flushSync();
  expect(document.querySelector('.name')?.textContent).toBe(t.handover.agencyMissing);
});

test('what was missing is said no more once it is chosen', async () => {
  const other: DraftProblem = { ...MISSING, path: 'hoTen', rule: 'required' };
  const draft = await show({});
  draft.problems = [MISSING, other];
  await choose('province', 'ha noi');
  expect(draft.problems).toEqual([other]);
});

test('what is nowhere in the list is pointed at by nothing', async () => {
  await show({});
  const input = field('province')!;
  input.focus();
  for (const [words, pointed] of [
    ['ha noi', true],
    ['<script>', false],
  ] as const) {
    input.value = words;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    const option = input.getAttribute('aria-activedescendant');
    expect(option !== null && document.getElementById(option) !== null).toBe(pointed);
    expect(option !== null).toBe(pointed);
  }
});
