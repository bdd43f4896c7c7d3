import { mockIPC } from '@tauri-apps/api/mocks';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clear, put } from '@/dev/mounting';
import khukinhte from '../../../crates/app/portals/khu-kinh-te.json';
import kontum from '../../../crates/app/portals/kon-tum.json';
import nghean from '../../../crates/app/portals/nghe-an.json';
import { app as info } from '@/dev/data';
import { draftInfo, draftPatch } from '@/form/testing';
import { app } from '@/lib/app.svelte';
import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { FeeSummary } from '@/lib/bindings/FeeSummary';
import type { Handover } from '@/lib/bindings/Handover';
import type { PayWay } from '@/lib/bindings/PayWay';
import type { PortalProfile } from '@/lib/bindings/PortalProfile';
import { t } from '@/lib/i18n/index.svelte';
import { portal } from '@/lib/portal.svelte';
import { Draft } from './draft.svelte';
import { paysAtDesk, paysOnline } from './fees';
import FeesStep from './FeesStep.svelte';

const COSTS: FeeSummary = {
  lines: [{ name: 'Lệ phí', unit: 8000, quantity: 1, amount: 8000, note: '' }],
  total: 8000,
  totalInWords: 'Tám nghìn đồng',
  announced: false,
  unknown: false,
  asOf: '',
};
const WRONG: DraftProblem = {
  step: 'fees',
  page: '',
  path: 'pay',
  rule: 'handover.pay',
  message: 'Cổng này không có cách đã chọn.',
};

let sent: Handover[];

beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
  mockIPC((command, args) => {
    if (command !== 'draft_handover') return [];
    sent.push((args as { handover: Handover }).handover);
    return draftPatch(null);
  });
});

afterEach(() => {
  app.info = null;
  vi.useRealTimers();
});

function show(
  profile: unknown,
  more: Partial<DraftInfo> = {},
  props: { problems?: DraftProblem[]; summary?: boolean } = {},
): Draft {
  app.info = { ...info, portalProfile: profile as PortalProfile | null };
  const draft = new Draft({ ...draftInfo([]), fee: COSTS, ...more });
  put(FeesStep, { draft, ...props });
  return draft;
}

const paying = (pay: PayWay): Partial<DraftInfo> => ({
  handover: { ...draftInfo([]).handover, pay },
});
const facts = () =>
  [...document.querySelectorAll('dt')].map(
    (one) => `${one.textContent}: ${one.nextElementSibling?.textContent}`,
  );
const radios = () => [...document.querySelectorAll<HTMLInputElement>('input[name=pay]')];
const text = () => document.body.textContent;

test('where the guide knows one way only, it is told with the account that is paid to, and not where nothing is owed', async () => {
  show(kontum);
  const told = [
    'Chọn hình thức thanh toán: VNPT Payment Platform',
    'Cơ quan thu: Trung tâm Phục vụ hành chính công',
    'Tài khoản nhận: 0000 0000 0101 – Ngân hàng Mẫu',
  ];
  expect(radios()).toEqual([]);
  expect(facts()).toEqual(told);
  await clear();
  show(kontum, {}, { summary: true });
  expect(facts()).toEqual(told);
  await clear();
  show(kontum, { fee: { ...COSTS, lines: [], total: 0 } });
  expect(facts()).toEqual([]);
  await clear();
  show(khukinhte);
  expect(facts()).toEqual([
    'Cơ quan thu: Ban Quản lý Khu kinh tế',
    'Tài khoản nhận: 0000 0000 0102 – Ngân hàng Mẫu',
  ]);
});

test('the way to pay is chosen by the guide’s words, kept at once, and said in other words', async () => {
  const draft = show(nghean);
  expect(document.querySelector('#pay legend')?.textContent).toBe('Phương thức thanh toán');
  expect(
    radios().map((one) => one.closest('label')?.querySelector('span')?.firstChild?.textContent?.trim()),
  ).toEqual(['Thanh toán trực tuyến', 'Thanh toán tại bộ phận một cửa']);
  expect(radios().map((one) => one.checked)).toEqual([true, false]);
  expect(text()).toContain(t.portal.when.withSubmit);
  expect(portal.submit(paysOnline(draft))).toBe('Thanh toán & Nộp hồ sơ');
  radios()[1]?.click();
  flushSync();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.pay)).toEqual(['atDesk']);
  expect(text()).toContain(t.fees.atDeskHint);
  expect(text()).not.toContain(t.portal.when.withSubmit);
  expect([paysAtDesk(draft), portal.submit(paysOnline(draft))]).toEqual([true, 'Nộp hồ sơ']);
});

test('nothing is asked where there is one way, nothing to pay, or a supplement', async () => {
  const supplement = { reason: '', components: [], requestedAt: '', dueOn: '', dueIn: null, draft: null };
  const free = { ...COSTS, lines: [], total: 0 };
  const cases: [unknown, Partial<DraftInfo>, number][] = [
    [nghean, {}, 2],
    [nghean, { fee: { ...free, announced: true } }, 2],
    [nghean, { fee: free }, 0],
    [nghean, { supplement }, 0],
    [khukinhte, {}, 0],
    [null, {}, 0],
  ];
  for (const [profile, more, count] of cases) {
    show(profile, more);
    expect(radios()).toHaveLength(count);
    await clear();
  }
});

test('what was free promises no payment, though the way would be online', () => {
  const draft = show(nghean, { fee: { ...COSTS, lines: [], total: 0 } });
  expect(portal.submit(paysOnline(draft))).toBe('Nộp hồ sơ');
});

test('what can’t be worked out yet is not said to be free', () => {
  const free = { ...COSTS, lines: [], total: 0 };
  show(null, { fee: { ...free, unknown: true } });
  expect(text()).toContain(t.fees.unknown);
  expect(text()).not.toContain(t.fees.none);
});

test('a way that the portal doesn’t have can be chosen anew', async () => {
  const draft = show(khukinhte, paying('atDesk'), { problems: [WRONG] });
  expect(text()).toContain(WRONG.message);
  expect(radios().map((one) => [one.value, one.checked])).toEqual([['online', false]]);
  radios()[0]?.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.pay)).toEqual(['online']);
  expect(draft.handover.pay).toBe('online');
});

test('at the end the way is told, and a draft that is only read keeps it', async () => {
  show(nghean, paying('atDesk'), { summary: true });
  expect(radios()).toEqual([]);
  expect(document.querySelector('dl.facts dd')?.textContent).toBe('Thanh toán tại bộ phận một cửa');
  await clear();
  show(nghean, { ...paying('atDesk'), readOnly: 'Nháp này đang được soạn ở máy khác.' });
  expect(radios().map((one) => [one.checked, one.disabled])).toEqual([
    [false, true],
    [true, true],
  ]);
});

test('how the dossier is handed in stands among the fees where the guide has it', async () => {
  show(nghean);
  expect(facts()).toContain('Hình thức nộp hồ sơ: Nộp hồ sơ trực tuyến');
  await clear();
  show(khukinhte);
  expect(text()).not.toContain('Hình thức nộp');
});
