// What the pages of the gallery are made of.
//
// A part is one question or one piece of a form: `type`, `label` and `props` define it, `hint` is its help text. `role`
// is what a screen reader calls it, `told` what else it says of it, `holds` the controls in it by the states of the
// page, `stands` the groups around it from the inside out. `fill` answers it with keys from the control `first` on, and
// `answer` is what the answer is then, `sample` one to begin with. `within` puts a definition around its own.

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

/** A group as a screen reader tells it. */
export const group = (
  role,
  name,
  { hint = name ? hintOf({ label: name }) : '', locks = role === 'group' } = {},
) => ({
  role,
  name,
  hint,
  locks,
});

/** A question inside a layout or a group, which is `type` called `label`. */
export function nest(type, label, part, { props = {}, at, ...more } = {}) {
  const key = keyOf({ label });
  return {
    stands: [group('group', label)],
    ...part,
    ...more,
    ...(at ? { at: (own, of) => [of + key, ...at, own] } : {}),
    within: (inner) => ({
      type,
      key,
      label,
      legend: label,
      title: label,
      description: hintOf({ label }),
      input: type === 'container' || type === 'form',
      components: [inner],
      ...props,
    }),
  };
}

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
