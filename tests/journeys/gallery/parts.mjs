// What the pages of the gallery are made of.
//
// A part is one question or one piece of a form: `type`, `label` and `props` define it, `hint` is its help text. `role`
// is what a screen reader calls it, `told` what else it says of it, `holds` the controls in it by the states of the
// page, `stands` the groups around it from the inside out. `fill` answers it with keys from the control `first` on, and
// `answer` is what the answer is then, `sample` one to begin with, `odd` one that is warned of. `within` puts a
// definition around its own; in the states of `away` it can't be seen, until `before` has brought it.

import { Key } from '../harness/webdriver.mjs';

/** What is typed over what is there. */
export const typed =
  (text, ...after) =>
  async ({ type, press }) => {
    await type(text);
    if (after.length > 0) await press(...after);
  };

/** A line of text. */
export const text = (type, label, words, more = {}) => ({
  type,
  label,
  role: 'textbox',
  fill: typed(words),
  answer: words,
  ...more,
});

/** A part that asks nothing, told as a note. */
export const note = (type, label, words, more = {}) => ({
  type,
  label,
  role: 'note',
  asks: false,
  told: [words],
  ...more,
});

/** A part of which nothing is in the page. */
export const absent = (type, label, more = {}) => ({ type, label, absent: true, ...more });

/** A group as a screen reader tells it: whether it `locks` what is in it, and tells of `rules` that can't run. */
export const group = (
  role,
  name,
  { hint = name ? hintOf({ label: name }) : '', locks = role === 'group', rules = hint !== '' } = {},
) => ({
  role,
  name,
  hint,
  locks,
  rules,
});

/** A question inside a layout, a group or another such, which is `type` called `label`; `at` leads into its answers. */
export function nest(type, label, part, { props = {}, at, stands = [], beside = [], ...more } = {}) {
  const key = keyOf({ label });
  const inner = (own, of) => part.at?.(own, of) ?? [own];
  /** Within answers of their own, keys are told apart already. */
  const deeper = (of) => (at ? '' : of);
  return {
    ...part,
    ...more,
    stands: [...(part.stands ?? []), ...stands, group('group', label)],
    ...(at || part.at
      ? { at: (own, of) => [...(at ? [of + key, ...at] : []), ...inner(own, deeper(of))] }
      : {}),
    within: (own, of) => ({
      type,
      key,
      label,
      legend: label,
      title: label,
      description: hintOf({ label }),
      input: at !== undefined,
      components: [part.within ? outside(part, own, deeper(of)) : own, ...beside],
      ...props,
    }),
  };
}

/** What is around a part, with a key of its own. */
export function outside(part, own, of) {
  const outer = part.within(own, of);
  return { ...outer, key: of + outer.key };
}

/** A question of the first row of a list, which is of `type` and called `label`. A row in which nothing is answered is none. */
export const inRow = (type, label, part, { row = {}, ...more } = {}) =>
  nest(type, label, part, {
    at: ['0'],
    beside: [{ type: 'textfield', key: 'ma', label: `Mã trong “${label}”`, input: true }],
    props: { defaultValue: [{ ma: 'M1', ...row }] },
    stands: [
      group('group', `${label} – dòng 1`, { hint: '', locks: false }),
      group('listitem', null),
      group('list', null),
    ],
    ...more,
  });

/** The help text of a part, unless it has none. */
export const hintOf = ({ hint, label }) => hint ?? `Hướng dẫn về “${label}”.`;

/** A key from a label, without marks. */
export function keyOf({ key, label, of = '' }) {
  return (
    of +
    (key ??
      label
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .replace(/đ/gi, 'd')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_|_$/g, ''))
  );
}

/** Where the answer of a part is in the answers of the form. */
export const pathOf = (part) => part.at?.(keyOf(part), part.of ?? '') ?? [keyOf(part)];

export { Key };
