/** Words of the catalogue of procedures and of taking it in from a file, Vietnamese. */
export const catalogue = {
  title: 'Danh mục thủ tục',
  hint: 'Khi máy không có mạng, danh mục và mẫu đơn mới có thể mang tới bằng USB trong một tệp do cổng ký.',
  builtIn: (count: number) => `${count} thủ tục, danh mục đi kèm ứng dụng.`,
  portal: (count: number, day: string) => `${count} thủ tục, danh mục của cổng ngày ${day}.`,
  file: (count: number, day: string) => `${count} thủ tục, danh mục ngày ${day} nhận từ tệp.`,
  short: (day: string) => `Danh mục ngày ${day}`,
  shortBuiltIn: 'Danh mục đi kèm ứng dụng',
  takenAt: (time: string) => `Nhận vào máy này lúc ${time}.`,
  import: 'Nhập danh mục từ tệp',
  checking: 'Đang kiểm tra chữ ký và nội dung tệp…',
  progress: (done: number, total: number) => `Đang đọc mẫu đơn: ${done}/${total}`,
  stop: 'Dừng',
  taken: (day: string) => `Đã nhận danh mục ngày ${day}`,
  counts: (fresh: number, known: number) => `${fresh} mẫu đơn mới, ${known} mẫu đơn máy này đã có.`,
  unusable: (codes: string) =>
    `Phiên bản này của ứng dụng chưa dùng được: ${codes}. Các mẫu đơn cũ của những thủ tục đó vẫn như trước.`,
  failed: 'Chưa nhận được danh mục này',
  unchanged: 'Danh mục trên máy vẫn như trước.',
  newer: (theirs: string, ours: string) =>
    `Tệp là danh mục lúc ${theirs}, cũ hơn danh mục lúc ${ours} đang có trên máy. Danh mục mới hơn được giữ lại.`,
  trust: 'Đây có đúng là danh mục của cổng?',
  compare: (portal: string, fingerprint: string) =>
    `Máy này chưa từng kết nối cổng nào. Tệp tự nhận là của “${portal}”, ký bằng khóa có mã đối chiếu ${fingerprint}. Hãy so với mã đối chiếu mà cổng công bố. Chỉ nhận khi khớp.`,
  trustDo: 'Khớp, nhận danh mục',
};

/** Why a catalogue was not taken in. */
export const catalogueErrors = {
  'catalogue.stranger':
    'Chưa biết tệp này có phải của cổng không. Hãy so mã đối chiếu của khóa rồi nhận lại.',
  'catalogue.of_other': 'Tệp được ký bằng khóa không phải của cổng. Không nhận gì từ tệp này.',
  'catalogue.older': 'Danh mục trong tệp cũ hơn danh mục đang có. Danh mục mới hơn được giữ lại.',
  'catalogue.undated': 'Danh mục trong tệp không ghi ngày. Hãy lấy lại tệp từ cổng.',
  'catalogue.stopped': 'Đã dừng. Danh mục trên máy vẫn như trước.',
};
