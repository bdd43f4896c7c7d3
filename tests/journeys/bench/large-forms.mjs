// Forms of a size that no built-in pack has, made up for measuring: a section of many questions, and a list of many rows.

const GROUPS = 16;
const PLACES = Array.from({ length: 40 }, (_, index) => `Địa bàn ${index + 1}`);

export const LONG = { code: '9.900001', name: 'Biểu mẫu dài để đo', section: 'Các câu hỏi' };
export const ROWS = { code: '9.900002', name: 'Danh sách dài để đo', section: 'Danh sách', count: 2000 };

/** Components of the long form, its groups and its page included. */
export function components({ components: list = [] }) {
  return list.reduce((sum, one) => sum + 1 + components(one), 0);
}

export function longForm() {
  return form(
    LONG,
    Array.from({ length: GROUPS }, (_, index) => group(index + 1)),
  );
}

/** Thirty questions of the usual kinds, with the conditions and sums that forms have. */
function group(number) {
  const key = (name) => `${name}_${number}`;
  const when = { show: true, when: key('co_them'), eq: 'true' };
  const amounts = [1, 2, 3, 4].map((each) => field('number', key(`so_${each}`), `Số lượng ${each}`));
  return {
    type: 'fieldset',
    key: key('nhom'),
    legend: `Nhóm ${number}`,
    input: false,
    components: [
      field('vnName', key('ho_ten'), 'Họ, chữ đệm, tên', { validate: { required: true } }),
      field('vnDate', key('ngay_sinh'), 'Ngày sinh'),
      field('vnCitizenId', key('dinh_danh'), 'Số định danh cá nhân'),
      field('vnPhone', key('dien_thoai'), 'Số điện thoại'),
      field('email', key('thu'), 'Thư điện tử'),
      field('radio', key('gioi_tinh'), 'Giới tính', { values: choices(['Nam', 'Nữ']) }),
      field('select', key('quan_he'), 'Quan hệ', { data: { values: choices(['Cha', 'Mẹ', 'Con', 'Anh']) } }),
      field('select', key('dia_ban'), 'Địa bàn', { data: { values: choices(PLACES) } }),
      ...amounts,
      field('number', key('tong'), 'Tổng số', {
        disabled: true,
        calculateValue: `value = ${amounts.map(({ key }) => `(data.${key} || 0)`).join(' + ')}`,
      }),
      field('textarea', key('ly_do'), 'Lý do'),
      field('checkbox', key('co_them'), 'Có thông tin thêm'),
      ...[1, 2, 3, 4, 5].map((each) =>
        field('textfield', key(`them_${each}`), `Thông tin thêm ${each}`, { conditional: when }),
      ),
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((each) =>
        field('textfield', key(`muc_${each}`), `Mục ${each}`, {
          ...(each === 5 ? { customConditional: `show = !!data.${key('ho_ten')}` } : {}),
        }),
      ),
    ],
  };
}

export function rowsForm() {
  return form(ROWS, [
    {
      ...field('datagrid', 'nguoi', 'Những người trong danh sách'),
      components: [
        field('textfield', 'ho_ten', 'Họ và tên', { validate: { required: true } }),
        field('vnDate', 'ngay_sinh', 'Ngày sinh'),
        field('select', 'gioi_tinh', 'Giới tính', { data: { values: choices(['Nam', 'Nữ']) } }),
        field('number', 'so_luong', 'Số lượng'),
        field('number', 'don_gia', 'Đơn giá'),
        field('number', 'thanh_tien', 'Thành tiền', {
          disabled: true,
          calculateValue: 'value = (row.so_luong || 0) * (row.don_gia || 0)',
        }),
      ],
    },
  ]);
}

/** The rows, as their log entry holds them. */
export function rows() {
  return Array.from({ length: ROWS.count }, (_, index) => ({
    ho_ten: `Người thứ ${index + 1}`,
    ngay_sinh: '1990-03-15',
    gioi_tinh: index % 2 ? 'Nữ' : 'Nam',
    so_luong: index % 7,
    don_gia: 1000,
  }));
}

function field(type, key, label, more = {}) {
  return { type, key, label, input: true, ...more };
}

function choices(words) {
  return words.map((word) => ({ label: word, value: word }));
}

function form({ name, section }, components) {
  const page = { type: 'panel', key: 'trang', title: section, label: section, input: false, components };
  return { title: name, display: 'wizard', type: 'form', components: [page] };
}
