import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { DossierInfo } from '@/lib/bindings/DossierInfo';
import type { Folder } from '@/lib/bindings/Folder';
import { dossier, rows } from '@/dev/data';
import { t } from '@/lib/i18n/index.svelte';
import Payments from '../Payments.svelte';
import DossierPage from './DossierPage.svelte';

// The test's document has no popovers.
HTMLElement.prototype.showPopover ??= () => {};
HTMLElement.prototype.hidePopover ??= () => {};

const WORDS = { vi: 'Hồ sơ này được gửi từ máy khác của bạn.', en: 'Sent from another computer of yours.' };

let mounted: ReturnType<typeof mount> | null = null;

afterEach(() => {
  if (mounted) unmount(mounted);
  mounted = null;
  clearMocks();
  document.body.replaceChildren();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await tick();
    await new Promise((done) => setTimeout(done, 2));
    flushSync();
  }
}

/** As it would be from here, and as another computer has sent it. */
function both(folder: Folder): [DossierInfo, DossierInfo] {
  const here = dossier(rows.find((row) => row.folder === folder)!);
  return [here, { ...here, row: { ...here.row, subject: '', elsewhere: WORDS } }];
}

async function show(info: DossierInfo): Promise<string> {
  mockIPC((command) => (command === 'dossier' ? info : []));
  mounted = mount(DossierPage, { target: document.body, props: { id: info.row.dossier! } });
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
    unmount(mounted!);
    document.body.replaceChildren();
    const text = await show(elsewhere);
    expect(text).toContain(WORDS.vi);
    expect(text).toContain(elsewhere.row.code);
    expect(buttons(), folder).toEqual([]);
    unmount(mounted!);
    mounted = null;
    document.body.replaceChildren();
  }
});

test('what the desk asks for and what is due are told all the same', async () => {
  const asked = both('supplementRequested')[1];
  expect(await show(asked)).toContain(asked.supplement!.reason);
  unmount(mounted!);
  document.body.replaceChildren();
  const due = both('awaitingPayment')[1];
  expect(await show(due)).toContain(due.fees[0]!.name);
});

test('of a procedure that nobody here knows there is no link', async () => {
  const [, sent] = both('processing');
  const link = () => document.querySelector(`a[href$="${sent.procedure}"]`);
  await show(sent);
  expect(link()).not.toBeNull();
  unmount(mounted!);
  document.body.replaceChildren();
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
      if (command === 'dossiers') return { folders: [], rows: [info.row], refreshedAt: '' };
      if (command === 'sync_info') return { queue: [] };
      return info;
    });
    mounted = mount(Payments, { target: document.body });
    await settle();
    expect(document.querySelectorAll('section').length).toBe(sections);
    unmount(mounted);
    mounted = null;
    document.body.replaceChildren();
  }
});
