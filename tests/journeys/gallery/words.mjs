import { Key, text } from './parts.mjs';

export const WORDS = {
  key: 'chu',
  title: 'Chữ',
  parts: [
    text('textfield', 'Họ và tên', 'Nguyễn Thị Ước Nguyện', {
      hint: '',
      props: {
        description: 'Như trên thẻ căn cước.',
        tooltip: 'Viết đủ dấu.',
        placeholder: 'Nguyễn Thị A',
      },
      told: ['Như trên thẻ căn cước. Viết đủ dấu.'],
    }),
    text('textfield', 'Số giấy tờ', '123456', {
      hint: '',
      props: { inputMask: '999-999' },
      answer: '123-456',
      told: ['Viết theo mẫu 999-999'],
    }),
    text('textfield', 'Khối lượng', '12', {
      props: { suffix: 'kg', prefix: '±' },
      told: ['±', 'kg'],
    }),
    text('textfield', 'Biệt danh', 'Bé Ổi', { hint: '', props: { hideLabel: true } }),
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
      holds: {
        empty: [
          'textbox Số nhà, đường',
          'textbox Thôn, tổ dân phố',
          'textbox Xã, phường hoặc thành phố',
          'textbox Tỉnh, bang',
          'textbox Quốc gia',
          'textbox Mã bưu chính',
        ],
      },
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
      holds: {
        empty: [
          'textbox Số nhà, đường, thôn, tổ dân phố',
          'combobox Tỉnh, thành phố',
          'combobox Xã, phường, đặc khu',
        ],
      },
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
      odd: { chi_tiet: 'Số 7, ngõ Mẫu', xa: 'Phường Phúc Xá', tinh: 'Thành phố Hà Nội' },
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
      holds: {
        empty: ['textbox Tên gọi khác, giá trị 1', 'button Thêm: Tên gọi khác'],
        disabled: ['textbox Tên gọi khác, giá trị 1', 'textbox Tên gọi khác, giá trị 2'],
      },
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
  ],
};
