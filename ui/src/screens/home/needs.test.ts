import { mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clear, put, settle } from '@/dev/mounting';
import { app as info, rows } from '@/dev/data';
import { app } from '@/lib/app.svelte';
import type { ContactState } from '@/lib/bindings/ContactState';
import type { DossierRow } from '@/lib/bindings/DossierRow';
import { t } from '@/lib/i18n/index.svelte';
import Needs from './Needs.svelte';

let state: ContactState | null = null;

beforeEach(() => {
  app.info = info;
  mockIPC((command) => {
    if (command !== 'contact_info') return info;
    return state && { state, mine: {}, portal: null, wait: null, trouble: null };
  });
});

afterEach(() => {
  app.info = null;
});

async function shown(now: ContactState | null, rows: DossierRow[] = []): Promise<string> {
  state = now;
  put(Needs, { rows, queue: [] });
  await settle();
  return document.body.textContent ?? '';
}

test('details that differ from the portal’s, or were refused, wait for the person', async () => {
  const told = await shown('differs');
  expect(told).toContain(t.home.contactDiffers);
  expect(told).not.toContain(t.home.needsNone);
  const link = document.querySelector<HTMLAnchorElement>('a.button');
  expect(link?.textContent).toBe(t.home.seeContact);
  expect(link?.getAttribute('href')).toBe('#/cai-dat');
});

test('a refused change is told of', async () => {
  expect(await shown('refused')).toContain(t.home.contactRefused);
});

test.each([null, 'same', 'waiting', 'unknown'] as const)('%s asks for nothing', async (now) => {
  expect(await shown(now)).toContain(t.home.needsNone);
});

test('what is asked of a dossier that another computer has sent is told, and not begun here', async () => {
  const asked = rows.find((row) => row.folder === 'supplementRequested')!;
  expect(await shown(null, [asked])).toContain(t.home.doSupplement);
  await clear();
  const there = {
    ...asked,
    subject: '',
    elsewhere: { why: 'otherDesktop' as const, words: { vi: 'Gửi từ máy khác.', en: '' } },
  };
  const told = await shown(null, [there]);
  expect(told).toContain(t.home.supplement);
  expect(told).toContain(t.dossiers.elsewhere.otherDesktop);
  expect(told).not.toContain(t.home.doSupplement);
});
