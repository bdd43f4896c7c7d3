import { mockIPC } from '@tauri-apps/api/mocks';
import { expect, test } from 'vitest';
import { put, settle } from '@/dev/mounting';
import { draftInfo, node } from '@/form/testing';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import { t } from '@/lib/i18n/index.svelte';
import { paperActions } from '@/preview/actions';
import DeskPapers from '@/screens/DeskPapers.svelte';
import { Draft } from './draft.svelte';
import { Flow } from './flow.svelte';
import StepBody from './StepBody.svelte';

const panel = (key: string, path: string) =>
  node('panel', { key, label: key, children: [node('textfield', { key: path, path, label: path })] });

function paper(): Draft {
  const info = draftInfo([panel('dau', 'so'), panel('cuoi', 'ly_do')]);
  return new Draft({ ...info, applicant: null });
}

const labels = () => [...document.querySelectorAll('button')].map((button) => button.textContent?.trim());

test('a paper has only its form, and ends with its export', async () => {
  const draft = paper();
  mockIPC(() => []);
  const flow = new Flow(draft);
  expect(flow.steps).toEqual(['form']);
  put(StepBody, { draft, flow });
  expect(labels()).toContain(t.fill.next);
  expect(labels()).not.toContain(t.desk.exportPdf);
  await flow.next();
  await settle();
  expect(flow.page).toBe('cuoi');
  expect(labels()).toEqual(expect.arrayContaining([t.desk.exportPdf, t.desk.exportDocx, t.desk.check]));
  expect(labels()).not.toContain(t.fill.next);
  await flow.back();
  await settle();
  expect(flow.page).toBe('dau');

  const actions = (of: Draft) => paperActions(of, () => {}).map((item) => item.label);
  expect(actions(draft)).not.toContain(t.paper.attach);
  expect(actions(new Draft(draftInfo([])))).toContain(t.paper.attach);
});

test('a check of the whole paper tells of the first page that lacks something', async () => {
  const problem = (page: string, path: string): DraftProblem => ({
    step: 'form',
    page,
    path,
    rule: 'required',
    message: `Hãy điền ${path}.`,
  });
  mockIPC((command) => (command === 'draft_check' ? [problem('dau', 'so'), problem('cuoi', 'ly_do')] : []));
  const flow = new Flow(paper());
  await flow.go('form', 'cuoi');
  expect(await flow.checkAll()).toBe(false);
  expect(flow.page).toBe('dau');
  expect(flow.draft.problems.map((one) => one.path)).toEqual(['so']);
});

test('papers are found by words without marks, and begun ones lead on', async () => {
  const row = (number: number, name: string) => ({
    code: `giay-mot-cua-0${number}`,
    name,
    number: `Mẫu số 0${number}`,
    agency: 'Bộ phận Một cửa',
    summary: '',
    knowsDossiers: number === 1,
    notInForce: '',
  });
  mockIPC(() => ({
    papers: [row(1, 'Giấy tiếp nhận hồ sơ'), row(7, 'Sổ theo dõi hồ sơ')],
    begun: [{ draft: 'd7', title: 'Sổ theo dõi hồ sơ', subject: '', changedAt: '2026-11-21T10:42:00+07:00' }],
  }));
  put(DeskPapers, { query: 'tiep nhan' });
  await settle();
  expect([...document.querySelectorAll('.rows h3')].map((one) => one.textContent)).toEqual([
    'Giấy tiếp nhận hồ sơ',
  ]);
  expect(labels()).toEqual([t.desk.start, t.desk.fromDossier]);
  expect(document.querySelector('a')?.getAttribute('href')).toBe('#/dien/d7');
});
