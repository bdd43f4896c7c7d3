import { expect, test } from 'vitest';
import { joinDay, splitDay } from './day';

test('the parts stand in the order of the definition', () => {
  expect(splitDay({}, '09/03/1994')).toEqual({ month: '09', day: '03', year: '1994' });
  expect(splitDay({ dayFirst: true }, '03/09/1994')).toEqual({ day: '03', month: '09', year: '1994' });
  expect(splitDay({ hideDay: true }, '09/1994')).toEqual({ day: '', month: '09', year: '1994' });
});

test('missing parts are zeroes, nothing at all is empty', () => {
  expect(joinDay({ dayFirst: true }, { day: '', month: '9', year: '1994' })).toBe('00/09/1994');
  expect(splitDay({ dayFirst: true }, '00/09/1994')).toEqual({ day: '', month: '09', year: '1994' });
  expect(joinDay({}, { day: '', month: ' ', year: '' })).toBe('');
});
