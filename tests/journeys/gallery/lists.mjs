// Lists of choices, invented.

export const provinces = ['Tỉnh Mẫu Một', 'Tỉnh Mẫu Hai', 'Thành phố Mẫu Ba'].map((label, index) => ({
  value: `tinh-${index + 1}`,
  label,
}));

const COMMUNES = 3_000;
export const communes = Array.from({ length: COMMUNES }, (_, index) => ({
  value: `xa-${index + 1}`,
  label: `Xã Thử Nghiệm ${index + 1}`,
}));

export const sexes = [
  { value: 'nam', label: 'Nam' },
  { value: 'nu', label: 'Nữ' },
];

export const marks = [
  { value: 'tot', label: 'Hài lòng' },
  { value: 'kem', label: 'Chưa hài lòng' },
];

/** What a definition finds at an address or by the id of a resource: address → the list that comes with the pack. */
export const CATALOGUES = {
  'https://danh-muc.vidu.vn/dan-toc': [
    { ma: '01', ten: 'Dân tộc Mẫu' },
    { ma: '02', ten: 'Dân tộc Thử' },
  ],
  '64f0c0ffee0000000000aa01': [
    { data: { ma: 'kho-1', ten: 'Kho số một' } },
    { data: { ma: 'kho-2', ten: 'Kho số hai' } },
  ],
};
