import { mockIPC } from '@tauri-apps/api/mocks';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { put } from '@/dev/mounting';
import { draftInfo, draftPatch } from '@/form/testing';
import { app } from '@/lib/app.svelte';
import type { AppInfo } from '@/lib/bindings/AppInfo';
import type { Handover as HandoverView } from '@/lib/bindings/Handover';
import type { PostAddress } from '@/lib/bindings/PostAddress';
import { Draft } from '../draft.svelte';
import Handover from './Handover.svelte';

const HOME: PostAddress = {
  name: 'Nguyễn Thị An',
  phone: '0900000001',
  street: 'Số 12',
  commune: 'Phường Hoa Ban',
  province: 'Tỉnh Quảng Ngãi',
};

const DESK = { level: 'province' as const, province: '51', name: 'Tỉnh Quảng Ngãi' };

/** What the core was given, by the draft that it was for. */
let sent: [string, HandoverView][];
let refuse: (id: string) => void;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  refuse = () => {};
  mockIPC((command, args) => {
    const { id, handover } = args as { id: string; handover: HandoverView };
    if (command === 'draft_copy') return { ...draftInfo([]), id: 'copy' };
    if (command !== 'draft_handover') return [];
    refuse(id);
    sent.push([id, handover]);
    return draftPatch(null);
  });
});

afterEach(() => {
  app.info = null;
  vi.useRealTimers();
});

function show(readOnly = ''): Draft {
  const handover: HandoverView = {
    delivery: { how: 'post', address: '', to: HOME },
    originals: null,
    notices: [{ way: 'email', to: 'an@example.com' }],
    pay: 'atDesk',
    agency: DESK,
    agencySuggested: 'profile',
  };
  const draft = new Draft({ ...draftInfo([]), handover, readOnly });
  put(Handover, { draft, problems: [] });
  return draft;
}

function type(id: string, text: string): void {
  const input = document.getElementById(id) as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

const street = (handover: HandoverView | undefined) =>
  handover?.delivery.how === 'post' ? handover.delivery.to?.street : undefined;

test('an address is saved after a rest, as answers are, though the cursor stays in the field', async () => {
  const draft = show();
  type('delivery-street', 'Số 1');
  type('delivery-street', 'Số 12, đường Thử');
  expect(draft.pending).toBe(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(sent.map(([, handover]) => street(handover))).toEqual(['Số 12, đường Thử']);
  expect(draft.pending).toBe(false);
});

test('where to tell of news is saved after a rest too', async () => {
  const profile = { delivery: [], originals: null, notices: ['email'] };
  app.info = { portalProfile: profile } as unknown as AppInfo;
  show();
  type('notice-email', 'an.nguyen@example.com');
  await vi.advanceTimersByTimeAsync(150);
  expect(sent.map(([, handover]) => handover.notices[0]?.to)).toEqual(['an.nguyen@example.com']);
});

test('leaving saves at once, and only what changed', async () => {
  const draft = show();
  type('delivery-street', 'Số 13');
  const input = document.getElementById('delivery-street')!;
  input.dispatchEvent(new Event('focusout', { bubbles: true }));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(1);
  input.dispatchEvent(new Event('focusout', { bubbles: true }));
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toHaveLength(1);
  expect(street(draft.handover)).toBe('Số 13');
  expect(sent[0]?.[1]).toMatchObject({ pay: 'atDesk', agency: DESK, agencySuggested: 'profile' });
});

test('whoever closes the window with the cursor in the field has it saved', async () => {
  const draft = show();
  type('delivery-street', 'Số 14');
  const flushed = draft.flush();
  await vi.advanceTimersByTimeAsync(60);
  expect(await flushed).toBe(true);
  expect(sent.map(([, handover]) => street(handover))).toEqual(['Số 14']);
});

test('what cannot be saved stays in the line, and goes along into a draft of its own', async () => {
  const draft = show();
  refuse = (id) => {
    if (id === 'draft') throw { code: 'draft.held', message: 'held', fields: {} };
  };
  type('delivery-street', 'Số 15');
  await vi.advanceTimersByTimeAsync(150);
  expect(draft.failure?.code).toBe('draft.held');
  expect(draft.pending).toBe(true);
  type('delivery-street', 'Số 16');
  expect(await draft.rescue()).toBe('copy');
  expect(sent.map(([id, handover]) => [id, street(handover)])).toEqual([['copy', 'Số 16']]);
});

test('in a draft that is only read nothing can be typed that would be lost', () => {
  const profile = { delivery: [], originals: null, notices: ['email'] };
  app.info = { portalProfile: profile } as unknown as AppInfo;
  show('Nháp này đang được soạn ở máy khác của bạn.');
  const open = [...document.querySelectorAll('input')].filter(
    (one) => !one.disabled && !one.closest('fieldset[disabled]'),
  );
  expect(open.map(({ id }) => id)).toEqual([]);
});
