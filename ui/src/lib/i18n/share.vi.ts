/** Words of drafts shared between a person's computers, Vietnamese. */
export const share = {
  title: 'Các máy của tôi',
  hint: 'Nháp mà bạn chọn chia sẻ được mã hóa trên máy này rồi mới gửi qua cổng. Chỉ các máy trong danh sách dưới đây mở được; cổng không đọc được nội dung.',
  code: 'Mã của máy này, để chia sẻ nháp',
  codeHint: 'Chép mã này sang máy kia, và chép mã của máy kia vào đây. Mã không phải là bí mật.',
  copy: 'Chép mã',
  copied: 'Đã chép mã của máy này.',
  fingerprint: 'Mã đối chiếu của khóa trên máy này',
  none: 'Chưa có máy nào khác.',
  list: 'Các máy khác của tôi',
  add: 'Thêm máy khác',
  name: 'Tên máy',
  nameHint: 'Ví dụ: Máy ở cơ quan',
  otherCode: 'Mã của máy kia',
  otherCodeHint: 'Mã bắt đầu bằng “hoso-may:”, xem trong Cài đặt của máy kia.',
  addDo: 'Thêm máy',
  added: (name: string) => `Đã thêm máy “${name}”. Hãy so mã đối chiếu của khóa với máy kia cho chắc.`,
  remove: (name: string) => `Bỏ máy “${name}”`,
  removeTitle: 'Bỏ máy này khỏi danh sách?',
  removeBody: (name: string) =>
    `Nháp chia sẻ từ nay không mở được ở máy “${name}” nữa. Những gì máy đó đã nhận thì vẫn ở đó.`,
  removeDo: 'Bỏ máy',
  notKept: 'Cổng đang dùng chưa cho biết có giữ nháp giữa các máy hay không. Hãy kết nối cổng một lần.',
  notKeeping: 'Cổng đang dùng không giữ nháp giữa các máy nên không chia sẻ được.',

  start: 'Chia sẻ nháp qua cổng',
  started: 'Nháp sẽ hiện trên các máy khác của bạn khi có mạng.',
  stop: 'Thôi chia sẻ nháp',
  stopTitle: 'Thôi chia sẻ nháp này?',
  stopBody: 'Nháp vẫn ở máy này. Trên các máy khác nháp được chuyển vào thùng rác.',
  stopped: 'Đã thôi chia sẻ. Nháp vẫn ở máy này.',
  aloneTitle: 'Chưa có máy nào để chia sẻ',
  aloneBody: 'Trước hết hãy cho hai máy biết nhau: chép mã của mỗi máy sang máy kia trong Cài đặt.',
  aloneDo: 'Mở Cài đặt',
  takeOver: 'Soạn tiếp ở máy này',
  takenOver: 'Từ giờ nháp được soạn ở máy này. Máy kia chỉ xem được.',
  heldTitle: 'Nháp đang mở ở máy khác',
  heldBody: (desktop: string) =>
    `Máy ${desktop} đang mở nháp này. Nếu soạn tiếp ở đây, máy đó chỉ còn xem được. Những gì máy đó đã gõ mà chưa gửi lên cổng không mất: chúng được giữ thành nháp riêng ở máy đó.`,
  copyOwn: 'Tạo bản riêng ở máy này',
  copiedOwn: 'Đã tạo bản riêng. Bản này không chia sẻ và sửa được ngay.',
  named: (name: string) => `“${name}”`,
  another: 'khác của bạn',

  readerTitle: 'Chỉ xem: nháp đang được soạn ở máy khác',
  reader: (desktop: string) => `Nháp này do máy ${desktop} chia sẻ và đang được soạn ở đó.`,
  readerOpen: (desktop: string) => `Máy ${desktop} đang mở nháp này. Chữ gõ ở đó hiện dần ở đây.`,
  files: (names: string) =>
    `Tệp đính kèm không đi cùng nháp, vẫn ở máy kia: ${names}. Nếu soạn tiếp ở đây, hãy đính kèm lại.`,
  apartTitle: 'Bản giữ lại ở máy này',
  apart: (desktop: string, time: string) =>
    `Lúc ${time}, máy ${desktop} đã soạn tiếp nháp chung khi phần gõ ở đây chưa gửi kịp. Toàn bộ phần đó nằm trong bản này. Nháp chung nằm riêng trong danh sách.`,
  apartEnded: (time: string) =>
    `Lúc ${time}, nháp chung thôi chia sẻ khi máy này chưa chắc máy kia đã có hết chữ gõ ở đây. Toàn bộ chữ gõ ở đây nằm trong bản này. Hãy so với hồ sơ đã nộp, nếu có, trước khi dùng.`,
  lost: 'Máy khác vừa soạn tiếp nháp này nên chữ vừa gõ chưa ghi vào được. Hãy giữ chúng trong một bản riêng.',
  rescue: 'Giữ chữ vừa gõ thành bản riêng',
  rescued: 'Chữ vừa gõ nằm trong bản riêng này.',

  row: {
    writer: 'Đang chia sẻ',
    waiting: 'Đang chia sẻ, còn chờ gửi',
    trouble: (said: string) =>
      `Đang chia sẻ, chưa gửi được lên cổng, sẽ tự gửi lại.${said ? ` Cổng trả lời: ${said}` : ''}`,
    reader: (desktop: string) => `Từ máy ${desktop}, chỉ xem`,
    apart: 'Bản giữ lại ở máy này',
  },
  notForUs: (count: number) =>
    `${count} nháp do máy khác chia sẻ chưa dành cho máy này. Hãy thêm mã của máy này trong Cài đặt của máy kia.`,
  strangers: (count: number) =>
    `${count} nháp đến từ máy chưa quen. Nếu là máy của bạn, hãy thêm mã của máy đó trong Cài đặt.`,
  broken: (count: number) =>
    `${count} nháp trên cổng không đúng như máy kia đã gửi nên không được nhận. Hãy mở máy kia để gửi lại.`,
};

/** Why something with a shared draft could not be done. */
export const shareErrors = {
  'draft.held': 'Nháp này đang được soạn ở máy khác của bạn nên ở đây chỉ xem được.',
  'share.alone': 'Chưa có máy nào khác để chia sẻ. Hãy thêm máy trong Cài đặt.',
  'share.portal': share.notKeeping,
  'share.supplement': 'Phần bổ sung thuộc về hồ sơ đã nộp, máy khác tự thấy nên không cần chia sẻ.',
  'share.none': 'Nháp này không còn được chia sẻ.',
  'share.held': 'Nháp đang mở ở máy khác.',
  'share.behind': 'Chưa nhận đủ phần đã gõ ở máy kia. Hãy thử lại sau ít giây.',
  'share.stranger':
    'Bản mới nhất do một máy chưa quen soạn nên ở đây không mở được. Nếu là máy của bạn, hãy thêm mã của máy đó trong Cài đặt, mục Các máy của tôi, rồi thử lại.',
  'share.not_for_us':
    'Bản mới nhất chưa dành cho máy này nên ở đây không mở được. Hãy thêm mã của máy này trong Cài đặt của máy đang soạn, rồi thử lại.',
  'share.broken':
    'Bản mới nhất trên cổng không đúng như máy kia đã gửi nên không mở được. Hãy mở máy kia để gửi lại, rồi thử lại.',
  'desktop.itself': 'Đây là mã của chính máy này. Hãy chép mã của máy kia.',
  'desktop.name': 'Hãy đặt tên máy, không quá 60 ký tự. Nhiều nhất 20 máy.',
};
