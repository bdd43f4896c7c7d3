import { blank, encode } from '../harness/png.mjs';
import { Key } from './parts.mjs';

export const FILES = {
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
    {
      type: 'content',
      label: 'Lời dẫn',
      props: { html: '<p>Đọc kỹ <b>trước khi điền</b>.</p><script>alert(1)</script>' },
      asks: false,
      shows: 'Đọc kỹ trước khi điền.',
    },
    {
      type: 'htmlelement',
      label: 'Ghi chú',
      props: { tag: 'p', content: 'Ghi chú cuối trang: <i>điền bằng tiếng Việt</i>.' },
      asks: false,
      shows: 'Ghi chú cuối trang: điền bằng tiếng Việt.',
    },
    {
      type: 'button',
      label: 'Điền lại từ đầu',
      props: { action: 'reset' },
      role: 'button',
      optional: true,
    },
  ],
};
