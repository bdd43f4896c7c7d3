import { mockIPC } from '@tauri-apps/api/mocks';
import { expect, test } from 'vitest';
import { put, settle } from '@/dev/mounting';
import { t } from '@/lib/i18n/index.svelte';
import FirstStart from './FirstStart.svelte';

test('a number copied wrong is told together with everything else, when all is handed in and not before', async () => {
  const asked: string[] = [];
  mockIPC((command) => {
    asked.push(command);
    if (command === 'profile_check')
      throw { code: 'profile.invalid', message: '', fields: { identity: 'identity.shape' } };
    return undefined;
  });
  put(FirstStart, { another: false, oncancel: () => {}, ondone: () => {} });
  const identity = document.querySelector<HTMLInputElement>('#profile-identity');
  if (!identity) throw new Error('no field for the number');
  identity.value = '12345';
  identity.dispatchEvent(new Event('input', { bubbles: true }));
  identity.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
  await settle();
  expect(identity.getAttribute('aria-invalid')).not.toBe('true');

  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
  expect(identity.getAttribute('aria-invalid')).toBe('true');
  const links = [...document.querySelectorAll('a[href^="#profile-"]')].map((link) =>
    link.getAttribute('href'),
  );
  expect(links.toSorted()).toEqual(['#profile-identity', '#profile-name', '#profile-pin']);
  expect(document.body.textContent).toContain(t.first.pinShort);
  expect(asked).not.toContain('profile_create');
});
