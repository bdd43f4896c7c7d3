// Every type of component once, invented: how it is defined, what a screen reader is told of it, which keys answer it,
// and what the answer is then.

import { blank, encode } from '../harness/png.mjs';
import { Key } from '../harness/webdriver.mjs';

const COMMUNES = 3_000;
const communes = Array.from({ length: COMMUNES }, (_, index) => ({
  value: `xa-${index + 1}`,
  label: `Xã Thử Nghiệm ${index + 1}`,
}));
const provinces = ['Tỉnh Mẫu Một', 'Tỉnh Mẫu Hai', 'Thành phố Mẫu Ba'].map((label, index) => ({
  value: `tinh-${index + 1}`,
  label,
}));
const sexes = [
  { value: 'nam', label: 'Nam' },
  { value: 'nu', label: 'Nữ' },
];
const marks = [
  { value: 'tot', label: 'Hài lòng' },
  { value: 'kem', label: 'Chưa hài lòng' },
];

/** What is typed over what is there. */
const typed =
  (text, ...after) =>
  async ({ type, press }) => {
    await type(text);
    if (after.length > 0) await press(...after);
  };

const text = (type, label, words, more = {}) => ({
  type,
  label,
  role: 'textbox',
  fill: typed(words),
  answer: words,
  ...more,
});

/** The pages: what each holds, in the order of the Tab key. */
export const PAGES = [
  {
    key: 'chu',
    title: 'Chữ',
    parts: [
      text('textfield', 'Họ và tên', 'Nguyễn Thị Ước Nguyện', {
        props: {
          description: 'Như trên thẻ căn cước.',
          tooltip: 'Viết đủ dấu.',
          placeholder: 'Nguyễn Thị A',
        },
        told: ['Như trên thẻ căn cước. Viết đủ dấu.'],
      }),
      text('textfield', 'Số giấy tờ', '123456', {
        props: { inputMask: '999-999' },
        answer: '123-456',
        told: ['Viết theo mẫu 999-999'],
      }),
      text('textfield', 'Khối lượng', '12', {
        props: { suffix: 'kg', prefix: '≈' },
        told: ['≈', 'kg'],
      }),
      text('textfield', 'Biệt danh', 'Bé Ổi', { props: { hideLabel: true } }),
      text('textarea', 'Lý do đề nghị', 'Dòng một, có Ữ và Ậ'),
      text('email', 'Thư điện tử', 'thu@vidu.vn'),
      text('url', 'Trang thông tin', 'https://vidu.vn/trang'),
      text('phoneNumber', 'Số điện thoại', '0900000001'),
      text('password', 'Mật khẩu tra cứu', 'Mat-Khau#1', {
        after: async ({ tab, press }) => {
          await tab('button', 'Hiện mật khẩu');
          await press(Key.Space);
        },
      }),
      text('address', 'Địa chỉ liên lạc', 'Số 5, đường Mẫu'),
      {
        type: 'address',
        label: 'Địa chỉ ở nước ngoài',
        props: { enableManualMode: true },
        role: 'group',
        first: ['textbox', 'Số nhà, đường'],
        fill: async ({ tab, type }) => {
          await type('Số 12, phố Mẫu');
          await tab('textbox', 'Quốc gia');
          await type('Lào');
        },
        answer: { mode: 'manual', address: { address1: 'Số 12, phố Mẫu', country: 'Lào' } },
      },
      {
        type: 'vnAddress',
        label: 'Nơi cư trú',
        role: 'group',
        first: ['textbox', 'Số nhà, đường, thôn, tổ dân phố'],
        fill: async ({ tab, type, press, offered }) => {
          await type('Số 7, ngõ Mẫu');
          await tab('combobox', 'Tỉnh, thành phố');
          await type('ha noi');
          await press(Key.Enter);
          await tab('combobox', 'Xã, phường, đặc khu');
          // By the name of a ward that is no more.
          await type('phuc xa');
          await offered(/Phường Hồng Hà/);
          await press(Key.Enter);
        },
        answer: { chi_tiet: 'Số 7, ngõ Mẫu', xa: 'Phường Hồng Hà', tinh: 'Thành phố Hà Nội' },
      },
      {
        type: 'tags',
        label: 'Từ khóa',
        role: 'textbox',
        told: ['Gõ từng mục'],
        fill: async ({ type, press }) => {
          await type('hộ tịch,');
          await type('khai sinh');
          await press(Key.Enter);
        },
        answer: 'hộ tịch,khai sinh',
      },
      {
        type: 'textfield',
        label: 'Tên gọi khác',
        props: { multiple: true },
        role: 'group',
        first: ['textbox', 'Tên gọi khác, giá trị 1'],
        fill: async ({ tab, type, press }) => {
          await type('Tí');
          await tab('button', 'Thêm: Tên gọi khác');
          await press(Key.Enter);
          await tab.to('textbox', 'Tên gọi khác, giá trị 2');
          await type('Tèo');
        },
        answer: ['Tí', 'Tèo'],
      },
      text('kieu_la', 'Loại chưa biết', 'Vẫn điền được', { told: ['chưa được hỗ trợ đầy đủ'] }),
    ],
  },
  {
    key: 'so',
    title: 'Số và ngày',
    parts: [
      text('number', 'Diện tích', '36,5', { answer: 36.5, props: { suffix: 'm²' }, told: ['m²'] }),
      text('currency', 'Vốn điều lệ', '1500000', {
        answer: 1_500_000,
        props: { currency: 'VND' },
        told: ['đ'],
      }),
      text('datetime', 'Thời điểm bắt đầu', '05/09/2026 08:30', {
        told: ['Ngày/tháng/năm giờ:phút'],
        answer: '2026-09-05T08:30:00+07:00',
      }),
      text('datetime', 'Giờ mở cửa', '8:30', {
        props: { enableDate: false, format: 'HH:mm' },
        told: ['Giờ:phút'],
        answer: (moment) => /^20\d\d-\d\d-\d\dT08:30:00\+07:00$/.test(moment),
        sample: '2026-09-05T08:30:00+07:00',
      }),
      text('time', 'Giờ hẹn', '8:30', { answer: '08:30:00', told: ['Giờ:phút'] }),
      {
        type: 'day',
        label: 'Ngày kết hôn',
        props: { dayFirst: true },
        role: 'group',
        first: ['textbox', 'Ngày'],
        fill: async ({ tab, type }) => {
          await type('3');
          await tab('textbox', 'Tháng');
          await type('9');
          await tab('textbox', 'Năm');
          await type('2020');
        },
        answer: '03/09/2020',
      },
      text('vnName', 'Họ, chữ đệm, tên', 'phạm thị ví dụ', { answer: 'phạm thị ví dụ' }),
      text('vnCitizenId', 'Số định danh', '062190000031'),
      text('vnTaxCode', 'Mã số thuế', '0100233488'),
      text('vnPhone', 'Điện thoại di động', '0912 345 678', { answer: '0912 345 678' }),
      text('vnDate', 'Ngày sinh', '5/9/1990', { answer: '1990-09-05', told: ['Ngày/tháng/năm'] }),
      text('vnPartialDate', 'Năm sinh của cha', '1960', { answer: '1960', told: ['nếu không rõ'] }),
      text('vnMoney', 'Số tiền vay', '24.000', { answer: 24_000, key: 'so_tien_vay', told: ['đ'] }),
      {
        type: 'vnMoneyWords',
        label: 'Số tiền bằng chữ',
        props: { source: 'so_tien_vay' },
        role: 'textbox',
        optional: true,
        told: ['Tự tính'],
        shows: 'Hai mươi bốn nghìn đồng',
      },
    ],
  },
  {
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
        at: () => ['chu_ho'],
        fill: ({ press }) => press(Key.Space, Key.ArrowDown),
        answer: 'nu',
      },
      {
        type: 'checkbox',
        label: 'Chủ hộ là nữ',
        props: { inputType: 'radio', name: 'chu_ho', value: 'nu' },
        role: 'radio',
        optional: true,
        at: () => ['chu_ho~2'],
        answer: 'nu',
      },
      {
        type: 'selectboxes',
        label: 'Giấy tờ kèm theo',
        props: {
          values: provinces.map(({ value, label }) => ({ value, label: label.replace('Tỉnh', 'Bản') })),
        },
        role: 'group',
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
        role: 'combobox',
        // WebKit's own word for a native list; it reaches assistive technology as a combo box.
        computed: 'button',
        fill: ({ press }) => press(Key.ArrowDown, Key.ArrowDown),
        answer: 'tinh-2',
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
        first: ['checkbox', 'Tỉnh Mẫu Một'],
        fill: ({ press }) => press(Key.Space),
        answer: ['tinh-1'],
      },
      {
        type: 'radio',
        label: 'Giới tính',
        props: { values: sexes, inline: true },
        role: 'radiogroup',
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
        first: ['radio', 'Hài lòng'],
        fill: async ({ tab, press }) => {
          await press(Key.Space);
          await tab('radio', 'Hài lòng');
          await press(Key.Space, Key.ArrowDown);
        },
        answer: { thai_do: 'tot', thoi_gian: 'kem' },
      },
    ],
  },
  {
    key: 'tep',
    title: 'Tệp và chữ ký',
    parts: [
      {
        type: 'file',
        label: 'Ảnh chân dung',
        props: { storage: 'base64', filePattern: '.jpg,.png', fileMaxSize: '2MB' },
        role: 'group',
        // axe's word for it; nothing else has the name.
        first: ['textbox', 'Chọn tệp: Ảnh chân dung'],
        fill: ({ upload }) => upload(),
        answer: (files) =>
          files.length === 1 &&
          files[0].storage === 'base64' &&
          files[0].originalName === 'giay-chung-sinh.jpg' &&
          files[0].type === 'image/jpeg' &&
          files[0].url.startsWith('data:image/jpeg;base64,/9j/'),
        sample: [
          {
            storage: 'base64',
            name: 'anh-the-1.jpg',
            originalName: 'ảnh thẻ.jpg',
            size: 24_576,
            type: 'image/jpeg',
            url: 'data:image/jpeg;base64,/9j/',
          },
        ],
      },
      {
        type: 'signature',
        label: 'Chữ ký người khai',
        role: 'group',
        drawn: true,
        first: ['textbox', 'Hoặc gõ họ tên để làm chữ ký'],
        fill: async ({ tab, type, press }) => {
          await type('Nguyễn Thị Ước Nguyện');
          await tab('button', 'Dùng tên này làm chữ ký');
          await press(Key.Enter);
        },
        answer: (url) => /^data:image\/png;base64,iVBORw0KGgo/.test(url) && url.length > 2_000,
        sample: `data:image/png;base64,${encode(blank(300, 4, 90)).toString('base64')}`,
      },
      { type: 'recaptcha', label: 'Mã xác nhận', shows: 'chỉ dùng được khi có mạng' },
      { type: 'hidden', key: 'an', label: 'Ẩn', props: { defaultValue: 'có sẵn' }, answer: 'có sẵn' },
      {
        type: 'content',
        label: 'Lời dẫn',
        props: { html: '<p>Đọc kỹ <b>trước khi điền</b>.</p><script>alert(1)</script>' },
        shows: 'Đọc kỹ trước khi điền.',
      },
      {
        type: 'htmlelement',
        label: 'Ghi chú',
        props: { tag: 'p', content: 'Ghi chú cuối trang: <i>điền bằng tiếng Việt</i>.' },
        shows: 'Ghi chú cuối trang: điền bằng tiếng Việt.',
      },
      { type: 'button', label: 'Gửi đi', props: { action: 'submit' }, optional: true },
      {
        type: 'button',
        label: 'Điền lại từ đầu',
        props: { action: 'reset' },
        role: 'button',
        optional: true,
      },
    ],
  },
  {
    key: 'nhom',
    title: 'Nhóm',
    parts: [
      nest('fieldset', 'Người khai', text('textfield', 'Tên người khai', 'An')),
      nest('panel', 'Phần gập lại', text('textfield', 'Ghi chú thêm', 'Không có'), {
        collapsible: true,
        collapsed: true,
        title: 'Phần gập lại',
      }),
      nest('well', 'Khung nền', text('textfield', 'Trong khung', 'Bình')),
      nest('container', 'Người nhận', text('textfield', 'Tên người nhận', 'Chi'), {}, (inner) => inner),
      {
        ...text('textfield', 'Cột trái', 'Trái'),
        within: (inner) => ({
          type: 'columns',
          key: 'cot',
          input: false,
          columns: [
            { width: 6, components: [inner] },
            { width: 6, components: [{ type: 'content', key: 'cot_phai', html: '<p>Cột phải</p>' }] },
          ],
        }),
      },
      {
        ...text('textfield', 'Ô trong bảng', 'Ô một'),
        within: (inner) => ({
          type: 'table',
          key: 'bang',
          input: false,
          header: ['Nội dung', 'Giải thích'],
          numRows: 1,
          numCols: 2,
          rows: [
            [
              { components: [inner] },
              { components: [{ type: 'content', key: 'o_hai', html: '<p>Viết ngắn gọn.</p>' }] },
            ],
          ],
        }),
      },
      {
        ...text('textfield', 'Ở thẻ thứ hai', 'Thẻ'),
        away: ['empty', 'error'],
        before: async ({ tab, press }) => {
          await tab('tab', 'Thẻ một');
          await press(Key.ArrowRight);
        },
        within: (inner) => ({
          type: 'tabs',
          key: 'the',
          label: 'Các thẻ',
          components: [
            {
              key: 'the_mot',
              label: 'Thẻ một',
              components: [{ type: 'content', key: 'tm', html: '<p>Một</p>' }],
            },
            { key: 'the_hai', label: 'Thẻ hai', components: [inner] },
          ],
        }),
      },
      {
        ...text('textfield', 'Trong biểu mẫu con', 'Con'),
        at: (key) => ['bieu_mau_con', 'data', key],
        within: (inner) => ({
          type: 'form',
          key: 'bieu_mau_con',
          label: 'Biểu mẫu con',
          input: true,
          components: [inner],
        }),
      },
    ],
  },
  {
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
    ],
  },
];

/** A question inside a layout or a group. */
function nest(type, label, part, props = {}, path = () => null) {
  const key = keyOf({ label });
  return {
    ...part,
    group: [type, label],
    ...(type === 'panel' ? { away: ['empty'], before: ({ unfold }) => unfold(label) } : {}),
    ...(path(part) ? { at: (own) => [key, own] } : {}),
    within: (inner) => ({
      type,
      key,
      label,
      legend: label,
      input: type === 'container',
      components: [inner],
      ...props,
    }),
  };
}

/** A key from a label, without marks. */
export function keyOf({ key, label }) {
  return (
    key ??
    label
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replace(/đ/gi, 'd')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '')
  );
}

/** Where the answer of a part is in the answers of the form. */
export const pathOf = (part) => part.at?.(keyOf(part)) ?? [keyOf(part)];
