import { mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { clear, put, settle } from '@/dev/mounting';
import type { DossierRow } from '@/lib/bindings/DossierRow';
import type { Folder } from '@/lib/bindings/Folder';
import { rows } from '@/dev/data';
import { t } from '@/lib/i18n/index.svelte';
import { FOLDERS } from '@/lib/router.svelte';
import Dossiers from './Dossiers.svelte';

let asked: string[] = [];

afterEach(() => {
  location.hash = '';
});

async function show(folder: Folder, all: DossierRow[], leftOut = false): Promise<void> {
  asked = [];
  mockIPC((command, args) => {
    asked.push(command);
    if (command === 'draft_step') asked.push((args as { step: string }).step);
    if (command !== 'dossiers') return [];
    return {
      folders: FOLDERS.map((one) => ({
        folder: one,
        count: all.filter((row) => row.folder === one).length,
      })),
      rows: all.filter((row) => row.folder === folder),
      refreshedAt: '',
      leftOut,
    };
  });
  put(Dossiers, { folder });
  await settle();
}

const tabs = () => [...document.querySelectorAll('[role=tab]')].map((one) => one.textContent.trim());

async function menu(): Promise<string[]> {
  document.querySelector<HTMLElement>('.menu button')!.click();
  await settle();
  return [...document.querySelectorAll('[role=menuitem]')].map((one) => one.textContent.trim());
}

async function press(words: string): Promise<void> {
  [...document.querySelectorAll<HTMLElement>('[role=menuitem]')]
    .find((one) => one.textContent.trim() === words)!
    .click();
  await settle();
}

const one = (folder: Folder) => rows.find((row) => row.folder === folder)!;

test('folders of errors and conflicts are there only when something is in them, or when one is in them', async () => {
  await show('unsent', rows);
  expect(tabs().join()).not.toContain(t.dossiers.folder.failed);
  expect(tabs()).toHaveLength(8);
  await clear();
  const failed: DossierRow = {
    ...one('outbox'),
    folder: 'failed',
    trouble: {
      code: 'dossier.invalid',
      what: { vi: 'Cổng không nhận câu trả lời.', en: 'The portal refused the answers.' },
      next: { vi: '', en: '' },
      detail: '',
      fields: {},
    },
  };
  await show('failed', [...rows, failed]);
  expect(tabs().join()).toContain(t.dossiers.folder.failed);
  expect(tabs().join()).not.toContain(t.dossiers.folder.conflict);
  expect(document.querySelector('.main')?.textContent).toContain('Cổng không nhận câu trả lời.');
  await clear();
  await show('conflict', rows);
  expect(tabs().join()).toContain(t.dossiers.folder.conflict);
  expect(document.body.textContent).toContain(t.dossiers.empty.conflict);
});

test('a draft has what the guides have: send, edit, look; sending leads to the check', async () => {
  await show('unsent', rows);
  expect((await menu()).slice(0, 3)).toEqual([t.dossiers.send, t.dossiers.edit, t.dossiers.look]);
  await press(t.dossiers.send);
  expect(asked).toContain('draft_open');
  expect(asked).toContain('review');
  expect(location.hash).toBe(`#/dien/${one('unsent').draft}`);
});

test('looking at a draft opens its paper and leaves the draft alone', async () => {
  await show('unsent', rows);
  await menu();
  await press(t.dossiers.look);
  expect(asked).toContain('paper_open');
  expect(asked).not.toContain('draft_step');
});

test('a draft that another computer writes is not sent from here', async () => {
  const reader: DossierRow = { ...one('unsent'), share: { state: 'reader' } as DossierRow['share'] };
  await show('unsent', [reader]);
  expect(await menu()).not.toContain(t.dossiers.send);
});

test('what the desk waits for is in the menu of the row', async () => {
  for (const [folder, words] of [
    ['supplementRequested', t.dossier.supplementDo],
    ['awaitingPayment', t.home.doPay],
  ] as const) {
    await show(folder, rows);
    expect(await menu()).toContain(words);
    await clear();
  }
});

test('of one that another computer has sent there is only its page', async () => {
  const words = { why: 'otherDesktop' as const, words: { vi: 'Gửi từ máy khác.', en: '' } };
  for (const folder of ['supplementRequested', 'awaitingPayment', 'processing'] as const) {
    await show(folder, [{ ...one(folder), elsewhere: words }]);
    expect(await menu()).toEqual([t.dossiers.view]);
    await clear();
  }
});

test('where older ones from other computers are left out, the list says so at its end', async () => {
  for (const leftOut of [false, true]) {
    await show('returned', rows, leftOut);
    expect(document.body.textContent.includes(t.dossiers.leftOut)).toBe(leftOut);
    await clear();
  }
});

test('of one that the portal has as another copy nothing new is begun', async () => {
  const elsewhere = { why: 'otherCopy' as const, words: { vi: 'Cổng có bản khác.', en: '' } };
  const row: DossierRow = { ...one('outbox'), folder: 'conflict', mayCancel: false, elsewhere };
  await show('conflict', [row]);
  expect(await menu()).toEqual([t.dossiers.view]);
  expect(document.body.textContent).toContain(row.subject);
});
