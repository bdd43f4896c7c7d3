import { expect, test } from 'vitest';
import { click, one, settle, Shown } from '@/form/mounting';
import { draftInfo, node } from '@/form/testing';
import { t } from '@/lib/i18n/index.svelte';
import { Draft } from '../draft.svelte';
import { Flow } from '../flow.svelte';
import ReviewStep from './ReviewStep.svelte';

let sent: string[] = [];
let full = true;

const shown = new Shown((command) => {
  sent.push(command);
  if (command === 'draft_change' && full) throw { code: 'disk.full', message: 'disk full', fields: {} };
  if (command === 'draft_check') return [];
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
