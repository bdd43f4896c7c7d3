import { text } from './parts.mjs';

export const NUMBERS = {
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
      holds: { empty: ['textbox Ngày', 'textbox Tháng', 'textbox Năm'] },
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
    text('vnName', 'Họ, chữ đệm, tên', 'phạm thị ví dụ', { answer: 'phạm thị ví dụ', odd: 'Ước' }),
    text('vnCitizenId', 'Số định danh', '062190000031', { odd: '123456789' }),
    text('vnTaxCode', 'Mã số thuế', '0100233488', { odd: '0100047510' }),
    text('vnPhone', 'Điện thoại di động', '0912 345 678', { answer: '0912 345 678', odd: '+1 555 123 4567' }),
    text('vnDate', 'Ngày sinh', '5/9/1990', {
      answer: '1990-09-05',
      odd: '1850-01-01',
      told: ['Ngày/tháng/năm'],
    }),
    text('vnPartialDate', 'Năm sinh của cha', '1960', {
      answer: '1960',
      odd: '1850',
      told: ['nếu không rõ'],
    }),
    text('vnMoney', 'Số tiền vay', '24.000', { answer: 24_000, key: 'so_tien_vay', told: ['đ'] }),
    {
      type: 'vnMoneyWords',
      label: 'Số tiền bằng chữ',
      props: { source: 'so_tien_vay' },
      role: 'textbox',
      optional: true,
      told: ['Tự tính'],
      answer: 'Hai mươi bốn nghìn đồng',
      reached: [['textbox', 'Số tiền bằng chữ']],
    },
    {
      type: 'vnDateWords',
      label: 'Ngày sinh bằng chữ',
      props: { source: 'ngay_sinh' },
      role: 'textbox',
      optional: true,
      told: ['Tự tính'],
      answer: (words) => /tháng chín/.test(words),
      reached: [['textbox', 'Ngày sinh bằng chữ']],
    },
  ],
};
