import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import type { DraftProblem } from '@/lib/bindings/DraftProblem';
import type { PlaceHit } from '@/lib/bindings/PlaceHit';
import type { ReadPlace } from '@/lib/bindings/ReadPlace';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { lineOf } from './controls/place';
import { one, press, settle, Shown, write } from './mounting';
import { node } from './testing';

const HANOI = 'Thành phố Hà Nội';
const address = node('vnAddress', {
  label: 'Nơi cư trú',
  choices: [
    { value: HANOI, label: HANOI },
    { value: 'Tỉnh Quảng Ngãi', label: 'Tỉnh Quảng Ngãi' },
    { value: 'Tỉnh Quảng Ngãi', label: 'Tỉnh Kon Tum (nay: Tỉnh Quảng Ngãi)' },
  ],
});
const places: PlaceHit[] = [
  { commune: 'Phường Ba Đình', communeCode: '00004', province: HANOI, provinceCode: '01', former: '' },
  {
    commune: 'Phường Hồng Hà',
    communeCode: '00070',
    province: HANOI,
    provinceCode: '01',
    former: 'Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội',
  },
];

let asked: unknown[] = [];
let read: ReadPlace | null = null;

/** What the core waits for before it answers a change. */
let stall: Promise<never> | undefined;

const shown = new Shown((command, args) => {
  if (command === 'draft_change' && stall) return stall;
  if (command === 'places_communes') asked.push(args);
  return command === 'places_communes' ? places : command === 'place_read' ? read : undefined;
});

beforeEach(() => {
  [asked, read] = [[], null];
  stall = undefined;
});

async function show(answer: JsonValue, problems: DraftProblem[] = []): Promise<void> {
  shown.show([address], { data: { answer } }).problems = problems;
  await settle();
}

const field = (part: string) => one(`#form-answer-${part}`);

async function typeIn(part: string, text: string): Promise<HTMLInputElement> {
  const input = field(part);
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
  return input;
}

async function choose(part: string, text: string): Promise<void> {
  await press(await typeIn(part, text), 'Enter');
}

const set = (part: string, value: string) => ({ op: 'set', path: `answer.${part}`, value });

test('an address is a group of three labelled questions', async () => {
  await show({ chi_tiet: 'Số 1', xa: 'Phường Ba Đình', tinh: HANOI });
  expect(document.querySelector('fieldset legend')?.textContent).toContain('Nơi cư trú');
  for (const [part, value] of [
    ['chi_tiet', 'Số 1'],
    ['tinh', HANOI],
    ['xa', 'Phường Ba Đình'],
  ] as const) {
    expect(field(part).value).toBe(value);
    expect(document.querySelector(`label[for="form-answer-${part}"]`)?.textContent).toBeTruthy();
  }
});

test('an address breaks no rule of axe, wrong or not', async () => {
  await show({ chi_tiet: '', xa: '', tinh: HANOI }, [
    { step: 'form', page: '', path: 'answer', rule: 'required', message: 'Hãy chọn xã.' },
  ]);
  expect(field('xa').getAttribute('aria-invalid')).toBe('true');
  const { violations } = await axe.run(document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}, 60_000);

test('what was missing of an address is said no more once a part of it is answered', async () => {
  const missing: DraftProblem = {
    step: 'form',
    page: '',
    path: 'answer',
    rule: 'required',
    message: 'Thiếu.',
  };
  for (const answer of [() => choose('tinh', 'ha noi'), () => write(field('chi_tiet'), 'Số 1')]) {
    await show({}, [missing]);
    expect(document.getElementById('form-answer-error')).not.toBeNull();
    await answer();
    expect(document.getElementById('form-answer-error')).toBeNull();
    await shown.clear();
  }
});

test('another province takes the commune away, in one step', async () => {
  await show({ chi_tiet: '', xa: 'Phường Ba Đình', tinh: HANOI });
  await choose('tinh', 'kon tum');
  expect(shown.changes).toEqual([{ op: 'batch', changes: [set('tinh', 'Tỉnh Quảng Ngãi'), set('xa', '')] }]);
});

test('what is chosen shows at once, however slow the core is, and stays with what is chosen next', async () => {
  await show({ chi_tiet: '', xa: '', tinh: '' });
  stall = new Promise(() => {});
  await typeIn('tinh', 'ha noi');
  await press(field('tinh'), 'Enter');
  expect(field('tinh').value).toBe(HANOI);
  await typeIn('xa', 'ba dinh');
  await press(field('xa'), 'Enter');
  expect([field('tinh').value, field('xa').value]).toEqual([HANOI, 'Phường Ba Đình']);
});

test('a commune brings its province, and a former ward is its commune of today', async () => {
  await show({});
  await choose('xa', 'phuc xa');
  expect(asked).toContainEqual({ query: 'phuc xa', province: '' });
  expect(shown.changes).toEqual([
    { op: 'batch', changes: [set('xa', 'Phường Hồng Hà'), set('tinh', HANOI)] },
  ]);
});

test('a commune that is not on the list stays', async () => {
  await show({ chi_tiet: '', xa: 'Phường Hoa Ban', tinh: HANOI });
  expect(field('xa').value).toBe('Phường Hoa Ban');
  field('xa').focus();
  field('xa').dispatchEvent(new Event('blur'));
  await settle();
  expect(shown.changes).toEqual([]);
});

test('a commune that the list lacks is kept as it was typed, with Enter or on leaving', async () => {
  for (const leave of [new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }), new Event('blur')]) {
    await show({ chi_tiet: '', xa: '', tinh: HANOI });
    (await typeIn('xa', ' Phường Chưa Có ')).dispatchEvent(leave);
    await settle();
    expect(shown.changes).toEqual([
      { op: 'batch', changes: [set('xa', 'Phường Chưa Có'), set('tinh', HANOI)] },
    ]);
    await shown.clear();
  }
});

test('who looks for another commune and goes on keeps the one there was', async () => {
  await show({ chi_tiet: '', xa: 'Phường Ba Đình', tinh: HANOI });
  (await typeIn('xa', 'hồ')).dispatchEvent(new Event('blur'));
  await settle();
  expect(shown.changes).toEqual([]);
  expect(field('xa').value).toBe('Phường Ba Đình');
});

test('a province is one of the list', async () => {
  await show({ chi_tiet: '', xa: '', tinh: HANOI });
  (await typeIn('tinh', 'Tỉnh Chưa Có')).dispatchEvent(new Event('blur'));
  await settle();
  expect(shown.changes).toEqual([]);
  expect(field('tinh').value).toBe(HANOI);
});

test('a whole address pasted as the street goes where it belongs', async () => {
  read = { street: 'Tổ 3', places: places.slice(0, 1) };
  await show({});
  const paste = new Event('paste', { bubbles: true });
  Object.assign(paste, { clipboardData: { getData: () => 'Tổ 3, Ba Đình, Hà Nội' } });
  field('chi_tiet').dispatchEvent(paste);
  await settle();
  expect(shown.changes).toEqual([
    { op: 'batch', changes: [set('chi_tiet', 'Tổ 3'), set('xa', 'Phường Ba Đình'), set('tinh', HANOI)] },
  ]);
});

test('one line from elsewhere shows as the street and becomes parts with the first choice', async () => {
  await show('Số 1, đường Mẫu');
  expect(field('chi_tiet').value).toBe('Số 1, đường Mẫu');
  await choose('tinh', 'ha noi');
  expect(shown.changes).toEqual([
    { op: 'set', path: 'answer', value: { chi_tiet: 'Số 1, đường Mẫu', xa: '', tinh: HANOI } },
  ]);
});

test('a check shows an address on one line', () => {
  expect(lineOf({ chi_tiet: 'Số 1', xa: 'X', tinh: 'T' })).toBe('Số 1, X, T');
  expect(lineOf('Số 1')).toBe('Số 1');
  expect(lineOf({})).toBe('');
});
