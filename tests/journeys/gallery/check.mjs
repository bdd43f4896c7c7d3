// What a screen reader is told of each part of a page, in each state of it.

import assert from 'node:assert/strict';
import { until } from '../harness/process.mjs';
import { around, controlsIn, told } from '../harness/tell.mjs';
import { hintOf, pathOf } from './parts.mjs';

const PATIENCE = 15_000;
/** Of an answer that was there before the person came. */
const BEGUN_WITH = 'điền sẵn';
const RULE = 'Quy tắc của mục này không chạy được trong ứng dụng, hãy tự kiểm tra.';
/** The states in which rules can't run. */
const MARKED = ['begun', 'confirmed'];
/** What a list of rows says of the keyboard. */
const ROW_KEYS = / ?Trong một dòng:.*bảng tính\.$/;

/** Those of a page that can be seen in a state: not those folded away or in another tab. */
const inSight = (parts, state) => parts.filter((part) => !part.away?.includes(state));

/** Looks at every part of a page. */
export async function checkAll(app, parts, state) {
  if (state === 'error') for (const { pointer } of parts) if (pointer) await app.role(...pointer);
  for (const part of inSight(parts, state)) {
    if (part.absent) await checkAbsent(app, part);
    else if (!part.role) await app.text(part.shows);
    else await check(app, part, state);
  }
}

export const idOf = (part) => `form-${pathOf(part).join('-').replace(/[_~]/g, '-')}`;

const byId = (app, id) => app.session.run((id) => document.getElementById(id), id);

/** Looks at one part, which can be seen. */
export async function check(app, part, state) {
  const { role, label } = part;
  const element = await until(`the control ${idOf(part)}`, PATIENCE, () => byId(app, idOf(part)));
  const found = await told(element);
  const what = `${part.type} “${label}”, ${state}: ${JSON.stringify(found)}`;
  assert.equal(found.role, part.computed ?? role, what);
  assert.equal(found.name, label, what);
  assert.deepEqual(found.missing, [], what);
  for (const words of [hintOf(part), ...(part.told ?? [])])
    assert.ok(found.description.includes(words), `${words} in ${what}`);
  if (part.asks !== false) checkAnswering(part, state, found, what);

  for (const [words, is] of Object.entries(saidOf(part, state)))
    assert.equal(found.description.includes(words), is, `${words} of ${what}`);

  const held = part.holds?.[state];
  if (held) assert.deepEqual(await controlsIn(element), held, what);
  if (part.stands) await checkStands(element, part, state);
  if (part.heads) await checkTable(app, part.stands.at(-1).name, part.heads);
  if (part.lists) {
    const lists = await app.role(part.lists.role, part.lists.name);
    checkGroup(await told(lists), part.lists, state);
  }
}

/** What is said, or not, of an answer that the form began with, of an odd one, and of a rule that can't run. */
function saidOf(part, state) {
  if (part.asks === false || !['empty', 'filled', ...MARKED].includes(state)) return {};
  return {
    [BEGUN_WITH]: state === 'begun',
    [RULE]: MARKED.includes(state),
    'Lưu ý: ': MARKED.includes(state) && part.odd !== undefined,
  };
}

/** Waits until it is said no more that nobody has confirmed an answer; the question has the focus. */
export async function confirmed(app, part) {
  await until(`“${part.label}” to be confirmed`, PATIENCE, async () => {
    const found = await told(await byId(app, idOf(part)));
    return !found.description.includes(BEGUN_WITH);
  });
  const inside = await app.session.run(
    (one) => one.contains(document.activeElement),
    await byId(app, idOf(part)),
  );
  assert.ok(inside, `“${part.label}” has the focus once it is confirmed`);
}

/** Whether an answer is wanted, what is wrong with it, and whether it can be given. */
function checkAnswering({ role, label, optional }, state, found, what) {
  const invalid = state === 'error' && !optional;
  // Of a group and of one choice of several it can only be said.
  const said = ['group', 'radio'].includes(role);
  if (!optional) assert.ok(said ? /bắt buộc/.test(found.description) : found.required, what);
  const trouble = `Lỗi: ${label}: chưa có. Hãy điền mục này.`;
  assert.equal(found.description.includes(trouble), invalid, what);
  assert.equal(/Lỗi: /.test(found.description), invalid, what);
  if (!said && role !== 'radiogroup') assert.equal(found.invalid, invalid, what);
  assert.equal(found.fixed, state === 'disabled' || /Tự tính/.test(found.description), what);
}

/** The groups that a question stands in, from the inside out. */
async function checkStands(element, { label, stands }, state) {
  const found = await around(element);
  // It is the outermost that has the rule.
  const last = found.length - 1;
  const what = `around “${label}”, ${state}: ${JSON.stringify(found)}`;
  assert.deepEqual(
    found.map(({ role }) => role),
    stands.map(({ role }) => role),
    what,
  );
  found.forEach((one, at) => checkGroup(one, stands[at], state, at === last));
}

function checkGroup(found, { role, name, hint, locks, rules }, state, outermost = true) {
  const what = `${role} “${name}”, ${state}: ${JSON.stringify(found)}`;
  if (name !== null) assert.equal(found.name, name, what);
  assert.deepEqual(found.missing, [], what);
  const ruled = outermost && rules && MARKED.includes(state);
  const says = found.description.replace(ROW_KEYS, '').replace(` ${BEGUN_WITH}`, '');
  assert.equal(says, ruled ? `${hint} ${RULE}` : hint, what);
  assert.equal(found.fixed, state === 'disabled' && locks, what);
}

/** A table of that name with these headings over its columns; for the browser their words are their content. */
export async function checkTable(app, name, heads) {
  const table = await app.role('table', name);
  assert.equal(await table.role(), 'table');
  const found = [];
  for (const column of await app.all('columnheader', null, { within: table })) {
    const words = await app.session.run((one) => one.textContent.trim().normalize('NFC'), column);
    found.push(`${await column.role()} ${words}`);
  }
  assert.deepEqual(
    found,
    heads.map((head) => `columnheader ${head}`),
  );
}

async function checkAbsent(app, part) {
  const { type, label } = part;
  assert.equal(await byId(app, idOf(part)), null, `nothing of ${type} “${label}” is in the page`);
  const words = await app.session.run(() => document.querySelector('[data-answers]').textContent);
  assert.ok(!words.includes(label), `“${label}” is not said`);
}
