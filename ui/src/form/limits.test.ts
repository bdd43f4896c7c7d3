import { expect, test } from 'vitest';
import type { Node } from '@/lib/bindings/Node';
import { limitsOf, roomFor, whyFull, whyKept } from './limits';
import { node } from './testing';

const limits = (attributes: Node['attributes'], kind = 'datagrid') => limitsOf(node(kind, { attributes }));

test('limits are read as form.io reads them: 0, nothing and what is no number limit nothing', () => {
  expect(limits({ minRows: 2, maxRows: '50' })).toMatchObject({ least: 2, most: 50, fixed: false });
  expect(limits({ minRows: '', maxRows: 0 })).toMatchObject({ least: 0, most: Infinity });
  expect(limits({ minRows: 'x', maxRows: true })).toMatchObject({ least: 0, most: Infinity });
  expect(limits({ minLength: 1, maxLength: 3 }, 'datamap')).toMatchObject({ least: 1, most: 3 });
});

test('rows are added up to the most, and removed down to the least', () => {
  const both = limits({ minRows: 1, maxRows: 3 });
  expect([0, 2, 3, 5].map((count) => roomFor(both, count))).toEqual([3, 1, 0, 0]);
  expect(whyFull(both, 2)).toBe('');
  expect(whyFull(both, 3)).toBe('Đã đủ 3 dòng, là số nhiều nhất.');
  expect(whyFull(both, 5)).toBe(
    'Có 5 dòng, trong khi nhiều nhất là 3. Tất cả vẫn được giữ; hãy xóa bớt 2 dòng.',
  );
  expect(whyFull(both, 3, 'entries')).toBe('Đã đủ 3 mục, là số nhiều nhất.');
  expect([0, 1, 2].map((count) => whyKept(both, count) !== '')).toEqual([true, true, false]);
  expect(whyKept(both, 1)).toBe('Phải có ít nhất 1 dòng.');
  expect(whyKept(limits({}), 0)).toBe('');
  expect(roomFor(limits({}), 4000)).toBe(Infinity);
});

test('where rows are neither added nor removed, the ones that form.io begins with may be added', () => {
  const fixed = { disableAddingRemovingRows: true };
  expect([0, 1].map((count) => roomFor(limits(fixed), count))).toEqual([1, 0]);
  expect([0, 1, 2].map((count) => roomFor(limits({ ...fixed, minRows: 2 }), count))).toEqual([2, 1, 0]);
  expect(roomFor(limits(fixed, 'editgrid'), 0)).toBe(0);
  expect(whyFull(limits(fixed), 1)).toBe('Biểu mẫu này không cho thêm hay xóa dòng ở đây.');
  expect(whyKept(limits(fixed), 9)).toBe('Biểu mẫu này không cho thêm hay xóa dòng ở đây.');
});
