/* Words of the frame around every screen and of what waits to be sent, Vietnamese. */

export const common = {
  appName: 'Hồ Sơ',
  loading: 'Đang tải…',
  retry: 'Thử lại',
  close: 'Đóng',
  cancel: 'Hủy',
  save: 'Lưu',
  saved: 'Đã lưu.',
  open: 'Xem',
  saveAs: 'Tải xuống',
  savedTo: (path: string) => `Đã lưu tệp: ${path}`,
  remove: 'Xóa',
  undo: 'Hoàn tác',
  restore: 'Khôi phục',
  dismiss: 'Bỏ thông báo',
  more: (name: string) => `Thao tác khác: ${name}`,
  details: 'Chi tiết',
  code: (code: string) => `Mã: ${code}`,
  required: 'bắt buộc',
  optional: '(không bắt buộc)',
  updatedAt: (when: string) => `Cập nhật lúc ${when}`,
  never: 'Chưa cập nhật lần nào',
  copy: 'Sao chép',
  copied: 'Đã sao chép.',
  back: 'Quay lại',
  files: (count: number) => `${count} tệp`,
  opensBrowser: 'mở trong trình duyệt',
  skip: 'Đến nội dung chính',
  failedTitle: 'Không tải được nội dung này',
};

export const nav = {
  label: 'Các phần của ứng dụng',
  home: 'Trang chủ',
  procedures: 'Thủ tục',
  dossiers: 'Hồ sơ',
  lookup: 'Tra cứu hồ sơ',
  vault: 'Kho giấy tờ',
  payments: 'Thanh toán',
  settings: 'Cài đặt',
  waiting: (count: number) => `${count} việc cần làm`,
};

export const search = {
  label: 'Tìm mọi thứ',
  placeholder: 'Tìm thủ tục, hồ sơ, mã hồ sơ…',
  title: 'Tìm kiếm',
  hint: 'Gõ có dấu hay không dấu đều được.',
  procedures: 'Thủ tục',
  dossiers: 'Hồ sơ',
  none: (query: string) => `Không tìm thấy gì cho “${query}”.`,
  found: (count: number) => `${count} kết quả`,
};

export const chip = {
  offline: 'Ngoại tuyến',
  online: 'Trực tuyến',
  paused: 'Tạm dừng gửi',
  busy: 'Đang gửi',
  noPortal: 'Làm việc trên máy',
  waiting: (count: number) => `${count} chờ gửi`,
  title: 'Kết nối và hàng chờ gửi',
  offlineLine: (count: number) =>
    count === 0
      ? 'Ngoại tuyến: vẫn làm việc bình thường, không có hồ sơ nào chờ gửi.'
      : `Ngoại tuyến: vẫn làm việc bình thường, ${count} hồ sơ chờ gửi.`,
  onlineLine: 'Đã kết nối với cổng dịch vụ công.',
  otherVersion: 'Cần cập nhật',
  otherVersionLine:
    'Cổng đã đổi sang phiên bản kết nối khác. Hãy cập nhật chương trình; nếu đã là bản mới nhất, hãy báo cho cổng. Mọi hồ sơ vẫn an toàn trên máy và đang chờ.',
  pausedLine: 'Bạn đã tạm dừng việc gửi. Hồ sơ vẫn an toàn trên máy.',
  noPortalLine: 'Chưa cấu hình cổng dịch vụ công. Mọi thứ được lưu trên máy này.',
  safe: 'Mọi điều bạn nhập đã được mã hóa và lưu trên máy này.',
  empty: 'Không có hồ sơ nào đang chờ gửi.',
  sendNow: 'Gửi ngay',
  sendThis: 'Gửi tệp ngay',
  checkNow: 'Kiểm tra kết nối',
  pause: 'Tạm dừng gửi',
  resume: 'Tiếp tục gửi',
  retry: 'Gửi lại hồ sơ này',
  signIn: 'Đăng nhập để gửi',
  progress: (name: string, part: number) => `${name}: đã gửi ${part}%`,
  clock: (minutes: number) =>
    `Đồng hồ của máy lệch khoảng ${minutes} phút so với cổng. Hãy chỉnh lại giờ của máy.`,
  revision: (revision: number) => `Bổ sung lần ${revision - 1}`,
};

export const stage = {
  sealed: 'Đã niêm phong, chờ gửi',
  uploading: 'Đang gửi tệp',
  submitting: 'Đang nộp',
  accepted: 'Cổng đã nhận',
  needsFix: 'Cần bạn sửa',
  outcomeUnknown: 'Đang hỏi lại cổng xem đã nhận chưa',
  quarantined: 'Đã dừng, cần xem lại',
  givenUp: 'Đã bỏ',
};

export const trouble = {
  said: (words: string) => `Cổng cho biết: “${words}”`,
};

export const wait = {
  offline: 'Chờ có mạng. Hồ sơ sẽ tự gửi khi có mạng.',
  signedOut: 'Chờ bạn đăng nhập vào cổng.',
  paused: 'Bạn đã tạm dừng việc gửi.',
  backoff: 'Lần gửi trước chưa được. Máy sẽ tự thử lại.',
  portalBusy: 'Cổng đang bận. Máy sẽ tự thử lại.',
  hours: 'Tệp đang đợi đến giờ gửi.',
  metered: 'Đang dùng mạng tính tiền theo dung lượng, nên tệp đợi mạng khác.',
  unsigned: 'Biên nhận của cổng không mang chữ ký đúng nên chưa được công nhận. Máy sẽ tự hỏi lại.',
  otherVersion:
    'Cổng đã đổi sang phiên bản kết nối khác. Hồ sơ vẫn an toàn trên máy và đang chờ. Hãy cập nhật chương trình; nếu đã là bản mới nhất, hãy báo cho cổng.',
  changed: 'Có thay đổi từ khi niêm phong. Chờ bạn quyết định.',
  confirm: 'Chờ mã xác nhận.',
  pay: 'Chờ nộp phí, lệ phí.',
  other: 'Đang chờ.',
  until: (when: string) => `Thử lại lúc ${when}.`,
  opens: (when: string) => `Gửi lúc ${when}.`,
};

export const account = {
  menu: 'Tài khoản',
  signedIn: (name: string) => `Đã đăng nhập cổng: ${name}`,
  signedOut: 'Chưa đăng nhập cổng',
  signingIn: 'Đang chờ bạn đăng nhập trong trình duyệt…',
  expired: 'Phiên đăng nhập đã hết. Đăng nhập lại để gửi tiếp.',
  noPortal: 'Chưa cấu hình cổng',
  signIn: 'Đăng nhập',
  signInHint: 'Trình duyệt sẽ mở trang đăng nhập của cổng.',
  cancel: 'Thôi đăng nhập',
  signOut: 'Đăng xuất khỏi cổng',
  lock: 'Khóa ứng dụng',
  profile: 'Hồ sơ cá nhân',
  other: (account: string, own: string) =>
    `Trình duyệt đang đăng nhập tài khoản của ${account}, không phải của ${own}. Hồ sơ ở đây chưa gửi gì dưới tên đó.`,
  otherHint: (own: string) =>
    `Hãy đăng xuất khỏi cổng trong trình duyệt rồi đăng nhập lại bằng tài khoản của ${own}.`,
  otherTakeHint: 'Nếu đây đúng là tài khoản của bạn, hãy chọn dùng tài khoản này cho hồ sơ cá nhân đang mở.',
  otherTake: 'Dùng tài khoản này',
  otherAgain: 'Đăng nhập lại',
  otherNobody: 'một người khác',
  openedBrowser: 'Đã mở trang đăng nhập trong trình duyệt. Đăng nhập xong, hãy quay lại đây.',
};

/** What is asked when the window is closed too early, Vietnamese. */
export const closing = {
  title: 'Còn nội dung chưa lưu',
  body: 'Những gì bạn vừa nhập chưa ghi được vào máy. Nếu đóng bây giờ, phần đó sẽ mất. Ở lại để ứng dụng thử lưu tiếp.',
  action: 'Đóng',
  cancel: 'Ở lại',
};
