import { group, hintOf, nest, text } from './parts.mjs';

const aside = (key, words) => ({ type: 'content', key, html: `<p>${words}</p>` });

export const GROUPS = {
  key: 'nhom',
  title: 'Nhóm',
  parts: [
    nest('fieldset', 'Người khai', text('textfield', 'Tên người khai', 'An')),
    nest('panel', 'Phần luôn mở', text('textfield', 'Trong phần mở', 'Mở')),
    nest('panel', 'Phần gập lại', text('textfield', 'Ghi chú thêm', 'Không có'), {
      props: { collapsible: true, collapsed: true },
      away: ['empty'],
      before: ({ unfold }) => unfold('Phần gập lại'),
      reached: [['button', 'Phần gập lại']],
    }),
    nest('well', 'Khung nền', text('textfield', 'Trong khung', 'Bình')),
    nest('container', 'Người nhận', text('textfield', 'Tên người nhận', 'Chi'), { at: [] }),
    // What only stands beside each other is not told as a group.
    {
      ...text('textfield', 'Cột trái', 'Trái'),
      stands: [],
      within: (inner) => ({
        type: 'columns',
        key: 'cot',
        input: false,
        columns: [
          { width: 6, components: [inner] },
          { width: 6, components: [aside('cot_phai', 'Cột phải')] },
        ],
      }),
    },
    {
      ...text('textfield', 'Cột có hướng dẫn', 'Một'),
      stands: [group('group', 'Hai cột', { locks: false })],
      within: (inner) => ({
        type: 'columns',
        key: 'hai_cot',
        label: 'Hai cột',
        description: hintOf({ label: 'Hai cột' }),
        input: false,
        columns: [
          { width: 8, components: [inner] },
          { width: 4, components: [aside('hai_cot_phai', 'Cột hẹp')] },
        ],
      }),
    },
    {
      ...text('textfield', 'Ô trong bảng', 'Ô một'),
      stands: [group('cell', null), group('row', null), group('table', 'Bảng giải thích')],
      heads: ['Nội dung', 'Giải thích'],
      within: (inner) => ({
        type: 'table',
        key: 'bang',
        label: 'Bảng giải thích',
        description: hintOf({ label: 'Bảng giải thích' }),
        input: false,
        header: ['Nội dung', 'Giải thích'],
        numRows: 2,
        numCols: 2,
        rows: [
          [{ components: [inner] }, { components: [aside('o_hai', 'Viết ngắn gọn.')] }],
          [{ components: [aside('o_ba', 'Ô ba')] }, { components: [aside('o_bon', 'Ô bốn')] }],
        ],
      }),
    },
    {
      ...text('textfield', 'Ở thẻ thứ hai', 'Thẻ'),
      stands: [group('tabpanel', 'Thẻ hai', { hint: '' })],
      lists: group('tablist', 'Các thẻ'),
      away: ['empty', 'error'],
      before: ({ turnTo }) => turnTo('Thẻ hai', 'Thẻ một'),
      pointer: ['tab', 'Thẻ hai (có mục cần xem lại)'],
      reached: [['tab', 'Thẻ hai']],
      within: (inner) => ({
        type: 'tabs',
        key: 'the',
        label: 'Các thẻ',
        description: hintOf({ label: 'Các thẻ' }),
        components: [
          { key: 'the_mot', label: 'Thẻ một', components: [aside('tm', 'Một')] },
          { key: 'the_hai', label: 'Thẻ hai', components: [inner] },
        ],
      }),
    },
    nest('form', 'Biểu mẫu con', text('textfield', 'Trong biểu mẫu con', 'Con'), { at: ['data'] }),
  ],
};
