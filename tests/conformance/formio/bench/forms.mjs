// Definitions and answers to measure with, written by rule so that they can be as large as they have to be.

const name = (index) => `field${String(index).padStart(3, '0')}`;

const text = (key, more = {}) => ({
  type: 'textfield',
  key,
  label: key,
  input: true,
  validate: { required: true, maxLength: 80 },
  ...more,
});

/** Five pages of twenty fields; `extra` says for which of them there is more, ten in all. */
function wizard(extra) {
  const pages = Array.from({ length: 5 }, (_, page) => ({
    type: 'panel',
    key: `page${page}`,
    title: `Trang ${page + 1}`,
    input: false,
    components: Array.from({ length: 20 }, (_, at) => {
      const index = page * 20 + at;
      return text(name(index), index % 10 === 9 ? extra(index) : {});
    }),
  }));
  return { display: 'wizard', components: pages };
}

/** Answers to every field of a wizard; each submission has others. */
const wizardData = (value) =>
  Array.from({ length: 20 }, (_, seed) =>
    Object.fromEntries(Array.from({ length: 100 }, (_, index) => [name(index), value(index, seed)])),
  );

const words = (index, seed) => `Câu trả lời ${index} lần ${seed}`;

export const wizards = {
  'a plain wizard of 100 fields': { form: wizard(() => ({})), data: wizardData(words) },
  'with ten when/eq': {
    form: wizard((index) => ({ conditional: { show: true, when: name(index - 1), eq: 'có' } })),
    data: wizardData((index, seed) => (index % 10 === 8 ? (seed % 2 ? 'có' : 'không') : words(index, seed))),
  },
  'with ten input masks': {
    form: wizard(() => ({ inputMask: '(999) 999-9999' })),
    data: wizardData((index, seed) =>
      index % 10 === 9 ? `(091) 234-${String(5000 + index + seed)}` : words(index, seed),
    ),
  },
};

/** A dossier of 15 sections, 465 components: conditions, sums that go into one another, rules of every usual kind. */
export function large() {
  const sections = Array.from({ length: 15 }, (_, section) => {
    const key = (at) => `s${section}f${at}`;
    const before = section === 0 ? '0' : `(data.s${section - 1}f29 || 0)`;
    const fields = Array.from({ length: 30 }, (_, at) => {
      if (at === 0)
        return {
          type: 'radio',
          key: key(at),
          label: 'Có hay không',
          input: true,
          values: [
            { label: 'Có', value: 'co' },
            { label: 'Không', value: 'khong' },
          ],
          validate: { required: true },
        };
      if (at >= 20 && at < 28)
        return {
          type: 'number',
          key: key(at),
          label: key(at),
          input: true,
          validate: { min: 0, max: 1000000 },
        };
      if (at === 28)
        return {
          type: 'number',
          key: key(at),
          label: 'Cộng',
          input: true,
          calculateValue: `value = ${[20, 21, 22, 23].map((n) => `(data.${key(n)} || 0)`).join(' + ')}`,
        };
      if (at === 29)
        return {
          type: 'number',
          key: key(at),
          label: 'Luỹ kế',
          input: true,
          calculateValue: `value = data.${key(28)} + ${before}`,
        };
      const more = {};
      if (at % 5 === 1) more.conditional = { show: true, when: key(0), eq: 'co' };
      if (at % 5 === 2) more.customConditional = `show = data.${key(0)} === 'co' && data.${key(20)} > 10`;
      if (at % 5 === 3)
        more.conditional = {
          show: true,
          conjunction: 'all',
          conditions: [{ component: key(0), operator: 'isEqual', value: 'co' }],
        };
      if (at % 10 === 4)
        more.validate = {
          required: true,
          custom: "valid = input && input.length < 60 ? true : 'Quá dài';",
        };
      if (at % 10 === 9) more.validate = { pattern: '[^<>]*', minLength: 2 };
      return text(key(at), more);
    });
    return {
      type: 'panel',
      key: `section${section}`,
      title: `Phần ${section + 1}`,
      input: false,
      components: fields,
    };
  });
  const form = { components: sections };
  const answer = (at) => (at === 0 ? 'co' : at >= 20 && at < 28 ? at * 3 : `Câu trả lời ${at}`);
  const data = {};
  for (let section = 0; section < 15; section += 1)
    for (let at = 0; at < 28; at += 1) data[`s${section}f${at}`] = answer(at);
  const changes = Array.from({ length: 600 }, (_, index) => {
    const section = (index * 7) % 15;
    const at = (index * 11) % 28;
    const value = at === 0 ? (index % 2 ? 'co' : 'khong') : at >= 20 ? index : `Câu trả lời khác ${index}`;
    return { op: 'set', path: `s${section}f${at}`, value };
  });
  return { form, data, changes };
}

/** A grid of 2,000 rows with a sum and a condition in each. */
export function grid() {
  const components = [
    text('title'),
    {
      type: 'datagrid',
      key: 'rows',
      label: 'Bảng kê',
      input: true,
      components: [
        text('name'),
        { type: 'number', key: 'count', label: 'Số lượng', input: true, validate: { min: 0 } },
        { type: 'number', key: 'price', label: 'Đơn giá', input: true },
        {
          type: 'number',
          key: 'total',
          label: 'Thành tiền',
          input: true,
          calculateValue: 'value = row.count * row.price',
        },
        text('note', { validate: {}, conditional: { show: true, when: 'rows.name', eq: 'khác' } }),
      ],
    },
  ];
  const rows = Array.from({ length: 2000 }, (_, at) => ({ name: `Dòng ${at}`, count: at, price: 1000 }));
  const changes = Array.from({ length: 300 }, (_, index) => {
    const row = (index * 61) % 2000;
    return index % 3 === 0
      ? { op: 'set', path: `rows[${row}].name`, value: `Dòng khác ${index}` }
      : { op: 'set', path: `rows[${row}].${index % 3 === 1 ? 'count' : 'price'}`, value: index };
  });
  return { form: { components }, data: { title: 'Bảng kê', rows }, changes };
}
