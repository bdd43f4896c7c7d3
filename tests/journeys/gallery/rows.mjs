import { Key } from './parts.mjs';

export const ROWS = {
  key: 'dong',
  title: 'Dòng lặp',
  parts: [
    {
      type: 'datamap',
      label: 'Bảng giá',
      props: {
        keyLabel: 'Mặt hàng',
        valueComponent: { type: 'number', key: 'gia', label: 'Đơn giá', input: true },
      },
      role: 'group',
      first: ['button', 'Thêm mục: Bảng giá'],
      fill: async ({ tab, type, press }) => {
        await press(Key.Enter);
        await tab.to('textbox', 'Mặt hàng');
        await type('Gạo');
        await tab('textbox', 'Đơn giá');
        await type('18500');
      },
      answer: { Gạo: 18_500 },
    },
    {
      type: 'datagrid',
      label: 'Con đẻ',
      props: {
        components: [{ type: 'textfield', key: 'ten', label: 'Tên con', input: true }],
        initEmpty: true,
      },
      role: 'group',
      first: ['button', /^Thêm dòng/],
      fill: async ({ tab, type, press }) => {
        await press(Key.Enter);
        await tab.to('textbox', 'Tên con');
        await type('Ước');
      },
      answer: [{ ten: 'Ước' }],
    },
    {
      type: 'editgrid',
      label: 'Người ở cùng',
      props: { components: [{ type: 'textfield', key: 'ten', label: 'Tên người ở cùng', input: true }] },
      role: 'group',
      first: ['button', 'Thêm dòng: Người ở cùng'],
      fill: async ({ tab, type, press }) => {
        await press(Key.Enter);
        await tab.to('textbox', 'Tên người ở cùng');
        await type('Dũng');
        await tab('button', 'Xong: Người ở cùng – dòng 1');
        await press(Key.Enter);
        await tab.to('button', 'Sửa: Người ở cùng – dòng 1');
        await press(Key.Enter);
        await tab.to('textbox', 'Tên người ở cùng');
        await type('Khác');
        await tab('button', 'Hủy sửa: Người ở cùng – dòng 1');
        await press(Key.Enter);
        await tab.to('button', 'Sửa: Người ở cùng – dòng 1');
      },
      answer: [{ ten: 'Dũng' }],
    },
    {
      type: 'tree',
      label: 'Phả hệ',
      props: {
        tree: true,
        components: [{ type: 'textfield', key: 'ten', label: 'Tên trong họ', input: true }],
      },
      role: 'group',
      first: ['textbox', 'Tên trong họ'],
      fill: async ({ tab, type, press }) => {
        await type('Ông');
        await tab('button', 'Thêm mục con: Phả hệ – Mục gốc');
        await press(Key.Enter);
        await tab.to('textbox', 'Tên trong họ');
        await type('Cha');
      },
      answer: { data: { ten: 'Ông' }, children: [{ data: { ten: 'Cha' }, children: [] }] },
    },
    rows('datatable', 'Đất đang sử dụng', 'Thửa đất', 'Thêm thửa'),
    rows('dynamicWizard', 'Chuyến đi', 'Nơi đến', 'Thêm chuyến'),
    rows('tagpad', 'Điểm trên sơ đồ', 'Ghi chú của điểm', 'Thêm điểm', (row) => ({ data: row })),
  ],
};

/** Rows of one question under a type that form.io draws in its own way. */
function rows(type, label, question, add, kept = (row) => row) {
  return {
    type,
    label,
    props: {
      components: [{ type: 'textfield', key: 'muc', label: question, input: true }],
      addAnother: add,
      initEmpty: true,
    },
    role: 'group',
    holds: { empty: [`button ${add}`] },
    first: ['button', add],
    fill: async ({ tab, type, press }) => {
      await press(Key.Enter);
      await tab.to('textbox', question);
      await type('Mẫu');
    },
    answer: [kept({ muc: 'Mẫu' })],
  };
}
