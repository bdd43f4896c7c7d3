// Filling a form as a person reads it: page by page, label by label, from the definition and the answers of its pack.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder } from './folder.mjs';
import { until } from './process.mjs';
import { Key } from './webdriver.mjs';

/** The form packs that come with the program. */
export const PACKS = resolve(dirname(fileURLToPath(import.meta.url)), '../../../crates/app/packs');
/** From so many choices on, a list is one that is typed into. */
const TYPED_INTO = 13;
const PATIENCE = 15_000;
const PLACE = [
  ['chi_tiet', 'text', 'Số nhà, đường, thôn, tổ dân phố'],
  ['tinh', 'combobox', 'Tỉnh, thành phố'],
  // The examples' communes are on no list: what is typed is kept on leaving.
  ['xa', 'free', 'Xã, phường, đặc khu'],
];
const ROLES = {
  text: 'textbox',
  combobox: 'combobox',
  free: 'combobox',
  select: 'combobox',
  radio: 'radiogroup',
  checkbox: 'checkbox',
};

const read = (...path) => JSON.parse(readFileSync(resolve(PACKS, ...path), 'utf8'));

/** The packs with one whose first fee has become 10,000 đồng; gives their folder. */
export function dearer(code) {
  const packs = folder('packs');
  cpSync(PACKS, packs, { recursive: true });
  const file = join(packs, code, 'pack.json');
  const pack = JSON.parse(readFileSync(file, 'utf8'));
  pack.version = '2026.12.1';
  pack.fees[0].price.amount = 10_000;
  writeFileSync(file, JSON.stringify(pack));
  return packs;
}

/** The pages of a pack's form, each with its title and its questions, and the answers of the pack's example. */
export function pack(code) {
  const definition = withLists(read(code, 'form.json'), read(code, 'pack.json').catalogues ?? {});
  const answers = read(code, 'example.json');
  const pages = definition.components.map((panel) => ({
    title: panel.label || panel.title,
    questions: questions(panel.components, answers, []),
  }));
  return { pages, answers, all: pages.flatMap((page) => page.questions) };
}

/** The definition with the lists in it that it keeps at an address: those that packs share. */
function withLists(node, catalogues) {
  if (Array.isArray(node)) return node.map((one) => withLists(one, catalogues));
  if (!node || typeof node !== 'object') return node;
  const list = node.type === 'select' && catalogues[node.data?.url];
  if (list) {
    const values = read('_lists', list).map(({ ten }) => ({ label: ten, value: ten }));
    return { ...node, data: { values } };
  }
  return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, withLists(one, catalogues)]));
}

/** The questions that have an answer, with the titles of the groups they stand in. */
function questions(components, answers, groups) {
  return components.flatMap((one) => {
    if (one.type === 'columns')
      return one.columns.flatMap((column) => questions(column.components, answers, groups));
    const answer = answers?.[one.key];
    if (answer === undefined) return [];
    if (one.type === 'container')
      return questions(one.components, answer, one.label ? [...groups, one.label] : groups);
    if (one.type === 'vnAddress') return place(answer, [...groups, one.label]);
    return [{ kind: kindOf(one), label: one.label, groups, text: textOf(one, answer), answer }];
  });
}

/** The lines of an address as they follow each other on the page. */
function place(answer, groups) {
  return PLACE.flatMap(([key, kind, label]) =>
    answer[key] ? [{ kind, label, groups, text: answer[key], answer: answer[key] }] : [],
  );
}

function kindOf({ type, data }) {
  if (type !== 'select') return ['radio', 'checkbox'].includes(type) ? type : 'text';
  return data.values.length < TYPED_INTO ? 'select' : 'combobox';
}

/** An answer as it is typed and shown. */
function textOf({ type, data, values }, answer) {
  if (type === 'select' || type === 'radio')
    return (data?.values ?? values).find(({ value }) => value === answer).label;
  if (type === 'vnDate' || type === 'vnPartialDate') return answer.split('-').toReversed().join('/');
  return String(answer);
}

/** The control of a question; the same label in a group within the question's own is another's. */
async function controlOf(app, { kind, label, groups }) {
  let within;
  for (const name of groups) within = await app.role('group', name, { within });
  return until(`the question “${[...groups, label].join(' – ')}”`, PATIENCE, async () => {
    for (const control of (await app.all(ROLES[kind], label, { within })) ?? []) {
      const own = (control, within) => control.parentElement.closest('fieldset') === within;
      if (await app.session.run(own, control, within)) return control;
    }
  });
}

/** Answers with mouse and keyboard. */
export async function answer(app, question) {
  const { kind, text } = question;
  if (kind === 'checkbox' && !question.answer) return;
  const control = await controlOf(app, question);
  if (kind === 'radio') return app.tick(text, { within: control });
  if (kind === 'checkbox') return app.tickIn(control, question.label);
  if (kind === 'select') return app.chooseIn(control, text);
  await control.clear();
  await control.type(text + ({ combobox: Key.Enter, free: Key.Tab }[kind] ?? ''));
}

/** What the page shows as the answer. */
export async function shownAnswer(app, question) {
  const { kind, text } = question;
  const control = await controlOf(app, question);
  if (kind === 'radio')
    return (await (await app.label(text, { within: control })).property('checked')) ? text : '';
  if (kind === 'checkbox') return String(await control.property('checked'));
  if (kind === 'select')
    return app.session.run((select) => select.selectedOptions[0]?.label.trim() ?? '', control);
  return (await control.property('value')).normalize('NFC');
}

/** Waits until the page shows the answer, and says which question doesn't. */
export async function expectAnswer(app, question) {
  let shown;
  const wanted = question.kind === 'checkbox' ? String(question.answer) : question.text;
  await until(`“${question.label}” to show “${wanted}”`, PATIENCE, async () => {
    shown = await shownAnswer(app, question);
    return shown === wanted;
  }).catch((error) => {
    throw new Error(`${error.message}; it shows “${shown}”`);
  });
}
