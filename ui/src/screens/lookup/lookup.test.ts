import { mockIPC } from '@tauri-apps/api/mocks';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { put } from '@/dev/mounting';
import type { LookUpView } from '@/lib/bindings/LookUpView';
import { t } from '@/lib/i18n/index.svelte';
import LookUpPage from './LookUpPage.svelte';

const ONE = '000.00.19.H34-260101-0001';
const OTHER = '000.00.19.H34-260101-0002';

/** Codes that the core was asked about, in their order, and those it keeps. */
let asked: string[];
let kept: string[];
/** What the core says; a test may let it wait. */
let answer: (code: string) => unknown;

const view = (code: string, more: Partial<LookUpView> = {}): LookUpView => ({
  code,
  state: 'waiting',
  wait: { code: 'offline', until: '', detail: '' },
  askedAt: '2026-11-21T03:00:00Z',
  answeredAt: '',
  dossier: null,
  procedure: '',
  title: '',
  office: '',
  status: null,
  submittedAt: '',
  dueAt: '',
  timeline: [],
  ...more,
});

const found = (code: string) =>
  view(code, {
    state: 'found',
    wait: null,
    status: 2,
    title: `Thủ tục ${code}`,
    answeredAt: '2026-11-21T03:00:00Z',
  });

const busy = (until: string) => ({ code: 'portalBusy', until, detail: '' });

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  kept = [];
  answer = (code) => view(code);
  mockIPC((command, args) => {
    const { code } = args as { code: string | null };
    if (command === 'look_up' && code) {
      asked.push(code);
      kept = [code, ...kept.filter((one) => one !== code)];
      return answer(code);
    }
    if (command === 'look_up_forget') kept = code ? kept.filter((one) => one !== code) : [];
    return kept.map((one) => view(one));
  });
});

afterEach(() => {
  vi.useRealTimers();
});

async function pass(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
}

async function show(code = ''): Promise<void> {
  put(LookUpPage, { code });
  await pass();
}

const field = () => document.querySelector<HTMLInputElement>('#lookup-code')!;
const result = () => document.querySelector('section[aria-labelledby=lookup-result]')?.textContent ?? '';

function type(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

async function submit(text?: string): Promise<void> {
  if (text !== undefined) type(text);
  document.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await pass();
}

async function press(label: string): Promise<void> {
  const all = [...document.querySelectorAll('button')];
  all.find((one) => one.textContent.trim() === label || one.getAttribute('aria-label') === label)!.click();
  await pass();
}

test('what is found is shown, and the code as the portal writes it', async () => {
  answer = () => found(ONE);
  await show();
  await submit(` ${ONE.toLowerCase()}`);
  expect(field().value).toBe(ONE);
  expect(result()).toContain(`Thủ tục ${ONE}`);
  await pass(600_000);
  expect(asked).toHaveLength(1);
});

test('asking again by itself leaves a half-typed code and its button alone', async () => {
  await show(ONE);
  type('000.00.19');
  await pass(5_000);
  expect(asked).toEqual([ONE, ONE]);
  expect(field().value).toBe('000.00.19');
  let come: (view: LookUpView) => void = () => {};
  answer = () => new Promise((done) => (come = done));
  await pass(20_000);
  expect(asked).toHaveLength(3);
  expect(document.querySelector('p[role=status]')!.textContent).toBe('');
  come(found(ONE));
  await pass();
  expect(result()).toContain(`Thủ tục ${ONE}`);
  expect(field().value).toBe('000.00.19');
});

test('the person’s own question always goes, and what comes late of another is not shown', async () => {
  const waiting = new Map<string, (view: LookUpView) => void>();
  await show(ONE);
  answer = (code) => new Promise((done) => waiting.set(code, done));
  await pass(5_000);
  expect(asked).toEqual([ONE, ONE]);
  await submit(OTHER);
  expect(asked).toEqual([ONE, ONE, OTHER]);
  waiting.get(OTHER)!(found(OTHER));
  await pass();
  expect(result()).toContain(`Thủ tục ${OTHER}`);
  waiting.get(ONE)!(found(ONE));
  await pass();
  expect(result()).toContain(`Thủ tục ${OTHER}`);
  expect(field().value).toBe(OTHER);
  // Nor does one of the person's own questions stop the next one.
  await submit('1-2');
  await submit('1-3');
  expect(asked.slice(3)).toEqual(['1-2', '1-3']);
});

test.each([[t.lookup.forget(ONE)], [t.lookup.forgetAll]])('after “%s” nobody asks again', async (label) => {
  await show(ONE);
  expect(result()).toContain(ONE);
  await press(label);
  expect(result()).toBe('');
  await pass(600_000);
  expect(asked).toEqual([ONE]);
  expect(kept).toEqual([]);
});

test('a code that is forgotten while it is asked about is not shown any more', async () => {
  await show(ONE);
  let come: (view: LookUpView) => void = () => {};
  answer = () => new Promise((done) => (come = done));
  await submit();
  await press(t.lookup.forgetAll);
  come(view(ONE));
  await pass();
  expect(result()).toBe('');
  await pass(600_000);
  expect(asked).toEqual([ONE, ONE]);
});

test('nor is one that was being asked about by itself', async () => {
  await show(ONE);
  let come: (view: LookUpView) => void = () => {};
  answer = () => new Promise((done) => (come = done));
  await pass(5_000);
  await press(t.lookup.forget(ONE));
  come(view(ONE));
  await pass();
  expect(result()).toBe('');
  await pass(600_000);
  expect(asked).toEqual([ONE, ONE]);
});

test('another code that is forgotten leaves what is shown', async () => {
  await show(OTHER);
  await submit(ONE);
  await press(t.lookup.forget(OTHER));
  expect(result()).toContain(ONE);
});

test('the longer a portal is away the less often it is asked', async () => {
  await show(ONE);
  await pass(5_000);
  expect(asked).toHaveLength(2);
  await pass(9_000);
  expect(asked).toHaveLength(2);
  await pass(1_000);
  expect(asked).toHaveLength(3);
  await pass(600_000);
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.length).toBeLessThan(15);
});

test('a busy portal is left alone as long as it says', async () => {
  answer = (code) => view(code, { wait: busy('2026-11-21T03:01:30Z') });
  await show(ONE);
  await pass(89_000);
  expect(asked).toHaveLength(1);
  expect(result()).toContain(t.lookup.wait.portalBusy);
  answer = found;
  await pass(2_000);
  expect(asked).toHaveLength(2);
  expect(result()).toContain(`Thủ tục ${ONE}`);
});

test.each(['refused', 'signIn'] as const)('a portal whose word is %s is not asked again', async (code) => {
  answer = (one) => view(one, { wait: { code, until: '', detail: '' } });
  await show(ONE);
  expect(result()).toContain(t.lookup.wait[code]);
  for (const promise of [t.lookup.waiting, t.lookup.later]) expect(result()).not.toContain(promise);
  await pass(600_000);
  expect(asked).toHaveLength(1);
});
