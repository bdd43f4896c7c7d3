import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { put } from '@/dev/mounting';
import { app as info } from '@/dev/data';
import { app } from '@/lib/app.svelte';
import type { SyncInfo } from '@/lib/bindings/SyncInfo';
import { t } from '@/lib/i18n/index.svelte';
import ConnectionChip from './ConnectionChip.svelte';

afterEach(() => {
  app.info = null;
  app.sync = null;
});

test('a portal of another version is no missing network: the person reads what to do', () => {
  app.info = info;
  const sync: SyncInfo = {
    online: false,
    paused: false,
    busy: false,
    refreshedAt: '',
    queue: [],
    clockOffSeconds: 0,
    rules: { hours: null, spareMetered: true, alwaysMetered: false, bytesPerSecond: null },
    metered: false,
    receiptsSigned: null,
    otherVersion: false,
  };
  app.sync = sync;
  put(ConnectionChip);
  const said = () => document.body.textContent;
  expect(said()).toContain(t.chip.offline);
  app.sync = { ...sync, otherVersion: true };
  flushSync();
  expect(said()).toContain(t.chip.otherVersion);
  expect(said()).toContain(t.chip.otherVersionLine);
  expect(said()).not.toContain(t.chip.offlineLine(0));
});
