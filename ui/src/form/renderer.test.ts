import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { one, settle, Shown, write } from './mounting';
import { node } from './testing';

const shown = new Shown();
const show = shown.show.bind(shown);

const set = (value: unknown) => [{ op: 'set', path: 'answer', value }];
const choices = [
  { value: 'nam', label: 'Nam' },
  { value: 'nu', label: 'Nữ' },
];

test.each([
  ['textfield', 'Ước', 'Ước'],
  ['email', 'a@b.vn', 'a@b.vn'],
  ['url', 'https://thu.vn', 'https://thu.vn'],
  ['phoneNumber', '0912000000', '0912000000'],
  ['vnPhone', '0912 000 000', '0912 000 000'],
  ['vnCitizenId', '062092000017', '062092000017'],
  ['vnTaxCode', '0100233488', '0100233488'],
  ['vnName', 'lê văn mẫu', 'lê văn mẫu'],
  ['number', '3', 3],
  ['currency', '24.000', 24_000],
  ['vnMoney', '24.000', 24_000],
  ['vnDate', '5/9/1990', '1990-09-05'],
  ['vnPartialDate', '1990', '1990'],
  ['datetime', '05/09/1990', '1990-09-05T00:00:00+07:00'],
  ['time', '8:30', '08:30:00'],
  ['tags', 'a,b', 'a,b'],
  ['address', 'Số 12', 'Số 12'],
  ['somethingNew', 'chữ', 'chữ'],
])('%s: the typed %j is sent as %j', async (kind, typed, value) => {
  show([node(kind)]);
  const input = one('input');
  expect(one(`label[for="${input.id}"]`).textContent).toContain('Câu hỏi');
  await write(input, typed);
  expect(shown.changes).toEqual(set(value));
});

test('textarea', async () => {
  show([node('textarea')]);
  await write(one<HTMLTextAreaElement>('textarea'), 'hai\ndòng');
  expect(shown.changes).toEqual(set('hai\ndòng'));
});

test('an unknown kind says so', () => {
  show([node('somethingNew')]);
  expect(document.body.textContent).toContain('chưa được hỗ trợ đầy đủ');
});

test('an unknown answer with parts is not overwritten by words', () => {
  show([node('somethingNew')], { data: { answer: { x: 1 } } });
  expect(one('input').disabled).toBe(true);
});

test('checkbox', async () => {
  show([node('checkbox')], { data: { answer: false } });
  one('input').click();
  await settle();
  expect(shown.changes).toEqual(set(true));
});

test('radio', async () => {
  show([node('radio', { choices })], { data: { answer: 'nam' } });
  expect(one('[role=radiogroup] legend').textContent).toContain('Câu hỏi');
  expect(one('input').checked).toBe(true);
  one('input[value="1"]').click();
  await settle();
  expect(shown.changes).toEqual(set('nu'));
});

test('select keeps the type of its values and an answer that is no choice', async () => {
  show(
    [
      node('select', {
        choices: [
          { value: 0, label: 'Nữ' },
          { value: 1, label: 'Nam' },
        ],
      }),
    ],
    { data: { answer: 'khác' } },
  );
  const select = one<HTMLSelectElement>('select');
  expect([...select.options].map((option) => option.text)).toEqual(['– Chọn –', 'Nữ', 'Nam', 'khác']);
  select.value = '1';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
  expect(shown.changes).toEqual(set(1));
});

test('many choices are a combobox, searched without accents', async () => {
  const many = ['Hà Nội', 'Huế', 'Đà Nẵng', ...Array.from({ length: 12 }, (_, index) => `Tỉnh ${index}`)];
  show([node('select', { choices: many.map((label) => ({ value: label, label })) })]);
  const input = one('[role=combobox]');
  input.focus();
  input.value = 'da nang';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  expect([...document.querySelectorAll('[role=option]')].map((option) => option.textContent?.trim())).toEqual(
    ['Đà Nẵng'],
  );
  expect(input.getAttribute('aria-expanded')).toBe('true');
  input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  await settle();
  expect(shown.changes).toEqual(set('Đà Nẵng'));
});

test('selectboxes keep a map, a select of several keeps a list', async () => {
  show([node('selectboxes', { choices })], { data: { answer: { nam: true, nu: false } } });
  document.querySelectorAll<HTMLInputElement>('input')[1]?.click();
  await settle();
  expect(shown.changes).toEqual(set({ nam: true, nu: true }));
  await shown.clear();
  show([node('select', { choices, multiple: true })], { data: { answer: ['nam'] } });
  document.querySelectorAll<HTMLInputElement>('input')[1]?.click();
  await settle();
  expect(shown.changes).toEqual(set(['nam', 'nu']));
});

test('survey', async () => {
  show(
    [
      node('survey', {
        choices,
        questions: [
          { value: 'q1', label: 'Hỏi một' },
          { value: 'q2', label: 'Hỏi hai' },
        ],
      }),
    ],
    {
      data: { answer: { q1: 'nam' } },
    },
  );
  document.querySelectorAll<HTMLInputElement>('input')[3]?.click();
  await settle();
  expect(shown.changes).toEqual(set({ q1: 'nam', q2: 'nu' }));
});

test('day', async () => {
  show([node('day', { attributes: { dayFirst: true } })], { data: { answer: '03/09/1994' } });
  const year = document.querySelectorAll<HTMLInputElement>('input')[2];
  expect(year?.value).toBe('1994');
  if (year) await write(year, '1995');
  expect(shown.changes).toEqual(set('03/09/1995'));
});

test('several lines', async () => {
  show([node('textfield', { multiple: true })], { data: { answer: ['một'] } });
  one('button').click();
  await settle();
  expect(shown.changes).toEqual(set(['một', '']));
});

test('words that are worked out cannot be typed', () => {
  show([node('vnDateWords')], { data: { answer: 'ngày năm' } });
  expect(one<HTMLTextAreaElement>('textarea').readOnly).toBe(true);
  expect(one<HTMLTextAreaElement>('textarea').value).toBe('ngày năm');
});

test('layout: group, columns, tabs and html draw what is in them; hidden and buttons draw nothing', () => {
  const field = (key: string) => node('textfield', { key, path: key, label: key });
  show(
    [
      node('fieldset', { key: 'f', path: 'f', label: 'Nhóm', children: [field('a')] }),
      node('columns', {
        key: 'c',
        path: 'c',
        children: [
          node('column', { key: '0', path: 'c#0', attributes: { width: 6 }, children: [field('b')] }),
        ],
      }),
      node('tabs', {
        key: 't',
        path: 't',
        children: [node('tab', { key: 'x', path: 'x', label: 'Thẻ', children: [field('d')] })],
      }),
      node('content', { key: 'h', path: 'h', html: '<p>Đọc kỹ</p>' }),
      node('hidden', { key: 'n', path: 'n' }),
      node('button', { key: 's', path: 's', label: 'Gửi' }),
      field('e'),
    ],
    { hidden: ['e'] },
  );
  expect([...document.querySelectorAll('input')].map((input) => input.id)).toEqual([
    'form-a',
    'form-b',
    'form-d',
  ]);
  expect(one('fieldset legend').textContent).toBe('Nhóm');
  expect(document.body.textContent).toContain('Đọc kỹ');
  expect(document.body.textContent).not.toContain('Gửi');
});

test('a grid adds, copies, moves and removes rows', async () => {
  const grid = node('datagrid', {
    label: 'Con',
    children: [node('textfield', { key: 'n', path: 'answer[].n', label: 'Tên' })],
  });
  show([grid], { data: { answer: [{ n: 'một' }, { n: 'hai' }] } });
  const names = () =>
    [...document.querySelectorAll<HTMLInputElement>('li input')].map((input) => input.value);
  expect(names()).toEqual(['một', 'hai']);
  const press = async (words: string) => {
    [...document.querySelectorAll('button')]
      .find((button) => button.textContent?.trim() === words && !button.disabled)
      ?.click();
    await settle();
  };
  await press('Thêm dòng');
  await press('Chép');
  await press('Xuống');
  await press('Xóa');
  expect(shown.changes).toEqual([
    { op: 'insertRow', path: 'answer', index: 2, value: {} },
    { op: 'insertRow', path: 'answer', index: 1, value: { n: 'một' } },
    { op: 'moveRow', path: 'answer', from: 0, to: 1 },
    { op: 'removeRow', path: 'answer', index: 0 },
  ]);
  const second = document.querySelectorAll<HTMLInputElement>('li input')[1];
  shown.changes = [];
  if (second) await write(second, 'ba');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer[1].n', value: 'ba' }]);
});

test('hint, mark, warning and error are tied to the control', () => {
  const draft = show([node('textfield', { hint: 'Như trên thẻ', required: true })], {
    data: { answer: 'x' },
    sources: { answer: 'profile' },
    warnings: { answer: 'Số lạ' },
  });
  draft.problems = [
    { step: 'form', page: '', path: 'answer', rule: 'required', message: 'Hãy điền mục này.' },
  ];
  flushSync();
  const input = one('input');
  const described = (input.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent?.trim());
  expect(described).toEqual(['Như trên thẻ', 'từ hồ sơ cá nhân', 'Lưu ý: Số lạ', 'Lỗi: Hãy điền mục này.']);
  expect(input.getAttribute('aria-invalid')).toBe('true');
  expect(input.getAttribute('aria-required')).toBe('true');
});

test('a rule that can’t run is told of in every row, and of groups and lists, which say so to a screen reader too', () => {
  const cell = node('textfield', { key: 'n', path: 'g[].n' });
  const nodes = [
    node('datagrid', { key: 'g', label: 'Con', children: [cell] }),
    node('editgrid', { key: 'e', children: [] }),
    node('fieldset', { key: 'f', children: [] }),
    node('columns', { key: 'c', children: [] }),
  ];
  const blocked = Object.fromEntries(['g[].n', 'e', 'f', 'c'].map((path) => [path, 'asks for `fetch`']));
  show(nodes, { data: { g: [{ n: '1' }, { n: '2' }] }, blocked });
  const told = [...document.querySelectorAll('[id$=-blocked]')].map(({ id }) => id);
  expect(told).toEqual(['g-0-n', 'g-1-n', 'e', 'f', 'c'].map((id) => `form-${id}-blocked`));
  for (const id of told.slice(0, -1))
    expect([id, document.querySelector(`[aria-describedby~="${id}"]`)?.matches('input, fieldset')]).toEqual([
      id,
      true,
    ]);
});

test('rows that were filled in say where they came from, and can be confirmed', async () => {
  const children = [node('textfield', { key: 'n', path: 'g[].n' })];
  show([node('datagrid', { key: 'g', label: 'Con', children })], {
    data: { g: [{ n: '1' }] },
    sources: { g: 'dossier' },
  });
  const mark = one<HTMLElement>('#form-g-source');
  expect(mark.textContent).toBe('từ hồ sơ trước');
  expect(mark.closest('fieldset')?.getAttribute('aria-describedby')).toContain('form-g-source');
  one<HTMLButtonElement>('fieldset .mark button').click();
  await settle();
  expect(document.activeElement?.id).toBe('form-g');
});

test('logic may disable a question or change its words', () => {
  show([node('textfield')], { overrides: { answer: { disabled: true, label: 'Tên mới' } } });
  expect(one('input').disabled).toBe(true);
  expect(one('label').textContent).toContain('Tên mới');
});

test('content is drawn as it is now, and the case as it will be kept', () => {
  show(
    [
      node('content', { html: '<p>Chào</p>' }),
      node('textfield', { key: 'b', attributes: { case: 'uppercase' } }),
    ],
    {
      overrides: { answer: { html: '<p>Chào An</p>' } },
    },
  );
  expect(one('.html').textContent).toBe('Chào An');
  expect(one('input').style.textTransform).toBe('uppercase');
});

test('what is typed over a calculation can be given back to it', async () => {
  const question = node('vnMoney');
  show([question], { data: { answer: 99 }, overrides: { answer: { calculated: 1000 } } });
  const note = one<HTMLElement>('#form-answer-calculated');
  expect(note.textContent).toContain('1.000');
  expect(one('input').getAttribute('aria-describedby')).toContain(note.id);
  one<HTMLButtonElement>('.mark button').click();
  await settle();
  expect(shown.changes).toEqual([{ op: 'clear', path: 'answer' }]);
  expect(document.activeElement?.id).toBe('form-answer');
});

test('the summary of a row leaves out what form.io leaves out', () => {
  const cell = (key: string, tableView: boolean) =>
    node('textfield', {
      key,
      path: `g[].${key}`,
      label: key,
      attributes: tableView ? {} : { tableView: false },
    });
  show([node('editgrid', { key: 'g', path: 'g', children: [cell('tên', true), cell('ẩn', false)] })], {
    data: { g: [{ tên: 'An', ẩn: 'x' }] },
  });
  expect([...document.querySelectorAll('dl.facts dt')].map((term) => term.textContent)).toEqual(['tên']);
});

test('an undo shows in the field that has focus, a mere answer does not', async () => {
  const draft = show([node('textfield')], { data: { answer: 'trước' } });
  const input = one('input');
  input.focus();
  draft.form.put('answer', 'từ nơi khác');
  flushSync();
  expect(input.value).toBe('trước');
  draft.form.put('answer', 'hoàn tác');
  draft.form.epoch += 1;
  flushSync();
  expect(input.value).toBe('hoàn tác');
});
