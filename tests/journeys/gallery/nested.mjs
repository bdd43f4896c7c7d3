import { group, inRow, nest, text } from './parts.mjs';

const line = (label, words) => text('textfield', label, words);

/** Groups in groups and lists in lists: what is wrong deep inside is told there. */
export const NESTED = {
  key: 'long',
  title: 'Nhóm lồng nhau',
  parts: [
    nest(
      'container',
      'Hộ gia đình',
      nest('panel', 'Chủ hộ', nest('fieldset', 'Giấy tờ của chủ hộ', line('Số sổ hộ', 'S-12'))),
      { at: [] },
    ),
    nest('well', 'Khung ngoài', nest('container', 'Ngăn trong', line('Tên ngăn', 'Trong'), { at: [] })),
    inRow('datagrid', 'Các con', line('Tên cháu', 'Sen')),
    inRow('datagrid', 'Các thửa', inRow('datagrid', 'Các nhà', line('Loại nhà', 'Nhà sàn')), {
      row: { cac_nha: [{ ma: 'M2' }] },
    }),
    inRow('editgrid', 'Người cùng đi', line('Tên người đi', 'Mận'), {
      away: ['empty', 'disabled', 'begun', 'confirmed'],
    }),
  ],
};
