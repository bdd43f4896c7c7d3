import { expect, test } from 'vitest';
import type { Node } from '@/lib/bindings/Node';
import { Flow } from '@/wizard/flow.svelte';
import { click, one, press, reasonOf, settle, Shown, write } from './mounting';
import { node } from './testing';

const shown = new Shown();
const name = node('textfield', { key: 'n', path: 'answer[].n', label: 'Tên' });
const grid = node('editgrid', { label: 'Người ở cùng', children: [name] });
const focused = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id;

test('an edit grid shows its rows in words, and opens one to edit it', async () => {
  shown.show([grid], { data: { answer: [{ n: 'một' }, { n: 'hai' }] } });
  expect(document.querySelectorAll('li input')).toHaveLength(0);
  expect(one('li dd').textContent).toBe('một');
  await click('Sửa: Người ở cùng – dòng 2');
  expect(focused()).toBe('form-answer-1-n');
  await write(one('li input'), 'ba');
  await click('Xong: Người ở cùng – dòng 2');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer[1].n', value: 'ba' }]);
  expect([...document.querySelectorAll('dd')].map((dd) => dd.textContent)).toEqual(['một', 'ba']);
  expect(focused()).toBe('Sửa: Người ở cùng – dòng 2');
  expect(one('[role=status]').textContent).toBe('Đã xong dòng 2.');
});

test('rows that have to be there are marked, to the eye and to a screen reader', () => {
  shown.show([{ ...grid, required: true }], { data: { answer: [] } });
  expect(one('legend').textContent.replace(/\s+/g, ' ').trim()).toBe('Người ở cùng (*)');
  const described = one('fieldset').getAttribute('aria-describedby')?.split(' ') ?? [];
  expect(described.map((id) => document.getElementById(id)?.textContent)).toContain('bắt buộc');
});

test('that rows are missing is said no more once one was added', async () => {
  const draft = shown.show([{ ...grid, required: true }], { data: { answer: [] } });
  draft.problems = [{ step: 'form', page: '', path: 'answer', rule: 'required', message: 'Thiếu dòng.' }];
  await settle();
  expect(one('#form-answer-error').textContent).toContain('Thiếu dòng.');
  await click('Thêm dòng: Người ở cùng');
  expect(document.getElementById('form-answer-error')).toBeNull();
});

test('cancelling puts back what the row held when it was opened', async () => {
  shown.show([grid], { data: { answer: [{ n: 'một' }] } });
  await click('Sửa: Người ở cùng – dòng 1');
  await write(one('li input'), 'khác');
  await click('Hủy sửa: Người ở cùng – dòng 1');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer[0]', value: { n: 'một' } });
});

test('a new row that is cancelled goes, and the one before keeps the focus', async () => {
  shown.show([grid], { data: { answer: [{ n: 'một' }] } });
  await click('Thêm dòng: Người ở cùng');
  expect(shown.changes).toEqual([{ op: 'insertRow', path: 'answer', index: 1, value: {} }]);
});

test('rows are copied, moved and removed, and the focus stays with the row', async () => {
  shown.show([grid], { data: { answer: [{ n: 'một' }, { n: 'hai' }] } });
  await click('Chép: Người ở cùng – dòng 1');
  await click('Xuống: Người ở cùng – dòng 1');
  expect(focused()).toBe('Sửa: Người ở cùng – dòng 2');
  await click('Xóa: Người ở cùng – dòng 2');
  expect(shown.changes).toEqual([
    { op: 'insertRow', path: 'answer', index: 1, value: { n: 'một' } },
    { op: 'moveRow', path: 'answer', from: 0, to: 1 },
    { op: 'removeRow', path: 'answer', index: 1 },
  ]);
});

test('an edit grid holds to its limits', async () => {
  const named = (words: string) => document.querySelector<HTMLElement>(`[aria-label="${words}"]`);
  shown.show([{ ...grid, attributes: { minRows: 2, maxRows: 2 } }], {
    data: { answer: [{ n: 'một' }, { n: 'hai' }] },
  });
  const most = 'Đã đủ 2 dòng, là số nhiều nhất.';
  const [add, copy] = ['Thêm dòng: Người ở cùng', 'Chép: Người ở cùng – dòng 1'];
  const remove = 'Xóa: Người ở cùng – dòng 1';
  expect([add, copy, remove].map((words) => reasonOf(named(words)))).toEqual([
    most,
    most,
    'Phải có ít nhất 2 dòng.',
  ]);
  for (const words of [add, copy, remove]) {
    named(words)?.focus();
    await click(words);
    expect(focused()).toBe(words);
  }
  expect(shown.changes).toEqual([]);
});

test('an edit grid of a form that has rows neither added nor removed has no buttons for it', () => {
  shown.show([{ ...grid, attributes: { disableAddingRemovingRows: true } }], {
    data: { answer: [{ n: 'một' }] },
  });
  const names = [...document.querySelectorAll('button')].map((one) => one.textContent?.trim());
  expect(names).toEqual(['Sửa', 'Lên', 'Xuống']);
});

test('a data map holds to its limits', async () => {
  const map = node('datamap', {
    label: 'Giá',
    attributes: { minLength: 1, maxLength: 2 },
    children: [node('number', { key: 'value', path: 'answer.*', label: 'Số tiền' })],
  });
  shown.show([map], { data: { answer: { gạo: 3 } } });
  const remove = () => one('[aria-label="Xóa: Giá – mục 1"]');
  expect(reasonOf(one('#form-answer-add'))).toBe('');
  expect(reasonOf(remove())).toBe('Phải có ít nhất 1 mục.');
  remove().focus();
  await click('Xóa: Giá – mục 1');
  expect(document.activeElement).toBe(remove());
  await click('Thêm mục: Giá');
  expect(reasonOf(remove())).toBe('');
  expect(reasonOf(one('#form-answer-add'))).toBe('Đã đủ 2 mục, là số nhiều nhất.');
  await click('Thêm mục: Giá');
  expect(document.querySelectorAll('li')).toHaveLength(2);
  expect(shown.changes).toEqual([]);
});

test('a row with something wrong is open, so that one can be led to it', async () => {
  const draft = shown.show([grid], { data: { answer: [{ n: '' }, { n: 'hai' }] } });
  draft.problems = [{ step: 'form', page: '', path: 'answer[0].n', rule: 'required', message: 'Thiếu tên.' }];
  await settle();
  expect(one('#form-answer-0-n').getAttribute('aria-invalid')).toBe('true');
  expect(document.querySelectorAll('li input')).toHaveLength(1);
});

test('of 2,000 rows of an edit grid a few are in the page; any is found, gone to, opened, moved and removed', async () => {
  const rows = Array.from({ length: 2000 }, (_, index) => ({ n: `tên ${index + 1}` }));
  const draft = shown.show([grid], { data: { answer: rows } });
  const there = () => [...document.querySelectorAll<HTMLElement>('[data-row]')].map((row) => row.dataset.row);
  expect(there().length).toBeLessThan(60);
  expect(one('li').getAttribute('aria-setsize')).toBe('2000');
  await write(one('input[type=search]'), 'tên 1500');
  await click('Tìm tiếp');
  expect(focused()).toBe('Sửa: Người ở cùng – dòng 1500');
  expect(there()).toEqual(expect.arrayContaining(['1498', '1499', '1500']));
  expect(one('[data-row="1499"]').getAttribute('aria-posinset')).toBe('1500');
  await click('Sửa: Người ở cùng – dòng 1500');
  await write(one('#form-answer-1499-n'), 'khác');
  await click('Xong: Người ở cùng – dòng 1500');
  await click('Xuống: Người ở cùng – dòng 1500');
  expect(focused()).toBe('Sửa: Người ở cùng – dòng 1501');
  await click('Xóa: Người ở cùng – dòng 1501');
  expect(shown.changes).toEqual([
    { op: 'set', path: 'answer[1499].n', value: 'khác' },
    { op: 'moveRow', path: 'answer', from: 1499, to: 1500 },
    { op: 'removeRow', path: 'answer', index: 1500 },
  ]);
  const problem = {
    step: 'form',
    page: '',
    path: 'answer[70].n',
    rule: 'required',
    message: 'Thiếu tên.',
  } as const;
  draft.problems = [problem];
  const flow = new Flow(draft);
  flow.step = 'form';
  await flow.goTo(problem, [problem]);
  expect(document.activeElement?.id).toBe('form-answer-70-n');
});

test('a data map keeps names and values; one without a name waits', async () => {
  const map = node('datamap', {
    label: 'Giá',
    children: [node('number', { key: 'value', path: 'answer.*', label: 'Số tiền' })],
  });
  shown.show([map], { data: { answer: { gạo: 3 } } });
  await write(one('#form-answer-value-0'), '2,5');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: { gạo: 2.5 } });
  await click('Thêm mục: Giá');
  expect(focused()).toBe('form-answer-key-1');
  expect(document.body.textContent).toContain('Hãy đặt tên để mục này được lưu.');
  await write(one('#form-answer-key-1'), 'gạo');
  expect(document.body.textContent).toContain('Tên này đã có ở mục khác.');
  await write(one('#form-answer-key-1'), 'muối.iốt');
  await write(one('#form-answer-value-1'), '7');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: { gạo: 2.5, 'muối.iốt': 7 } });
  await click('Xóa: Giá – mục 1');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: { 'muối.iốt': 7 } });
  expect(focused()).toBe('form-answer-key-0');
});

test('a tree asks the same below each thing', async () => {
  const tree = node('tree', {
    label: 'Phả hệ',
    children: [node('textfield', { key: 'n', path: 'answer.n', label: 'Tên' })],
  });
  const draft = shown.show([tree], {
    data: { answer: { data: { n: 'ông' }, children: [{ data: { n: 'cha' }, children: [] }] } },
  });
  const names = [...document.querySelectorAll('input')].map((input) => [input.id, input.value]);
  expect(names).toEqual([
    ['form-answer-data-n', 'ông'],
    ['form-answer-children-0-data-n', 'cha'],
  ]);
  const missing = { step: 'form', page: '', path: 'answer.children[0].data.n', rule: 'required' } as const;
  draft.problems = [{ ...missing, message: 'Thiếu tên.' }];
  await settle();
  const wrong = one('#form-answer-children-0-data-n');
  expect(wrong.getAttribute('aria-invalid')).toBe('true');
  expect(document.body.textContent).toContain('Thiếu tên.');
  draft.problems = [];
  await write(wrong, 'bác');
  await click('Thêm mục con: Phả hệ – Mục 1');
  await click('Xóa: Phả hệ – Mục 1');
  expect(shown.changes).toEqual([
    { op: 'set', path: 'answer.children[0].data.n', value: 'bác' },
    {
      op: 'insertRow',
      path: 'answer.children[0].children',
      index: 0,
      value: { data: {}, children: [] },
    },
    { op: 'removeRow', path: 'answer.children', index: 0 },
  ]);
});

test('tags: a comma or Enter ends one, Backspace takes the last away, what is typed counts already', async () => {
  shown.show([node('tags')]);
  const input = one('input');
  await write(input, 'một,hai');
  await press(input, 'Enter');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer', value: 'một,hai' }]);
  expect([...document.querySelectorAll('li span')].map((chip) => chip.textContent)).toEqual(['một', 'hai']);
  await press(input, 'Backspace');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: 'một' });
  await click('Bỏ “một”');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: '' });
  expect(focused()).toBe('form-answer');
});

test('several lines are typed line by line, and the focus follows what is added and removed', async () => {
  shown.show([node('number', { multiple: true })], { data: { answer: [1, 2] } });
  await write(one('#form-answer-1'), '2,5');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer[1]', value: 2.5 }]);
  await click('Thêm: Câu hỏi');
  expect(focused()).toBe('Câu hỏi, giá trị 3');
  await click('Xóa: Câu hỏi, giá trị 1');
  expect(shown.changes.at(-1)).toEqual({ op: 'set', path: 'answer', value: [2.5, ''] });
});

test('an answer that chooses its mask is kept with its name', async () => {
  const masks = [
    { label: 'Cũ', mask: '999-999' },
    { label: 'Mới', mask: 'AA-99' },
  ];
  shown.show([node('textfield', { attributes: { masks } })]);
  await write(one('input'), '123456');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer', value: { value: '123-456', maskName: 'Cũ' } }]);
  expect(one('input').value).toBe('123-456');
});

test('boxes of which one may be ticked keep one answer, each under its own path', async () => {
  const mark = (path: string, value: string, label: string) =>
    node('checkbox', { key: value, path, label, required: true, attributes: { inputType: 'radio', value } });
  shown.show([mark('sex', 'm', 'Nam'), mark('sex~2', 'f', 'Nữ')], { data: { sex: 'f', 'sex~2': 'f' } });
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  expect(boxes.map((box) => box.checked)).toEqual([false, true]);
  expect(new Set(boxes.map((box) => box.name)).size).toBe(1);
  const told = boxes[0]?.getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(told)?.textContent).toBe('bắt buộc');
  boxes[0]?.click();
  await settle();
  expect(shown.changes).toEqual([{ op: 'set', path: 'sex', value: 'm' }]);
});

test('an address is typed part by part: those of the definition, or the usual ones', async () => {
  const manual = (children: Node[]) =>
    node('address', { label: 'Địa chỉ', attributes: { enableManualMode: true }, children });
  shown.show([manual([node('textfield', { key: 'city', path: 'answer.city', label: 'Thành phố' })])]);
  expect(document.querySelectorAll('fieldset input')).toHaveLength(1);
  expect(one<HTMLLabelElement>('label[for=form-answer-city]').textContent).toBe('Thành phố');
  await write(one('#form-answer-city'), 'Huế');
  const value = { mode: 'manual', address: { city: 'Huế' } };
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer', value }]);
  await shown.clear();
  shown.show([manual([])], { data: { answer: { mode: 'manual', address: { zip: '10000' } } } });
  expect(one('#form-answer-zip').value).toBe('10000');
  expect(document.querySelectorAll('fieldset input')).toHaveLength(6);
  await write(one('#form-answer-city'), 'Huế');
  expect(shown.changes.at(-1)).toMatchObject({ value: { address: { zip: '10000', city: 'Huế' } } });
});

test('an address found on a map elsewhere stays until it is typed anew', async () => {
  const found = { mode: 'autocomplete', address: { display_name: 'Số 5, Huế', lat: '16.4' } };
  const address = node('address', { label: 'Địa chỉ', attributes: { enableManualMode: true } });
  shown.show([address], { data: { answer: found } });
  expect(one('output').textContent).toBe('Số 5, Huế');
  expect(document.querySelector('fieldset input')).toBeNull();
  await click('Nhập lại từng phần');
  expect(shown.changes).toEqual([{ op: 'set', path: 'answer', value: { mode: 'manual', address: {} } }]);
  expect(document.querySelectorAll('fieldset input')).toHaveLength(6);
});

test('a reset empties the whole form in one change', async () => {
  shown.show([node('button', { label: 'Làm lại', attributes: { action: 'reset' } })], {
    data: { a: 1, b: { c: 2 } },
  });
  await click('Làm lại');
  expect(shown.changes).toEqual([
    {
      op: 'batch',
      changes: [
        { op: 'clear', path: 'a' },
        { op: 'clear', path: 'b' },
      ],
    },
  ]);
});

test('what needs the network says so: a captcha, a nested form that did not come along, choices from elsewhere', () => {
  shown.show([
    node('recaptcha', { label: 'Mã xác nhận' }),
    node('form', { key: 'f', path: 'f' }),
    node('select', { key: 's', path: 's' }),
  ]);
  expect(document.body.textContent).toContain('Mã xác nhận');
  for (const words of ['chỉ dùng được khi có mạng', 'Biểu mẫu con này', 'Danh sách lựa chọn này']) {
    expect(document.body.textContent).toContain(words);
  }
});

test('what is wrong in a folded panel or in another tab can be gone to', async () => {
  const field = (key: string) => node('textfield', { key, path: key, label: key });
  const draft = shown.show([
    node('panel', {
      key: 'p',
      path: 'p',
      attributes: { collapsible: true, collapsed: true },
      children: [field('a')],
    }),
    node('tabs', {
      key: 't',
      path: 't',
      children: [
        node('tab', { key: 'x', path: 'x', label: 'Một', children: [field('b')] }),
        node('tab', { key: 'y', path: 'y', label: 'Hai', children: [field('c')] }),
      ],
    }),
  ]);
  expect(one<HTMLDetailsElement>('details').open).toBe(false);
  draft.problems = ['a', 'c'].map((path) => ({
    step: 'form',
    page: '',
    path,
    rule: 'required',
    message: 'Thiếu.',
  }));
  await settle();
  expect(one<HTMLDetailsElement>('details').open).toBe(true);
  const { focusField } = await import('@/parts/focus');
  expect(focusField('form-c')).toBe(true);
  await settle();
  expect(document.activeElement?.id).toBe('form-c');
  expect(one('[role=tab][aria-selected=true]').textContent?.trim()).toBe('Hai (có mục cần xem lại)');
});

const rowed = (kind: string) =>
  node(kind, {
    key: 'g',
    path: 'g',
    label: 'Con',
    children: [node('textfield', { key: 'n', path: kind === 'tree' ? 'g.n' : 'g[].n', label: 'Tên' })],
  });
const wrongAt = (path: string) => [
  { step: 'form' as const, page: '', path, rule: 'required', message: 'Hãy điền.' },
];

test('an edit grid’s row that something was wrong in stays open while that is put right', async () => {
  const draft = shown.show([rowed('editgrid')], { data: { g: [{ n: '' }] } });
  expect(document.getElementById('form-g-0-n')).toBeNull();
  draft.problems = wrongAt('g[0].n');
  await settle();
  await write(one('#form-g-0-n'), 'An');
  expect(draft.problems).toEqual([]);
  expect(one('#form-g-0-n').value).toBe('An');
});

test.each(['datagrid', 'editgrid', 'tree', 'datamap', 'container'])(
  'a %s that is wrong has the bar',
  async (kind) => {
    const draft = shown.show([rowed(kind)]);
    expect(document.querySelector('.amiss')).toBeNull();
    draft.problems = wrongAt('g');
    await settle();
    expect(one('.amiss').contains(one('#form-g'))).toBe(true);
  },
);
