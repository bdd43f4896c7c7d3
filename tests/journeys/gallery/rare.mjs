import { absent, note, text } from './parts.mjs';

const plain = (type, label, words, more = {}) =>
  text(type, label, words, { told: ['chưa được hỗ trợ đầy đủ'], ...more });

export const RARE = {
  key: 'khac',
  title: 'Loại ít gặp',
  parts: [
    plain('resource', 'Bản ghi của cổng', 'Bản ghi mẫu'),
    plain('custom', 'Loại riêng của tỉnh', 'Mẫu riêng'),
    plain('unknown', 'Loại để trống', 'Để trống'),
    plain('sketchpad', 'Sơ đồ thửa đất', 'Vẽ sau'),
    plain('kieu_la', 'Loại chưa biết', 'Vẫn điền được'),
    note('recaptcha', 'Mã xác nhận', 'chỉ dùng được khi có mạng'),
    note('captcha', 'Mã chống rô-bốt', 'chỉ dùng được khi có mạng'),
    note('datasource', 'Dữ liệu lấy từ cổng', 'chỉ dùng được khi có mạng'),
    note('form', 'Biểu mẫu không kèm theo', 'Biểu mẫu con này', {
      props: { form: '64f0c0ffee0000000000bb02' },
    }),
    absent('hidden', 'Ẩn', { props: { defaultValue: 'có sẵn' }, answer: 'có sẵn' }),
    absent('reviewpage', 'Trang xem lại'),
    absent('button', 'Gửi đi', { props: { action: 'submit' } }),
  ],
};
