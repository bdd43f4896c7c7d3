import { expect, test } from 'vitest';
import { cellsOf, parseBlock, pasteChange, readCell } from './tsv';
import { node } from './testing';

test.each([
  [
    'a\tb\nc\td\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['một\r\nhai', [['một'], ['hai']]],
  ['"có ""ngoặc""\nhai dòng"\tx', [['có "ngoặc"\nhai dòng', 'x']]],
  [
    'a\t\tc\n\t\t',
    [
      ['a', '', 'c'],
      ['', '', ''],
    ],
  ],
  ['5" ống\tx', [['5" ống', 'x']]],
  ['', []],
])('the block %j', (text, lines) => {
  expect(parseBlock(text)).toEqual(lines);
});

const child = (kind: string, key: string, more = {}) =>
  node(kind, { key, path: `g[].${key}`, label: key, ...more });

const template = [
  child('textfield', 'ten'),
  node('columns', { children: [node('column', { children: [child('vnDate', 'ngay')] })] }),
  child('select', 'gioi', {
    choices: [
      { value: 1, label: 'Nam' },
      { value: 0, label: 'Nữ' },
    ],
  }),
  child('number', 'tong', { disabled: true }),
  child('checkbox', 'co'),
];

test('cells are read as their question is', () => {
  const cells = cellsOf(template);
  expect(cells.map(({ key }) => key)).toEqual(['ten', 'ngay', 'gioi', 'tong', 'co']);
  const read = (at: number, text: string) => readCell(cells[at] ?? node('textfield'), text);
  expect(read(0, ' Mẫu ')).toBe('Mẫu');
  expect(read(1, '5/9/1990')).toBe('1990-09-05');
  expect(read(2, 'nu')).toBe(0);
  expect(read(2, '1')).toBe(1);
  expect(read(2, 'khác')).toBe('khác');
  expect(read(4, 'Có')).toBe(true);
  expect(read(4, '')).toBe(false);
  expect(read(0, '')).toBeUndefined();
});

const at = { grid: 'g', outer: [], row: 1, column: 0, count: 2, room: Infinity };

test('a block answers rows that are there and adds those that are not, in one change', () => {
  const { change, rows } = pasteChange(cellsOf(template), parseBlock('An\t1/2/1990\nBa\t\tnam\t9'), at);
  expect(rows).toBe(2);
  expect(change).toEqual({
    op: 'batch',
    changes: [
      { op: 'set', path: 'g[1].ten', value: 'An' },
      { op: 'set', path: 'g[1].ngay', value: '1990-02-01' },
      { op: 'insertRow', path: 'g', index: 2, value: {} },
      { op: 'set', path: 'g[2].ten', value: 'Ba' },
      { op: 'set', path: 'g[2].gioi', value: 1 },
    ],
  });
});

test('a block begins at a column, in the rows of an outer grid, without its titles', () => {
  const cells = [
    node('textfield', { path: 'o[].g[].x', label: 'X' }),
    node('textfield', { path: 'o[].g[].y', label: 'Y' }),
  ];
  const { change } = pasteChange(cells, parseBlock('y\nmới'), {
    grid: 'o[3].g',
    outer: [3],
    row: 0,
    column: 1,
    count: 1,
    room: Infinity,
  });
  expect(change).toEqual({ op: 'batch', changes: [{ op: 'set', path: 'o[3].g[0].y', value: 'mới' }] });
});

test('an empty cell clears what was there', () => {
  const { change } = pasteChange(cellsOf(template), [['', '2/3/1991']], { ...at, row: 0 });
  expect(change).toEqual({
    op: 'batch',
    changes: [
      { op: 'clear', path: 'g[0].ten' },
      { op: 'set', path: 'g[0].ngay', value: '1991-03-02' },
    ],
  });
});

test('what has no room is left out and counted, lines of nothing not', () => {
  const cells = cellsOf(template);
  const paste = (text: string, room: number) => {
    const { change, rows, left } = pasteChange(cells, parseBlock(text), { ...at, room });
    return [change.op === 'batch' && change.changes.map(({ op }) => op).join(' '), rows, left];
  };
  expect(paste('An\nBa\nTư\nNăm', 1)).toEqual(['set insertRow set', 2, 2]);
  expect(paste('An\nBa\n\t\n\n', 0)).toEqual(['set', 1, 1]);
  expect(paste('An\nBa', 5)).toEqual(['set insertRow set', 2, 0]);
  expect(paste(Array.from({ length: 5003 }, () => 'An').join('\n'), Infinity).slice(1)).toEqual([5000, 3]);
});
