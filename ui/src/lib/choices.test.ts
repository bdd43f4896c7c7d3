import { expect, test } from 'vitest';
import { Choices } from './choices';

type Rules = { hours: string | null; pace: number };

/** A core that answers when it is told to. */
function core() {
  const asked: { whole: Rules; answer: (why?: Error) => void }[] = [];
  let said: Rules = { hours: null, pace: 0 };
  const rules = new Choices<Rules, Rules>(
    () => said,
    (whole) =>
      new Promise((done, fail) =>
        asked.push({ whole, answer: (why) => (why ? fail(why) : done({ ...whole })) }),
      ),
    (answer) => (said = answer),
  );
  return { asked, rules, said: () => said };
}

const settle = () => new Promise((done) => setTimeout(done));

test('of choices made shortly after each other none takes another back', async () => {
  const { asked, rules, said } = core();
  const first = rules.change({ hours: '20-06' });
  const second = rules.change({ pace: 8 });
  await settle();
  const third = rules.change({ pace: 16 });
  expect(asked.map(({ whole }) => whole)).toEqual([{ hours: '20-06', pace: 8 }]);
  // News of the core from before hide nothing that was chosen since.
  expect(rules.over({ hours: null, pace: 0 })).toEqual({ hours: '20-06', pace: 16 });
  asked[0]?.answer();
  await settle();
  expect(asked[1]?.whole).toEqual({ hours: '20-06', pace: 16 });
  asked[1]?.answer();
  await Promise.all([first, second, third]);
  expect(said()).toEqual({ hours: '20-06', pace: 16 });
  expect(rules.over({ hours: null, pace: 0 })).toEqual({ hours: null, pace: 0 });
});

test('what can’t be kept is told and given up, and the next choice is sent without it', async () => {
  const { asked, rules } = core();
  const refused = rules.change({ hours: 'never' }).catch((error: Error) => error.message);
  await settle();
  asked[0]?.answer(new Error('no such hours'));
  expect(await refused).toBe('no such hours');
  const next = rules.change({ pace: 8 });
  await settle();
  expect(asked[1]?.whole).toEqual({ hours: null, pace: 8 });
  asked[1]?.answer();
  await next;
});
