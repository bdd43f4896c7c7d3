import type { calendar as words } from './calendar.vi';
import { plural } from './plural';

/** Words of working days and days off, English. */
export const calendar: typeof words = {
  title: 'Days off and make-up working days',
  hint: 'Every deadline is counted in working days: without Saturdays, Sundays and the days off below. When a day off is announced or moved, add it here; the deadlines are counted anew at once.',
  year: (year: number) => `Year ${year}`,
  counts: (off: number, worked: number) =>
    `${plural(off, 'day off', 'days off')}, ${plural(worked, 'make-up working day')}`,
  notKnown:
    'Of this year only the holidays with a fixed date are known. Add Tết, the Hùng Kings’ day and days off in lieu once they are announced.',
  kind: { off: 'Day off', worked: 'Make-up working day' },
  own: 'Added by you',
  weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'].join('|'),
  remove: 'Remove',
  removeDay: (day: string) => `Remove ${day}, which you added`,
  work: 'Is worked on',
  workDay: (day: string) => `${day} is worked on`,
  rest: 'Is a day off',
  restDay: (day: string) => `${day} is a day off`,
  workedInstead: (name: string) => `Worked on all the same: ${name}`,
  restInstead: (name: string) => `Off: ${name}`,
  add: 'Add a day',
  day: 'Day',
  dayHint: 'Day/month/year, for example 04/12/2026',
  dayWrong: 'Type a day that exists, for example 04/12/2026.',
  kindLabel: 'It is a',
  name: 'Name or reason',
  nameHint: 'For example: Day off in lieu, as the Ministry of Home Affairs announced',
  addDo: 'Add the day',
  added: (day: string) => `${day} was added. The deadlines were counted anew.`,
  removed: (day: string) => `${day} was removed. The deadlines were counted anew.`,
  undone: 'The list is as it was before. The deadlines were counted anew.',
  undo: 'Undo',
  redo: 'Redo',
  source: 'What the days that come with the program rest on',
  replaced:
    'The days are read from your file calendar.json, in place of the calendar that comes with the program.',
  brokenTitle: 'A file of the calendar can’t be used',
  broken: (file: string) =>
    `The file ${file} in the program’s folder can’t be read, so the days in it don’t count yet. Deadlines follow the calendar that comes with the program. The file was left as it is.`,
  newer: (file: string) =>
    `The file ${file} was written by a newer version of the program, so the days in it don’t count yet. Please update the program. The file was left as it is.`,
  setAside: 'Set the file aside',
  setAsideHint:
    'The file gets another name and stays in the program’s folder; the program asks about it no more.',
  setAsideDone: 'The file has another name now. It is still in the program’s folder.',
  see: 'See days off and make-up days',
  wrong: {
    twice: 'You added this day already. Remove it first.',
    isOff: 'This day is a day off already.',
    isWorked: 'This day is a working day already.',
    tooMany: 'Too many days were added. Remove those of past years.',
    required: 'Type a name or reason, so that it can be told later.',
    long: 'The name is longer than 100 characters. Please shorten it.',
  },
};
