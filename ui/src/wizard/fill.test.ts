import { expect, test } from 'vitest';
import { click, one, settle, Shown, write } from '@/form/mounting';
import { draftInfo, draftPatch, node } from '@/form/testing';
import { t } from '@/lib/i18n/index.svelte';
import { toasts } from '@/lib/toasts.svelte';
import type { PaperInfo } from '@/lib/bindings/PaperInfo';
import VaultSays from '@/screens/VaultSays.svelte';
import CardDialog from './CardDialog.svelte';
import { Draft } from './draft.svelte';
import PaperDialog from './PaperDialog.svelte';

let asked: unknown[] = [];
let answer: () => unknown;

const empty = { name: '', number: '', birthDate: '', sex: '', issuedOn: '', address: '' };
const paper = (id: string, fields: Partial<PaperInfo['fields']> = {}): PaperInfo => ({
  id,
  name: `${id}.pdf`,
  kind: 'identity',
  mediaType: 'application/pdf',
  size: 1,
  addedAt: '',
  trashedAt: '',
  fields: { ...empty, ...fields },
});

const shown = new Shown((command, args) => {
  if (command === 'vault_list') return [paper('scan'), paper('card', { name: 'Trần Thị Mẫu' })];
  const given = args as { text?: string; paper?: string; fields?: unknown };
  asked = [command, given.text ?? given.paper ?? given.fields];
  return answer();
});

async function scan(text: string, said: () => unknown): Promise<{ draft: Draft; closed: () => boolean }> {
  answer = said;
  const draft = new Draft(draftInfo([node('vnName', { key: 'ho_ten', path: 'ho_ten' })]));
  let shut = false;
  shown.put(CardDialog, { draft, part: 'form' as const, onclose: () => (shut = true) });
  await write(one('#card-text'), text);
  one<HTMLFormElement>('form').dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await settle();
  expect(asked).toEqual(['draft_fill_card', text]);
  return { draft, closed: () => shut };
}

test('a card fills the form in, marked, and says how much', async () => {
  const patch = draftPatch('form', { values: { ho_ten: 'Trần Thị Mẫu' }, sources: { ho_ten: 'card' } });
  const { draft, closed } = await scan('034301000123||…', () => ({
    patch,
    count: 1,
    former: '',
    communes: [],
  }));
  expect(draft.form.value('ho_ten')).toBe('Trần Thị Mẫu');
  expect(draft.form.sources.get('ho_ten')).toBe('card');
  expect(draft.form.epoch).toBe(1);
  expect(closed()).toBe(true);
  expect(toasts.list.at(-1)?.text).toBe(t.card.filled(1));
});

test('another text is refused in words, and the dialog stays', async () => {
  const { closed } = await scan('https://thu.vn', () => {
    throw { code: 'card.not_a_card', message: '', fields: {} };
  });
  expect(closed()).toBe(false);
  expect(document.body.textContent).toContain(t.errors.codes['card.not_a_card']);
});

test('only a paper of which something was kept is offered, and its answers are marked', async () => {
  const patch = draftPatch('form', { values: { ho_ten: 'Trần Thị Mẫu' }, sources: { ho_ten: 'vault' } });
  answer = () => ({ patch, count: 1, former: '', communes: [] });
  const draft = new Draft(draftInfo([node('vnName', { key: 'ho_ten', path: 'ho_ten' })]));
  let shut = false;
  shown.put(PaperDialog, { draft, part: 'form' as const, onclose: () => (shut = true) });
  await settle();
  const rows = [...document.querySelectorAll<HTMLButtonElement>('.rows button')];
  expect(rows.map((row) => row.textContent)).toEqual([expect.stringContaining('card.pdf')]);
  rows[0]?.click();
  await settle();
  await settle();
  expect(asked).toEqual(['draft_fill_paper', 'card']);
  expect(draft.form.value('ho_ten')).toBe('Trần Thị Mẫu');
  expect(draft.form.sources.get('ho_ten')).toBe('vault');
  expect(shut).toBe(true);
  expect(toasts.list.at(-1)?.text).toBe(t.fromPaper.filled(1));
});

test('what a paper says is typed once; a day that is none is said beside its field', async () => {
  let shut = false;
  shown.put(VaultSays, { paper: paper('card'), onclose: () => (shut = true) });
  await write(one('#paper-name'), 'Trần Thị Mẫu');
  await write(one('#paper-birthDate'), '31/2/2001');
  answer = () => {
    throw { code: 'vault.invalid', message: '', fields: { birthDate: 'date' } };
  };
  await click(t.common.save);
  await settle();
  expect(asked).toEqual(['vault_describe', { ...empty, name: 'Trần Thị Mẫu', birthDate: '31/2/2001' }]);
  expect(one('#paper-birthDate').getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement?.id).toBe('paper-birthDate');
  expect(shut).toBe(false);
  answer = () => paper('card', { name: 'Trần Thị Mẫu' });
  await click(t.common.save);
  await settle();
  expect(shut).toBe(true);
});

test('a card of the vault is described by its QR text', async () => {
  answer = () => paper('card', { name: 'Trần Thị Mẫu', birthDate: '2001-09-05' });
  shown.put(VaultSays, { paper: paper('card'), onclose: () => {} });
  await write(one('#paper-card'), '034301000123||…');
  await click(t.vault.readCard);
  expect(asked).toEqual(['vault_describe_card', '034301000123||…']);
  expect(one('#paper-name').value).toBe('Trần Thị Mẫu');
  expect(one('#paper-birthDate').value).toBe('05/09/2001');
});
