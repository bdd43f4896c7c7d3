import { expect, test } from 'vitest';
import { clear, put } from '@/dev/mounting';
import type { DossierRow } from '@/lib/bindings/DossierRow';
import { rows } from '@/dev/data';
import { answerBy, statusWords } from '@/lib/dossier';
import { en } from '@/lib/i18n/en';
import { t } from '@/lib/i18n/index.svelte';
import DossierList from './DossierList.svelte';

const one = (folder: DossierRow['folder']) => rows.find((row) => row.folder === folder)!;

function shown(row: DossierRow): string {
  put(DossierList, { rows: [row], label: 'x' });
  return document.querySelector('.main')!.textContent.replaceAll(/\s+/g, ' ');
}

test('what the desk asks for is read in the list, and by when', () => {
  const row = one('supplementRequested');
  const text = shown(row);
  expect(text).toContain(`${t.dossier.supplement}: ${row.asked?.reason}`);
  expect(text).toContain('Bổ sung trước ngày 04/12/2026 (còn 8 ngày làm việc)');
});

test('what the desk said of a returned dossier is read in the list', () => {
  const row = one('rejected');
  expect(shown(row)).toContain(`${t.dossier.opinion}: ${row.opinion}`);
});

test('an ordinary dossier says neither', () => {
  const text = shown(one('processing'));
  expect(text).not.toContain(t.dossier.supplement);
  expect(text).not.toContain(t.dossier.opinion);
});

test('a day that has passed is told calmly, one that was never set not at all', () => {
  const asked = one('supplementRequested').asked!;
  expect(answerBy({ ...asked, dueOn: '', dueIn: null })).toBe('');
  expect(answerBy({ ...asked, dueIn: 0 })).toContain('đến hạn hôm nay');
  expect(answerBy({ ...asked, dueIn: -2 })).toContain('đã qua 2 ngày làm việc');
  expect(en.dossier.answerBy('04/12/2026', 1)).toContain('1 working day left');
});

test('one that another computer has sent says so, with its code and status, and is only looked at', async () => {
  const words = {
    why: 'otherDesktop' as const,
    words: { vi: 'Hồ sơ này được gửi từ máy khác của bạn.', en: '' },
  };
  for (const folder of ['processing', 'supplementRequested', 'awaitingPayment'] as const) {
    const row = { ...one(folder), subject: '', elsewhere: words };
    const text = shown(row);
    expect(text).toContain(`gửi từ máy khác · ${row.code}`);
    expect(text).not.toContain(t.dossiers.noSubject);
    expect(document.querySelector('.state')!.textContent).toContain(statusWords(row.status!));
    expect(document.querySelector('.next')!.textContent.trim()).toBe(t.home.look);
    expect(document.querySelector('a.open')!.getAttribute('href')).toBe(`#/ho-so/${row.dossier}`);
    await clear();
  }
});
