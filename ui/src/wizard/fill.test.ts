import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { draftInfo, draftPatch, node } from '@/form/testing';
import { t } from '@/lib/i18n/index.svelte';
import { toasts } from '@/lib/toasts.svelte';
import CardDialog from './CardDialog.svelte';
import { Draft } from './draft.svelte';

let mounted: ReturnType<typeof mount> | null = null;

afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.replaceChildren();
  clearMocks();
});

async function settle(): Promise<void> {
  await tick();
  await new Promise((done) => setTimeout(done, 5));
  flushSync();
}

async function scan(text: string, answer: () => unknown): Promise<{ draft: Draft; closed: () => boolean }> {
  const draft = new Draft(draftInfo([node('vnName', { key: 'ho_ten', path: 'ho_ten' })]));
  let shut = false;
  mockIPC((command, args) => {
    expect([command, (args as { text: string }).text]).toEqual(['draft_fill_card', text]);
    return answer();
  });
  mounted = mount(CardDialog, {
    target: document.body,
    props: { draft, part: 'form', onclose: () => (shut = true) },
  });
  flushSync();
  const input = document.querySelector<HTMLInputElement>('#card-text');
  if (!input) throw new Error('no field');
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  document
    .querySelector('form')
    ?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await settle();
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
