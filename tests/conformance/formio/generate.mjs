// Seeded submissions for a form: empty, right, wrong, hostile, and many that open and close its branches.

export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    chance: (p) => next() < p,
    pick: (list) => list[Math.floor(next() * list.length)],
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
  };
}

// What the form's own conditions compare with, by the key that they ask about.
function wanted(form) {
  const found = new Map();
  const note = (name, value) => {
    const key = String(name)
      .split('.')
      .pop()
      .replace(/\[\d+\]$/, '');
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(value);
  };
  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (!node || typeof node !== 'object') return;
    if (node.when && 'eq' in node) note(node.when, node.eq);
    if (node.component && node.operator && typeof node.component === 'string')
      note(node.component, node.value);
    for (const value of Object.values(node)) {
      if (typeof value === 'string') {
        for (const [, key, text] of value.matchAll(
          /(?:data|row)\.(?:\w+\.)*(\w+)\s*[!=]==?\s*['"]([^'"]*)['"]/g,
        ))
          note(key, text);
        for (const [, key, number] of value.matchAll(/(?:data|row)\.(?:\w+\.)*(\w+)\s*[!=<>]=*\s*(-?\d+)/g))
          note(key, Number(number));
      } else walk(value);
    }
  };
  walk(form.components);
  return found;
}

const WORDS = [
  'an',
  '12/34',
  '99',
  'Nguyễn Văn A',
  'Trần Thị B',
  'an',
  'Đường số 5',
  '',
  '  hai  khoảng ',
  'abc123',
  '12',
  'A',
  'x'.repeat(60),
  'một hai ba bốn năm',
];
const ODD = [
  null,
  1e21,
  -1e308,
  9007199254740993,
  1e-7,
  'ấ\u0302 😀 𠮷 \u202e',
  'x'.repeat(3000),
  '{{ data.a }}',
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}'),
  Array.from({ length: 40 }).reduce((inner) => [inner], 'deep'),
  Array.from({ length: 40 }).reduce((inner) => ({ deep: inner }), 1),
  [null],
  ['', ''],
  [[1], [2]],
  { value: 'an', maskName: 'x' },
  { label: 'A', value: 'a' },
  0,
  1,
  -1,
  12.5,
  '0',
  '',
  'true',
  'false',
  true,
  false,
  [],
  {},
  [1, 'a'],
  { a: 1 },
  '<b>x</b>',
  '1e3',
  ' 5 ',
  '\u0000',
  '2020-13-45',
];
const DATES = [
  '2020-01-15',
  '1994-10-23T17:00:00.000Z',
  '1994-10-23T17:00:00.000+0000',
  '2026-11-21T10:00:00+07:00',
  'rubbish',
  '2020-02-30',
  '',
  '2030-05-05',
];
const DAYS = [
  '01/02/2020',
  '31/12/1999',
  '02/30/2020',
  '00/00/0000',
  '00/05/2020',
  '00/00/2020',
  '',
  '13/13/2020',
  '1/2/2020',
  '05/2020',
  '2020',
];

// Text that fits a mask, or nearly.
function masked(mask, r) {
  const text = String(mask).replace(/[9aA*#]/g, (c) =>
    c === '9' || c === '#' ? r.int(0, 9) : r.pick(['a', 'B']),
  );
  return r.chance(0.8) ? text : text.slice(1);
}

function single(component, mode, r, hints) {
  const hinted = hints.get(component.key);
  if (hinted && mode !== 'hostile' && r.chance(0.6)) return r.pick(hinted);
  if (mode === 'hostile' && r.chance(0.6)) return structuredClone(r.pick(ODD));
  const values = (component.values ?? component.data?.values ?? []).map((option) => option?.value);
  switch (component.type) {
    case 'number':
    case 'currency':
      return r.pick([0, 1, 5, 10, 18, 99, 1000, -3, 2.5, '7', '12abc', '']);
    case 'checkbox':
      return r.pick([true, false, true]);
    case 'radio':
    case 'select':
      return values.length && r.chance(0.85)
        ? r.pick(values)
        : r.pick(['other', '', 1, '2', true, 'x', { id: 1 }, { ma: '01', ten: 'Hà Nội' }]);
    case 'selectboxes':
      return Object.fromEntries(values.map((value) => [value, r.chance(0.5)]));
    case 'survey':
      return Object.fromEntries(
        (component.questions ?? []).map((question) => [question.value, r.chance(0.7) ? r.pick(values) : '']),
      );
    case 'email':
      return r.pick(['a@vidu.vn', 'A.B@VIDU.vn ', 'khong', 'a@b', '', 'x@y.co']);
    case 'url':
      return r.pick(['https://vidu.vn', 'vidu.vn', 'http://localhost:3000', 'ftp://a', 'x y', '']);
    case 'phoneNumber':
      return r.pick(['0912345678', '(091) 234-5678', '', '+84912345678', 'abc']);
    case 'datetime':
      return r.pick(DATES);
    case 'day':
      return r.pick(DAYS);
    case 'time':
      return r.pick(['08:30', '08:30:00', '8:30', '25:00', '']);
    case 'tags':
      return r.pick(['a,b', ['a', 'b'], '', 'x']);
    case 'address':
      return r.pick([
        { display_name: 'Số 1' },
        {},
        { mode: 'manual', address: { address1: 'Số 1', city: '' } },
        { mode: 'manual', address: { address1: 'Số 1' } },
      ]);
    case 'file':
      return r.pick([[{ name: 'a.pdf', size: 10, storage: 'base64', url: 'data:,' }], [], '', {}]);
    case 'datamap':
      return r.pick([{ k: 'v' }, { value: 'an', '': 1 }, {}]);
    case 'tree':
      return r.pick([{ data: { name: 'an' }, children: [{ data: {} }] }, {}, { data: { name: '' } }]);
    case 'signature':
      return r.pick(['data:image/png;base64,AAAA', '', 'YES', 'NO']);
    case 'textfield':
    case 'phoneNumber':
      if (component.allowMultipleMasks && r.chance(0.7))
        return {
          value: masked(r.pick(component.inputMasks ?? [])?.mask ?? '', r),
          maskName: r.pick(component.inputMasks ?? [])?.label,
        };
      return component.inputMask && r.chance(0.6) ? masked(component.inputMask, r) : r.pick(WORDS);
    case 'vnCitizenId':
      return r.chance(0.7)
        ? spaced(citizenId(r), r)
        : r.pick(['062092', '0620920000170', '06209200001A', '123456789', '']);
    case 'vnTaxCode':
      return r.chance(0.7)
        ? spaced(taxCode(r), r)
        : r.pick(['0100233489', '010023348', '0100233488-000', 'x']);
    case 'vnPhone':
      return r.chance(0.7)
        ? r.pick(['0', '+84', '84', '+84 ', '(+84) ']) +
            r.pick(['912 345 678', '981.234.567', '24 3825 1234'])
        : r.pick(['0912', '091234567890123456', 'khong', '']);
    case 'vnName':
      return r.chance(0.7)
        ? r.pick(['Nguyễn Văn A', '  lê   thị  bích ', 'TRẦN THỊ Ữ', "Y'Bih Êban", 'Đinh\tQuốc  Đạt'])
        : r.pick(['An 2', 'a@b', '<b>An</b>', '']);
    case 'vnDate':
      return r.chance(0.7) ? date(r) : r.pick(['31/02/2020', '29/02/2023', '1990', '13/13/1990', '']);
    case 'vnPartialDate':
      return r.chance(0.7)
        ? r.pick([date(r), String(r.int(1930, 2026)), `${r.int(1, 12)}/${r.int(1930, 2026)}`])
        : r.pick(['13/1990', '0/0/1990', 'năm 1990', '']);
    case 'vnMoney':
      return r.chance(0.7)
        ? r.pick([
            r.int(0, 9_999_999),
            grouped(r.int(1000, 9_999_999)),
            `${grouped(r.int(1000, 999_999))} đ`,
            '24000',
          ])
        : r.pick([-5, 1.5, '-24.000', '12,5', 'hai nghìn', '']);
    case 'vnAddress':
      return r.chance(0.7)
        ? { chi_tiet: r.pick(['Số 1', '']), ...r.pick(PLACES) }
        : r.pick([{ tinh: 'Hà Nội' }, { chi_tiet: 'Số 1' }, { tinh: 1, xa: 'x' }, 'Số 1, Hà Nội', {}]);
    default:
      return r.pick(WORDS);
  }
}

// What our own types are for: right values, as people write them.
const PLACES = [
  { xa: 'Phường Ba Đình', tinh: 'Thành phố Hà Nội' },
  { xa: 'Ba Đình', tinh: 'Hà Nội' },
  { xa: 'phường sài gòn', tinh: 'TP Hồ Chí Minh' },
  { xa: 'Xã Không Đâu', tinh: 'Tỉnh Quảng Ngãi' },
];
const two = (number) => String(number).padStart(2, '0');
const digits = (count, r) => Array.from({ length: count }, () => r.int(0, 9)).join('');
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, '.');
const citizenId = (r) => r.pick(['001', '048', '062', '079', '096']) + r.int(0, 3) + digits(8, r);

function taxCode(r) {
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  for (;;) {
    const first = digits(9, r);
    const check = 10 - ([...first].reduce((sum, digit, at) => sum + digit * weights[at], 0) % 11);
    if (check < 10) return first + check + r.pick(['', '', `-${r.int(1, 9)}01`]);
  }
}

const spaced = (text, r) => (r.chance(0.4) ? text.replace(/(\d{3})(?=\d)/g, '$1 ') : text);

function date(r) {
  const [day, month, year] = [r.int(1, 28), r.int(1, 12), r.int(1930, 2026)];
  return r.pick([
    `${two(day)}/${two(month)}/${year}`,
    `${day}/${month}/${year}`,
    `${day}.${month}.${year}`,
    `${two(day)}-${two(month)}-${year}`,
    `${year}-${two(month)}-${two(day)}`,
  ]);
}

function children(component) {
  if (Array.isArray(component.columns))
    return component.columns.flatMap((column) => column?.components ?? []);
  if (Array.isArray(component.rows))
    return component.rows
      .flatMap((row) => (Array.isArray(row) ? row : []))
      .flatMap((cell) => cell?.components ?? []);
  return component.components ?? [];
}

const GRIDS = new Set(['datagrid', 'editgrid', 'datatable']);
const LAYOUT = new Set(['panel', 'columns', 'fieldset', 'table', 'tabs', 'well', 'content', 'htmlelement']);

function put(target, key, value) {
  const parts = String(key).split('.');
  const last = parts.pop();
  for (const part of parts) target = target[part] ??= {};
  target[last] = value;
}

function fill(components, mode, r, hints, into, depth = 0) {
  for (const component of components) {
    if (!component || typeof component !== 'object') continue;
    const inner = children(component);
    if (GRIDS.has(component.type)) {
      if (mode === 'empty' || r.chance(0.15)) continue;
      const rows = depth > 1 ? 1 : r.int(0, 3);
      const list = Array.from({ length: rows }, () => fill(inner, mode, r, hints, {}, depth + 1));
      if (mode === 'hostile' && r.chance(0.3))
        list.splice(r.int(0, list.length), 0, r.pick([null, 'x', 5, []]));
      put(into, component.key, list);
    } else if (component.type === 'tagpad') {
      put(
        into,
        component.key,
        Array.from({ length: r.int(0, 2) }, () => ({
          x: 1,
          data: fill(inner, mode, r, hints, {}, depth + 1),
        })),
      );
    } else if (component.type === 'container') {
      if (!r.chance(0.15)) put(into, component.key, fill(inner, mode, r, hints, {}, depth + 1));
    } else if (component.type === 'form') {
      if (!r.chance(0.15)) put(into, component.key, { data: fill(inner, mode, r, hints, {}, depth + 1) });
    } else if (LAYOUT.has(component.type) || (inner.length && !component.input)) {
      fill(inner, mode, r, hints, into, depth);
    } else if (component.key && component.type !== 'button') {
      const skip = { empty: 1, right: 0.05, wrong: 0.3, hostile: 0.2, branch: 0.15 }[mode];
      if (r.chance(skip)) continue;
      let value = single(component, mode, r, hints);
      if (component.multiple && !r.chance(0.2))
        value = [value, single(component, mode, r, hints)].slice(0, r.int(0, 2));
      put(
        into,
        component.type === 'checkbox' && component.inputType === 'radio' && component.name
          ? component.name
          : component.key,
        value,
      );
    }
  }
  return into;
}

/** Submissions of a form; the same seed gives the same ones. */
export function submissions(form, seed, count) {
  const r = random(seed);
  const hints = wanted(form);
  const modes = ['empty', 'right', 'wrong', 'hostile', 'branch', 'branch'];
  return Array.from({ length: count }, (_, index) => {
    const mode = modes[index % modes.length];
    const data = fill(form.components, mode, r, hints, {});
    if (mode === 'hostile') Object.assign(data, { unknownKey: 'x', another: { deep: [1] } });
    return { data };
  });
}
