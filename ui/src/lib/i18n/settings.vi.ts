/* Words of the settings, and of what a portal wants and gives, Vietnamese. */

export const portal = {
  profile: 'Theo trình tự của',
  steps: 'Các bước',
  payment: 'Nộp phí, lệ phí',
  limit: 'Mỗi tệp không quá',
  cannot: 'Cổng này không có',
  capability: {
    withdraw: 'rút hồ sơ',
    rate: 'đánh giá',
    pay: 'thanh toán trực tuyến',
    stick: 'nhận hồ sơ qua USB',
    lookUp: 'tra cứu theo mã hồ sơ',
    sharedDrafts: 'giữ nháp dùng chung giữa các máy',
    editAccount: 'sửa thông tin cá nhân',
  },
  when: {
    beforeSubmit:
      'Cổng này thu phí, lệ phí trước khi nhận hồ sơ: niêm phong xong, bạn nộp trên trang của hồ sơ, rồi hồ sơ tự gửi tiếp.',
    withSubmit:
      'Cổng này thu phí, lệ phí cùng lúc với hồ sơ: niêm phong xong, bạn nộp trên trang của hồ sơ, rồi hồ sơ tự gửi tiếp.',
    afterSubmit: 'Phí, lệ phí được nộp sau khi hồ sơ được tiếp nhận.',
  },
  code: 'Cổng gửi mã xác nhận tới điện thoại của bạn; nhập mã trên trang của hồ sơ thì cổng nhận hồ sơ. Khi chưa có mạng, hồ sơ vẫn được niêm phong và chờ.',
};

export const receipt = {
  signed: 'Biên nhận có chữ ký của cổng, đã kiểm tra.',
  unsigned: 'Cổng không ký biên nhận này.',
  audited: (when: string) => `Đối chiếu với cổng lần cuối: ${when}.`,
  doubt: 'Biên nhận không khớp',
  portalSigns: 'Cổng ký biên nhận. Ứng dụng kiểm tra chữ ký và đối chiếu lại với cổng mỗi tuần.',
  portalSignsNot: 'Cổng này không ký biên nhận nộp trực tuyến.',
};

export const sending = {
  title: 'Gửi tệp lên cổng',
  hint: 'Áp dụng cho các tệp của hồ sơ, kể cả tờ khai đã xuất. Mã xác nhận, thanh toán, yêu cầu rút hồ sơ chỉ vài KB nên luôn được gửi ngay; giấy tờ cổng trả về luôn được nhận. Khi mạng chậm, hồ sơ có ít dữ liệu nhất được gửi trước.',
  anytime: 'Gửi vào bất cứ lúc nào',
  within: 'Chỉ gửi trong khung giờ',
  from: 'Từ',
  to: 'Đến',
  sameHours: 'Giờ bắt đầu và giờ kết thúc phải khác nhau.',
  spare: 'Đợi mạng khác khi mạng tính tiền theo dung lượng',
  always: 'Coi mạng của máy này là tính tiền theo dung lượng',
  metered: 'Hệ thống cho biết mạng hiện tại tính tiền theo dung lượng.',
  limit: 'Tốc độ gửi cao nhất',
  noLimit: 'Không giới hạn',
  pace: (kilobytes: number) => `${kilobytes} KB mỗi giây`,
};

export const settings = {
  title: 'Cài đặt',
  look: 'Giao diện',
  language: 'Ngôn ngữ',
  vi: 'Tiếng Việt',
  en: 'English',
  theme: 'Màu nền',
  themes: { system: 'Theo máy', light: 'Sáng', dark: 'Tối' },
  layout: 'Cách trình bày biểu mẫu',
  layouts: {
    own: 'Theo loại hồ sơ',
    roomy: 'Thoáng: lần lượt từng mục',
    dense: 'Gọn: nhiều mục cạnh nhau, cho người làm nhiều hồ sơ',
  },
  zoom: 'Cỡ chữ',
  zoomValue: (percent: number) => `${percent}%`,
  larger: 'Chữ to hơn',
  smaller: 'Chữ nhỏ hơn',
  safety: 'An toàn',
  autoLock: 'Tự khóa khi không dùng',
  minutes: (count: number) => (count === 0 ? 'Không tự khóa' : `Sau ${count} phút`),
  sendLocked: 'Vẫn gửi hồ sơ khi máy tự khóa',
  sendLockedHint:
    'Màn hình khóa lại nhưng hồ sơ đang chờ vẫn được gửi cho đến khi xong, kể cả khi mạng có lại sau nhiều ngày. Ở máy dùng chung, nên bỏ chọn: tự khóa là khóa hẳn. Bạn tự bấm khóa thì luôn khóa hẳn.',
  pinTitle: 'Đổi mã PIN',
  pinOld: 'Mã PIN hiện tại',
  pinNew: 'Mã PIN mới',
  pinAgain: 'Nhập lại mã PIN mới',
  pinDo: 'Đổi mã PIN',
  pinDone: 'Đã đổi mã PIN.',
  scan: 'Thư mục bản quét',
  scanHint: 'Bản quét mới trong thư mục này được đề nghị khi bạn thêm tệp vào hồ sơ.',
  scanNone: 'Chưa chọn thư mục.',
  scanChoose: 'Chọn thư mục',
  scanChange: 'Chọn thư mục khác',
  scanStop: 'Thôi theo dõi',
  sticks: 'Mang hồ sơ bằng USB',
  stick: {
    hint: 'Hồ sơ đã niêm phong ở một máy khác của bạn có thể nhận vào máy này, rồi theo dõi và bổ sung tại đây.',
    recipient: 'Mã của máy này, để máy khác xuất hồ sơ cho nó',
    notTold: 'Cổng chưa biết khóa ký của máy này. Hãy đăng nhập cổng một lần.',
    taken: 'Đã nhận hồ sơ vào máy này.',
    known: 'Hồ sơ này đã có trên máy.',
    trust: 'Tin máy đã xuất tệp này?',
    compare: (fingerprint: string) =>
      `Tệp được ký bằng khóa có mã đối chiếu ${fingerprint}. Hãy so với “Mã đối chiếu của khóa” trong Cài đặt của máy kia. Nếu khớp, chọn lại tệp để nhận.`,
    trustDo: 'Khớp, chọn lại tệp',
  },
  profile: 'Hồ sơ cá nhân',
  profileSave: 'Cập nhật',
  about: 'Về ứng dụng',
  version: (version: string) => `Hồ Sơ, phiên bản ${version}`,
  portal: 'Cổng dịch vụ công',
  noPortal: 'Chưa cấu hình',
};
