import { expect, test } from 'vitest';
import { FormModel } from './model.svelte';
import { draftInfo, node } from './testing';
import { answersOf } from './answers';

const words = { yes: 'Có', no: 'Không', signed: 'Đã ký', row: (index: number) => `Dòng ${index}` };

test('every visible answer, in words, with what it belongs to', () => {
  const nodes = [
    node('vnDate', { key: 'd', path: 'd', label: 'Ngày' }),
    node('checkbox', { key: 'c', path: 'c', label: 'Đồng ý' }),
    node('checkbox', { key: 'r', path: 'r', label: 'Nam', attributes: { inputType: 'radio', value: 'm' } }),
    node('checkbox', { key: 'f', path: 'r~2', label: 'Nữ', attributes: { inputType: 'radio', value: 'f' } }),
    node('select', { key: 's', path: 's', label: 'Giới tính', choices: [{ value: 1, label: 'Nam' }] }),
    node('selectboxes', {
      key: 'b',
      path: 'b',
      label: 'Chọn',
      choices: [
        { value: 'x', label: 'X' },
        { value: 'y', label: 'Y' },
      ],
    }),
    node('container', {
      key: 'm',
      path: 'm',
      label: 'Mẹ',
      children: [node('vnName', { key: 'n', path: 'm.n', label: 'Tên' })],
    }),
    node('datagrid', {
      key: 'g',
      path: 'g',
      label: 'Con',
      children: [node('textfield', { key: 't', path: 'g[].t', label: 'Tên' })],
    }),
    node('vnAddress', {
      key: 'o',
      path: 'o',
      label: 'Nơi ở',
      choices: [{ value: 'Tỉnh Quảng Ngãi', label: 'Tỉnh Quảng Ngãi' }],
    }),
    node('textfield', { key: 'h', path: 'h', label: 'Ẩn' }),
    node('textfield', { key: 'e', path: 'e', label: 'Trống' }),
  ];
  const model = new FormModel(
    draftInfo(nodes, {
      data: {
        d: '1990-09-05',
        c: true,
        r: 'f',
        'r~2': 'f',
        s: '1',
        b: { x: true, y: false },
        m: { n: 'Thử' },
        g: [{ t: 'một' }],
        o: { chi_tiet: 'Số 5', xa: 'Phường Hoa Ban', tinh: 'Tỉnh Quảng Ngãi' },
        h: 'x',
      },
      hidden: ['h'],
    }).form,
  );
  expect(
    answersOf(model, nodes, words).map(({ label, text, group, rows }) => [label, text, group, rows]),
  ).toEqual([
    ['Ngày', '05/09/1990', '', ''],
    ['Đồng ý', 'Có', '', ''],
    ['Nam', 'Không', '', ''],
    ['Nữ', 'Có', '', ''],
    ['Giới tính', 'Nam', '', ''],
    ['Chọn', 'X', '', ''],
    ['Tên', 'Thử', 'Mẹ', ''],
    ['Tên', 'một', 'Con', 'Dòng 1'],
    ['Nơi ở', 'Số 5, Phường Hoa Ban, Tỉnh Quảng Ngãi', '', ''],
    ['Trống', '', '', ''],
  ]);
});

test('what a branch of a tree hides is not told of it', () => {
  const tree = node('tree', {
    key: 'cay',
    path: 'cay',
    label: 'Cây',
    children: ['a', 'b'].map((key) => node('textfield', { key, path: `cay.${key}`, label: key })),
  });
  const below = { data: { a: 'cha', b: 'hai' }, children: [] };
  const data = { cay: { data: { a: 'ông', b: 'một' }, children: [below] } };
  const told = (hidden: string[]) =>
    answersOf(new FormModel(draftInfo([tree], { data, hidden }).form), [tree], words).map(({ text }) => text);
  expect(told([])).toEqual(['ông, một (cha, hai)']);
  expect(told(['cay.data.b'])).toEqual(['ông (cha, hai)']);
  expect(told(['cay.children[0].data.b'])).toEqual(['ông, một (cha)']);
});
