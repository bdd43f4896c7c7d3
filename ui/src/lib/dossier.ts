import type { DossierRow } from './bindings/DossierRow';
import type { Folder } from './bindings/Folder';
import type { QueueItem } from './bindings/QueueItem';
import type { SupplementView } from './bindings/SupplementView';
import type { SyncInfo } from './bindings/SyncInfo';
import type { IconName } from '@/parts/icons';
import { showDay } from './format';
import { t } from './i18n/index.svelte';
import { portal } from './portal.svelte';
import type { Route } from './router.svelte';

/** Where opening a row leads: a draft to its form, a dossier to its page. */
export function rowRoute(row: DossierRow): Route {
  if (row.dossier) return { page: 'dossier', id: row.dossier };
  return { page: 'fill', draft: row.draft ?? '' };
}

/** Several numbers and signs between them, as in every portal's dossier codes; words and telephone numbers are none. */
export function looksLikeCode(text: string): boolean {
  return /^[\w.]+([-–/][\w.]+)+$/.test(text) && (text.match(/\d/g)?.length ?? 0) >= 6;
}

/** The official status in words. */
export function statusWords(status: number): string {
  if (status === 0) return t.status.local;
  const words = (t.status as Record<string, unknown>)[String(status)];
  return typeof words === 'string' ? words : t.status.unknown(status);
}

/** What the portal takes only once its fee is paid. */
export const payFirst = (sync: SyncInfo | null): QueueItem[] =>
  (sync?.queue ?? []).filter((item) => item.wait?.code === 'pay');

/** Whose dossier it is; of one whose answers are elsewhere, where they are. */
export function whose(row: DossierRow): string {
  if (row.subject) return row.subject;
  return row.elsewhere ? t.dossiers.elsewhere[row.elsewhere.why] : t.dossiers.noSubject;
}

/** The state of a row in a few words. */
export function rowState(row: DossierRow): string {
  if (row.folder === 'unsent')
    return row.step ? t.home.draftAt(portal.step(row.step)) : t.dossiers.folder.unsent;
  if (row.folder === 'conflict') return t.dossiers.folder.conflict;
  if (row.trouble) return t.stage.needsFix;
  if (row.folder === 'outbox' || row.status === null) return t.dossiers.folder[row.folder];
  return statusWords(row.status);
}

export const FOLDER_ICONS: Record<Folder, IconName> = {
  unsent: 'pencil',
  outbox: 'clock',
  failed: 'warning',
  conflict: 'warning',
  sent: 'send',
  awaitingPayment: 'card',
  supplementRequested: 'reply',
  processing: 'inbox',
  returned: 'check',
  rejected: 'error',
};

/** How a folder is tinted, beside its icon and words. */
export const FOLDER_TONES: Record<Folder, '' | 'ok' | 'warn' | 'error' | 'info'> = {
  unsent: '',
  outbox: '',
  failed: 'warn',
  conflict: 'warn',
  sent: 'info',
  awaitingPayment: 'warn',
  supplementRequested: 'warn',
  processing: 'info',
  returned: 'ok',
  rejected: 'error',
};

/** What one does next with a row. */
export function nextAction(row: DossierRow): string {
  if (row.elsewhere) return t.home.look;
  switch (row.folder) {
    case 'unsent':
      return row.share?.state === 'reader' ? t.home.look : t.home.continue;
    case 'supplementRequested':
      return t.home.doSupplement;
    case 'awaitingPayment':
      return t.home.doPay;
    default:
      return t.home.look;
  }
}

/** By when the desk wants its supplement; empty where it set no day. */
export const answerBy = (asked: SupplementView): string =>
  asked.dueIn === null ? '' : t.dossier.answerBy(showDay(asked.dueOn), asked.dueIn);
