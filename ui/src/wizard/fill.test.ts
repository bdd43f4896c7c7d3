import { expect, test } from 'vitest';
import { one, settle, Shown, write } from '@/form/mounting';
import { draftInfo, draftPatch, node } from '@/form/testing';
import { t } from '@/lib/i18n/index.svelte';
import { toasts } from '@/lib/toasts.svelte';
import CardDialog from './CardDialog.svelte';
import { Draft } from './draft.svelte';

let asked: unknown[] = [];
let answer: () => unknown;

const shown = new Shown((command, args) => {
  asked = [command, (args as { text?: string }).text];
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
