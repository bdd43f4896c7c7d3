import { afterEach, expect, test } from 'vitest';
import kontum from '../../../../crates/app/portals/kon-tum.json';
import motcua from '../../../../crates/app/portals/mot-cua-chung.json';
import { app as info, dossier, rows } from '@/dev/data';
import { clear, put } from '@/dev/mounting';
import { app } from '@/lib/app.svelte';
import type { PortalProfile } from '@/lib/bindings/PortalProfile';
import { t } from '@/lib/i18n/index.svelte';
import DossierCode from './DossierCode.svelte';

afterEach(() => {
  app.info = null;
});

test('how a code is followed with Zalo is told where the portal has an account there, and the dossier a code', async () => {
  const sent = dossier(rows.find((row) => row.code)!);
  const unsent = dossier(rows.find((row) => row.dossier && !row.code)!);
  for (const [profile, one, told] of [
    [kontum, sent, true],
    [kontum, unsent, false],
    [motcua, sent, false],
    [null, sent, false],
  ] as const) {
    app.info = { ...info, portalProfile: profile as PortalProfile | null };
    put(DossierCode, { dossier: one });
    const text = document.body.textContent;
    expect(text.includes(t.dossier.zalo.title)).toBe(told);
    const pictures = [...document.querySelectorAll('img')].map((image) => image.alt);
    expect(pictures.includes(t.dossier.zalo.qr(kontum.zalo.name))).toBe(told);
    if (told) {
      expect(text).toContain(`“${kontum.zalo.name}”`);
      expect(text).toContain(`Nhắn mã hồ sơ ${one.row.code!} `);
    }
    await clear();
  }
});
