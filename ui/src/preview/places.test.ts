import { expect, test } from 'vitest';
import { shownAt } from './places';

test('an answer is marked where it, its parts or its group stand', () => {
  const place = (path: string, page = 1) => ({ path, page, x: 0, y: 0, width: 1, height: 1 });
  const places = [
    place('tre.ho_ten'),
    place('tre.noi_sinh.xa'),
    place('tre.noi_sinh.tinh', 2),
    place('con[1].ten'),
    place('con[10].ten'),
  ];
  const at = (path: string) => shownAt(places, path).map((one) => one.path);
  expect(at('tre.ho_ten')).toEqual(['tre.ho_ten']);
  expect(at('tre.noi_sinh')).toEqual(['tre.noi_sinh.xa', 'tre.noi_sinh.tinh']);
  expect(at('con[1]')).toEqual(['con[1].ten']);
  expect(at('tre.ho')).toEqual([]);
  expect(at('tre.noi_sinh.xa.so_nha')).toEqual(['tre.noi_sinh.xa']);
  expect(at('')).toEqual([]);
});
