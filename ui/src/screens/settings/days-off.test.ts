import { mockIPC } from '@tauri-apps/api/mocks';
import { beforeEach, expect, test } from 'vitest';
import { put, settle } from '@/dev/mounting';
import type { CalendarInfo } from '@/lib/bindings/CalendarInfo';
import type { OwnDay } from '@/lib/bindings/OwnDay';
import { t } from '@/lib/i18n/index.svelte';
import DaysOff from './DaysOff.svelte';

let own: OwnDay[] = [];
let refuse: Record<string, string> | null = null;
let setAside = 0;

const BUILT_IN = [
  { day: '2026-08-22', kind: 'worked', name: 'Làm bù cho ngày 31/8/2026', own: false },
  { day: '2026-11-24', kind: 'off', name: 'Ngày Văn hóa Việt Nam', own: false },
] as const;

const info = (): CalendarInfo => ({
  years: [
    {
      year: 2026,
      known: false,
      days: [
        ...BUILT_IN.filter((one) => !own.some((other) => other.day === one.day)),
        ...own.map((one) => ({ ...one, own: true })),
      ],
    },
  ],
  own,
  source: ['Bộ luật Lao động 2019'],
  replaced: false,
  broken: setAside > 0 ? [] : [{ file: 'calendar.json', newer: false, why: 'EOF' }],
});

beforeEach(() => {
  [own, refuse, setAside] = [[], null, 0];
  mockIPC((command, args) => {
    if (command === 'calendar_set') {
      if (refuse) throw { code: 'calendar.invalid', message: '', fields: refuse };
      own = (args as { days: OwnDay[] }).days;
    } else if (command === 'calendar_set_aside') setAside += 1;
    else if (command !== 'calendar') return undefined;
    return info();
  });
});

async function show(): Promise<void> {
  put(DaysOff);
  await settle();
}

const button = (words: string) =>
  [...document.querySelectorAll('button')].find(
    (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === words,
  )!;

async function press(words: string): Promise<void> {
  button(words).click();
  await settle();
}

async function add(day: string, name: string): Promise<void> {
  for (const [id, value] of [
    ['day-off', day],
    ['day-off-name', name],
  ] as const) {
    const input = document.querySelector<HTMLInputElement>(`#${id}`)!;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
  document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
}

test('a day is added, taken back, and each step can be undone and done again', async () => {
  await show();
  expect(button(t.calendar.undo).disabled).toBe(true);
  await add('4/12/2026', 'Nghỉ bù');
  const added: OwnDay = { day: '2026-12-04', kind: 'off', name: 'Nghỉ bù' };
  expect(own).toEqual([added]);
  expect(document.body.textContent).toContain(t.calendar.own);
  await press(t.calendar.removeDay('04/12/2026'));
  expect(own).toEqual([]);
  await press(t.calendar.undo);
  expect(own).toEqual([added]);
  await press(t.calendar.undo);
  expect(own).toEqual([]);
  expect(button(t.calendar.undo).disabled).toBe(true);
  await press(t.calendar.redo);
  expect(own).toEqual([added]);
  // A new change leaves nothing to do again.
  await press(t.calendar.removeDay('04/12/2026'));
  expect(button(t.calendar.redo).disabled).toBe(true);
});

test('a holiday becomes a working day, a make-up day a day off', async () => {
  await show();
  await press(t.calendar.workDay('24/11/2026'));
  await press(t.calendar.restDay('22/08/2026'));
  expect(own.map(({ day, kind }) => [day, kind])).toEqual([
    ['2026-11-24', 'worked'],
    ['2026-08-22', 'off'],
  ]);
  expect(document.body.textContent).toContain(t.calendar.notKnown);
});

test('a day that is none never reaches the core; one that the core refuses is told at its field', async () => {
  await show();
  await add('31/11/2026', 'Nghỉ');
  const field = document.querySelector<HTMLInputElement>('#day-off')!;
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(field);
  expect(own).toEqual([]);
  refuse = { day: 'isOff' };
  await add('06/12/2026', 'Nghỉ');
  expect(document.querySelector('#day-off-error')?.textContent).toContain(t.calendar.wrong.isOff);
  expect(field.value).toBe('06/12/2026');
  refuse = { name: 'required' };
  await add('07/12/2026', '');
  expect(document.activeElement?.id).toBe('day-off-name');
  expect(button(t.calendar.undo).disabled).toBe(true);
});

test('a file that can’t be used is told of, and set aside when asked', async () => {
  await show();
  expect(document.body.textContent).toContain(t.calendar.broken('calendar.json'));
  await press(t.calendar.setAside);
  expect(setAside).toBe(1);
  expect(document.body.textContent).not.toContain(t.calendar.brokenTitle);
});
