import { mockIPC } from '@tauri-apps/api/mocks';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { put, settle } from '@/dev/mounting';
import { app as info } from '@/dev/data';
import { app } from '@/lib/app.svelte';
import type { ContactData } from '@/lib/bindings/ContactData';
import type { ContactInfo } from '@/lib/bindings/ContactInfo';
import { t } from '@/lib/i18n/index.svelte';
import Contact from './Contact.svelte';

let now: ContactInfo | null = null;
let asked: unknown[] = [];
let kept = 0;

const mine: ContactData = {
  phone: '+84900000001',
  email: 'may@vidu.vn',
  province: 'Tỉnh Mẫu',
  commune: 'Xã Mẫu',
  address: '',
};
const held = {
  state: '00000000-0000-4000-8000-000000000001',
  changedAt: '2026-11-22T08:00:00Z',
  data: { ...mine, email: 'cong@vidu.vn', address: 'Số 7, đường Mẫu' },
};
const same: ContactInfo = {
  state: 'same',
  mine,
  portal: { ...held, data: mine },
  wait: null,
  trouble: null,
};
const differs: ContactInfo = { ...same, state: 'differs', portal: held };

beforeEach(() => {
  [now, asked, kept] = [null, [], 0];
  app.info = info;
  mockIPC((command, args) => {
    if (command === 'app_info') return info;
    if (command === 'contact_keep') asked.push(args);
    return now;
  });
});

afterEach(() => {
  app.info = null;
});

async function show(value: ContactInfo | null): Promise<string> {
  now = value;
  put(Contact, { onkept: () => (kept += 1) });
  await settle();
  return document.body.textContent ?? '';
}

function button(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll('button')];
  return all.find((one) => one.textContent?.trim() === name)!;
}

test('where the portal takes no changes nothing stands there', async () => {
  expect((await show(null)).trim()).toBe('');
});

test.each([
  [same, t.contact.same],
  [{ ...same, state: 'unknown', portal: null }, t.contact.unknown],
  [{ ...same, state: 'waiting' }, t.contact.sending],
  [
    { ...same, state: 'waiting', wait: { code: 'offline', until: '', detail: '' } },
    `${t.contact.waiting} ${t.contact.wait.offline}`,
  ],
  [{ ...same, state: 'waiting', wait: { code: 'confirm', until: '', detail: '' } }, t.wait.other],
  [
    {
      ...same,
      state: 'refused',
      trouble: {
        code: 'account.invalid',
        what: { vi: 'Không nhận.', en: 'x' },
        next: { vi: 'Sửa lại.', en: 'x' },
        detail: '',
        fields: { phone: 'không hợp lệ' },
      },
    },
    `${t.person.phone}: không hợp lệ`,
  ],
] as [ContactInfo, string][])('each state says where the change is (%#)', async (value, words) => {
  expect(await show(value)).toContain(words);
});

test('of what differs both stand there, and each line is chosen against what was shown', async () => {
  const text = await show(differs);
  for (const words of ['may@vidu.vn', 'cong@vidu.vn', 'Số 7, đường Mẫu', t.contact.empty]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain('Xã Mẫu');
  const radios = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  expect(radios.map((one) => one.checked)).toEqual([true, false, true, false]);
  // The address as the portal has it, the e-mail as it is here.
  radios[3]!.click();
  flushSync();
  now = same;
  button(t.contact.keep).click();
  await settle();
  expect(asked).toEqual([{ seen: held.state, data: { ...mine, address: 'Số 7, đường Mẫu' } }]);
  expect(kept).toBe(1);
  expect(document.body.textContent).toContain(t.contact.same);
});

test('everything is taken at once, and what was overtaken is put there again', async () => {
  await show(differs);
  button(t.contact.allTheirs).click();
  flushSync();
  const newer = { ...held, state: '00000000-0000-4000-8000-000000000002' };
  now = { ...differs, portal: newer };
  button(t.contact.keep).click();
  await settle();
  expect(asked).toEqual([{ seen: held.state, data: held.data }]);
  expect(kept).toBe(0);
  expect(document.body.textContent).toContain(t.contact.differs);
});
