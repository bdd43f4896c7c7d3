import { CATALOGUES, communes, marks, provinces, sexes } from './lists.mjs';
import { Key, typed } from './parts.mjs';

const [ADDRESS, RESOURCE] = Object.keys(CATALOGUES);
/** WebKit's own word for a native list; it reaches assistive technology as a combo box. */
const NATIVE = { role: 'combobox', computed: 'button' };

export const CHOICES = {
  key: 'chon',
  title: 'Lựa chọn',
  parts: [
    {
      type: 'checkbox',
      label: 'Tôi đồng ý nhận thông báo',
      role: 'checkbox',
      fill: ({ press }) => press(Key.Space),
      answer: true,
    },
    {
      type: 'checkbox',
      label: 'Chủ hộ là nam',
      props: { inputType: 'radio', name: 'chu_ho', value: 'nam' },
      role: 'radio',
      at: (_, of) => [`${of}chu_ho`],
      fill: ({ press }) => press(Key.Space, Key.ArrowDown),
      answer: 'nu',
    },
    {
      type: 'checkbox',
      label: 'Chủ hộ là nữ',
      props: { inputType: 'radio', name: 'chu_ho', value: 'nu' },
      role: 'radio',
      optional: true,
      at: (_, of) => [`${of}chu_ho~2`],
      answer: 'nu',
    },
    {
      type: 'selectboxes',
      label: 'Giấy tờ kèm theo',
      props: {
        values: provinces.map(({ value, label }) => ({ value, label: label.replace('Tỉnh', 'Bản') })),
      },
      role: 'group',
      holds: { empty: ['checkbox Bản Mẫu Một', 'checkbox Bản Mẫu Hai', 'checkbox Thành phố Mẫu Ba'] },
      first: ['checkbox', 'Bản Mẫu Một'],
      fill: async ({ tab, press }) => {
        await press(Key.Space);
        await tab('checkbox', 'Bản Mẫu Hai');
        await press(Key.Space);
      },
      answer: { 'tinh-1': true, 'tinh-2': true, 'tinh-3': false },
    },
    {
      type: 'select',
      label: 'Tỉnh, thành phố',
      props: { data: { values: provinces } },
      ...NATIVE,
      fill: ({ press }) => press(Key.ArrowDown, Key.ArrowDown),
      answer: 'tinh-2',
    },
    {
      type: 'select',
      label: 'Loại giấy phép',
      props: {
        dataSrc: 'json',
        data: {
          json: provinces.map(({ value, label }) => ({ ma: value, ten: label.replace('Tỉnh', 'Phép') })),
        },
        valueProperty: 'ma',
        template: '<b>{{ item.ten }}</b>',
      },
      ...NATIVE,
      fill: ({ press }) => press(Key.ArrowDown),
      answer: 'tinh-1',
    },
    {
      type: 'select',
      label: 'Dân tộc',
      props: { dataSrc: 'url', data: { url: ADDRESS }, valueProperty: 'ma', template: '{{ item.ten }}' },
      ...NATIVE,
      fill: ({ press }) => press(Key.ArrowDown, Key.ArrowDown),
      answer: '02',
    },
    {
      type: 'select',
      label: 'Kho lưu trữ',
      props: {
        dataSrc: 'resource',
        data: { resource: RESOURCE },
        valueProperty: 'data.ma',
        template: '{{ item.data.ten }}',
      },
      ...NATIVE,
      fill: ({ press }) => press(Key.ArrowDown),
      answer: 'kho-1',
    },
    {
      type: 'select',
      label: 'Danh sách chỉ có trên mạng',
      props: { dataSrc: 'url', data: { url: 'https://danh-muc.vidu.vn/khong-kem' }, valueProperty: 'ma' },
      ...NATIVE,
      optional: true,
      told: ['Danh sách lựa chọn này'],
    },
    {
      type: 'select',
      label: 'Xã, phường',
      props: { data: { values: communes } },
      role: 'combobox',
      fill: typed('xa thu nghiem 2999', Key.Enter),
      answer: 'xa-2999',
    },
    {
      type: 'select',
      label: 'Nơi từng cư trú',
      hint: '',
      props: { data: { values: communes }, multiple: true },
      role: 'combobox',
      fill: async ({ type, press }) => {
        await type('xa thu nghiem 7');
        await press(Key.Enter);
        await type('xa thu nghiem 12');
        await press(Key.Enter);
      },
      answer: ['xa-7', 'xa-12'],
    },
    {
      type: 'select',
      label: 'Địa bàn hoạt động',
      props: { data: { values: provinces }, multiple: true },
      role: 'group',
      holds: { empty: ['checkbox Tỉnh Mẫu Một', 'checkbox Tỉnh Mẫu Hai', 'checkbox Thành phố Mẫu Ba'] },
      first: ['checkbox', 'Tỉnh Mẫu Một'],
      fill: ({ press }) => press(Key.Space),
      answer: ['tinh-1'],
    },
    {
      type: 'radio',
      label: 'Giới tính',
      props: { values: sexes, inline: true },
      role: 'radiogroup',
      holds: { empty: ['radio Nam', 'radio Nữ'] },
      first: ['radio', 'Nam'],
      fill: ({ press }) => press(Key.Space, Key.ArrowDown),
      answer: 'nu',
    },
    {
      type: 'survey',
      label: 'Ý kiến đánh giá',
      props: {
        values: marks,
        questions: [
          { value: 'thai_do', label: 'Thái độ phục vụ' },
          { value: 'thoi_gian', label: 'Thời gian giải quyết' },
        ],
      },
      role: 'group',
      holds: {
        empty: [
          'radiogroup Thái độ phục vụ',
          'radio Hài lòng',
          'radio Chưa hài lòng',
          'radiogroup Thời gian giải quyết',
          'radio Hài lòng',
          'radio Chưa hài lòng',
        ],
      },
      first: ['radio', 'Hài lòng'],
      fill: async ({ tab, press }) => {
        await press(Key.Space);
        await tab('radio', 'Hài lòng');
        await press(Key.Space, Key.ArrowDown);
      },
      answer: { thai_do: 'tot', thoi_gian: 'kem' },
    },
  ],
};
