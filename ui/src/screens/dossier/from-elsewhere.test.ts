import { mockIPC } from '@tauri-apps/api/mocks';
import { expect, test } from 'vitest';
import { clear, put, settle } from '@/dev/mounting';
import type { DossierInfo } from '@/lib/bindings/DossierInfo';
import type { Folder } from '@/lib/bindings/Folder';
import { dossier, rows } from '@/dev/data';
import { statusWords } from '@/lib/dossier';
import { t } from '@/lib/i18n/index.svelte';
import Payments from '../Payments.svelte';
import DossierPage from './DossierPage.svelte';

const WORDS = { vi: 'Hồ sơ này được gửi từ máy khác của bạn.', en: 'Sent from another computer of yours.' };
const SENT = { why: 'otherDesktop' as const, words: WORDS };

/** As it would be from here, and as another computer has sent it. */
function both(folder: Folder): [DossierInfo, DossierInfo] {
  const here = dossier(rows.find((row) => row.folder === folder)!);
  return [here, { ...here, row: { ...here.row, subject: '', elsewhere: SENT } }];
}

async function show(info: DossierInfo): Promise<string> {
  mockIPC((command) => (command === 'dossier' ? info : []));
  put(DossierPage, { id: info.row.dossier! });
  await settle();
  return document.body.textContent.replaceAll(/\s+/g, ' ');
}

/** Everything that one can press, but for copying the code. */
const buttons = () =>
  [...document.querySelectorAll('button')]
    .map((one) => one.getAttribute('aria-label') ?? one.textContent.trim())
    .filter((words) => words !== t.dossier.copyCode);

test('a dossier that another computer has sent says where its answers are, and offers nothing that is done there', async () => {
  for (const folder of ['supplementRequested', 'awaitingPayment', 'rejected'] as const) {
    const [here, elsewhere] = both(folder);
    await show(here);
    expect(buttons(), folder).not.toEqual([]);
    await clear();
    const text = await show(elsewhere);
    expect(text).toContain(WORDS.vi);
    expect(text).toContain(elsewhere.row.code);
    expect(buttons(), folder).toEqual([]);
    await clear();
  }
});

test('what the desk asks for and what is due are told all the same', async () => {
  const asked = both('supplementRequested')[1];
  expect(await show(asked)).toContain(asked.supplement!.reason);
  await clear();
  const due = both('awaitingPayment')[1];
  expect(await show(due)).toContain(due.fees[0]!.name);
});

test('of a procedure that nobody here knows there is no link', async () => {
  const [, sent] = both('processing');
  const link = () => document.querySelector(`a[href$="${sent.procedure}"]`);
  await show(sent);
  expect(link()).not.toBeNull();
  await clear();
  await show({ ...sent, row: { ...sent.row, title: sent.procedure } });
  expect(link()).toBeNull();
});

test('its fees are not among those to pay here', async () => {
  const [here, elsewhere] = both('awaitingPayment');
  for (const [info, sections] of [
    [here, 1],
    [elsewhere, 0],
  ] as const) {
    mockIPC((command) => {
      if (command === 'dossiers') return { folders: [], rows: [info.row], refreshedAt: '', leftOut: false };
      if (command === 'sync_info') return { queue: [] };
      return info;
    });
    put(Payments);
    await settle();
    expect(document.querySelectorAll('section').length).toBe(sections);
    await clear();
  }
});

test('of one that the portal has as another copy nothing is begun, and what the portal tells is shown', async () => {
  const why = 'otherCopy' as const;
  const stuck = { code: 'held.other_bytes', what: WORDS, next: WORDS, detail: '', fields: {} };
  for (const folder of ['supplementRequested', 'awaitingPayment', 'rejected'] as const) {
    const [here] = both(folder);
    const row = { ...here.row, folder: 'conflict' as const, trouble: stuck };
    const queue = {
      dossier: row.dossier!,
      revision: 1,
      title: row.title,
      stage: 'quarantined' as const,
      wait: null,
      trouble: stuck,
      changed: [],
      uploads: [],
    };
    const conflict = { ...here, row: { ...row, elsewhere: { why, words: WORDS } }, queue, files: [] };
    const text = await show(conflict);
    expect(text).toContain(t.dossier.goesOn.otherCopy);
    expect(text).toContain(WORDS.vi);
    expect(text).toContain(row.subject);
    expect(text).toContain(statusWords(row.status!));
    for (const told of [conflict.supplement?.reason, row.opinion]) if (told) expect(text).toContain(told);
    expect(buttons(), folder).toEqual([]);
    await clear();
  }
});
