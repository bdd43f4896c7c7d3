import { expect, test } from 'vitest';
import { answerAt, shownAt } from './places';

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

test('what was clicked is the smallest answer at that point', () => {
  const places = [
    { path: 'tre', page: 1, x: 20, y: 50, width: 100, height: 40 },
    { path: 'tre.ho_ten', page: 1, x: 30, y: 60, width: 50, height: 5 },
    { path: 'me', page: 2, x: 20, y: 50, width: 100, height: 40 },
  ];
  expect(answerAt(places, 1, 40, 62)).toBe('tre.ho_ten');
  expect(answerAt(places, 1, 25, 55)).toBe('tre');
  expect(answerAt(places, 2, 40, 62)).toBe('me');
  expect(answerAt(places, 1, 10, 10)).toBeUndefined();
});
