import { afterEach, expect, test } from 'vitest';
import motcua from '../../../../crates/app/portals/mot-cua-chung.json';
import nghean from '../../../../crates/app/portals/nghe-an.json';
import { app as info } from '@/dev/data';
import { click, one, settle, Shown } from '@/form/mounting';
import { draftInfo, node } from '@/form/testing';
import { app } from '@/lib/app.svelte';
import type { DraftInfo } from '@/lib/bindings/DraftInfo';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { PortalProfile } from '@/lib/bindings/PortalProfile';
import { t } from '@/lib/i18n/index.svelte';
import { router } from '@/lib/router.svelte';
import { Draft } from '../draft.svelte';
import { Flow } from '../flow.svelte';
import ReviewStep from './ReviewStep.svelte';

afterEach(() => {
  app.info = null;
});

let sent: string[] = [];
let full = true;
let found: DraftProblem[] = [];

const shown = new Shown((command) => {
  sent.push(command);
  if (command === 'draft_change' && full) throw { code: 'disk.full', message: 'disk full', fields: {} };
  if (command === 'draft_check') return found;
  if (command === 'dossier_seal') return { row: { dossier: null } };
  return undefined;
});

test('nothing is sealed while answers can’t be saved; once they can, all of them are there first', async () => {
  [sent, full] = [[], true];
  const draft = new Draft(draftInfo([node('textfield', { key: 'a' })]));
  draft.type('form', 'a', 'một');
  draft.type('form', 'b', 'hai');
  shown.put(ReviewStep, { draft, flow: new Flow(draft), online: false });
  await settle();
  one('#declaration').click();
  await click(t.review.seal);
  await new Promise((done) => setTimeout(done, 150));
  await settle();
  expect(sent).not.toContain('dossier_seal');
  expect(document.body.textContent).toContain(t.errors.codes['disk.full']);
  full = false;
  sent = [];
  await click(t.review.seal);
  await new Promise((done) => setTimeout(done, 150));
  expect(sent.filter((command) => command !== 'draft_check')).toEqual([
    'draft_change',
    'draft_change',
    'dossier_seal',
  ]);
});

test('a rule that couldn’t be checked here is shown before sealing, and holds nothing up', async () => {
  [sent, full] = [[], false];
  const message = 'Quy tắc của mục “A” không kiểm tra được ở đây.';
  found = [{ step: 'form', page: '', path: 'a', rule: 'unchecked', message }];
  const draft = new Draft(draftInfo([node('textfield', { key: 'a' })]));
  shown.put(ReviewStep, { draft, flow: new Flow(draft), online: false });
  await settle();
  expect(document.body.textContent).toContain(message);
  expect(document.body.textContent).toContain(t.review.unchecked(1));
  expect(document.body.textContent).toContain(t.review.noProblems);
  one('#declaration').click();
  await click(t.review.seal);
  await new Promise((done) => setTimeout(done, 50));
  expect(sent).toContain('dossier_seal');
  await shown.clear();
  found = [{ step: 'form', page: '', path: 'a', rule: 'required', message: 'Hãy điền.' }];
  sent = [];
  shown.put(ReviewStep, { draft, flow: new Flow(draft), online: false });
  await settle();
  one('#declaration').click();
  await click(t.review.seal);
  await new Promise((done) => setTimeout(done, 50));
  expect(sent).not.toContain('dossier_seal');
  found = [];
  await shown.clear();
});

test('where the guide has a button to keep the dossier and one to print, they do so, saved first', async () => {
  [sent, full] = [[], false];
  const kept = () => document.querySelectorAll('.last button').length;
  app.info = { ...info, portalProfile: motcua as PortalProfile };
  const draft = new Draft(draftInfo([node('textfield', { key: 'a' })]));
  draft.type('form', 'a', 'một');
  shown.put(ReviewStep, { draft, flow: new Flow(draft), online: true });
  await settle();
  expect(kept()).toBe(4);
  await click('In biểu mẫu đơn');
  await click('Lưu lại');
  await new Promise((done) => setTimeout(done, 50));
  expect(sent.filter((command) => command !== 'draft_check')).toEqual(['draft_change', 'paper_print']);
  expect(router.route).toEqual({ page: 'dossiers', folder: 'unsent' });
  await shown.clear();
  app.info = { ...info, portalProfile: nghean as PortalProfile };
  shown.put(ReviewStep, { draft, flow: new Flow(draft), online: true });
  await settle();
  expect(kept()).toBe(2);
  await shown.clear();
});

test('payment and a confirmation code are announced only where the portal will want them', async () => {
  const profile = { ...(nghean as PortalProfile), confirmationCode: true };
  const fee = { lines: [], total: 8000, totalInWords: '', announced: false, unknown: false, asOf: '' };
  const first = t.portal.when[profile.payment];
  const own = profile.submit.vi;
  const supplement = { reason: '', components: [], requestedAt: '', dueOn: '', dueIn: null, draft: null };
  const cases: [string, Partial<DraftInfo>, { first: boolean; code: boolean; button: string }][] = [
    ['a fee', { fee }, { first: true, code: true, button: own }],
    ['free', { fee: { ...fee, total: 0 } }, { first: false, code: true, button: t.review.submit }],
    [
      'a fee that is announced later',
      { fee: { ...fee, total: 0, announced: true } },
      { first: false, code: true, button: t.review.submit },
    ],
    ['a supplement', { fee, supplement }, { first: false, code: false, button: t.review.supplement }],
  ];
  for (const [name, more, expected] of cases) {
    app.info = { ...info, portalProfile: profile };
    const draft = new Draft({ ...draftInfo([]), ...more });
    shown.put(ReviewStep, { draft, flow: new Flow(draft), online: true });
    await settle();
    const text = document.body.textContent ?? '';
    const button = document.querySelector('.last .primary')?.textContent?.trim();
    expect([name, { first: text.includes(first), code: text.includes(t.portal.code), button }]).toEqual([
      name,
      expected,
    ]);
    await shown.clear();
  }
});
