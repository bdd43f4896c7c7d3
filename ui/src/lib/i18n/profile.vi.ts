/* Words of the person’s profile, its lock, and what is wrong with its details, Vietnamese. */

export const first = {
  title: 'Chào mừng bạn đến với Hồ Sơ',
  lead: 'Điền tờ khai, nộp hồ sơ và theo dõi kết quả, kể cả khi không có mạng. Trước hết, hãy tạo hồ sơ cá nhân trên máy này.',
  kindLabel: 'Bạn dùng ứng dụng với tư cách',
  who: 'Thông tin của bạn',
  whoHint: 'Dùng để điền sẵn tờ khai. Thông tin chỉ nằm trên máy này.',
  where: 'Nơi ở',
  whereOrg: 'Trụ sở',
  protect: 'Mã PIN để khóa ứng dụng',
  pin: 'Mã PIN hoặc mật khẩu',
  pinHint: 'Ít nhất 6 ký tự. Không ai lấy lại được mã này, kể cả chúng tôi: hãy ghi nhớ.',
  pinAgain: 'Nhập lại mã PIN',
  keyring: 'Mở khóa bằng kho khóa của máy tính này',
  keyringHint: 'Ai đăng nhập được vào máy tính này cũng mở được hồ sơ.',
  create: 'Tạo hồ sơ cá nhân',
  creating: 'Đang tạo và mã hóa…',
  another: 'Tạo thêm hồ sơ cá nhân',
  label: 'Tên hiện trên màn hình khóa',
  labelHint: 'Ví dụ: Gia đình, Văn phòng. Tên này không được mã hóa.',
  pinShort: 'Mã PIN cần ít nhất 6 ký tự.',
  pinDiffers: 'Hai lần nhập mã PIN không giống nhau.',
  nameMissing: 'Hãy nhập họ và tên.',
  orgNameMissing: 'Hãy nhập tên tổ chức.',
  identityMissing: 'Hãy nhập số CCCD.',
  taxMissing: 'Hãy nhập mã số thuế.',
  birthWrong: 'Ngày sinh cần có dạng ngày/tháng/năm, ví dụ 05/09/1990.',
};

export const person = {
  citizen: 'Công dân',
  organisation: 'Tổ chức, doanh nghiệp',
  name: 'Họ, chữ đệm, tên',
  orgName: 'Tên tổ chức, doanh nghiệp',
  identity: 'Số CCCD / số định danh cá nhân',
  taxCode: 'Mã số thuế',
  birthDate: 'Ngày sinh',
  dateHint: 'Ngày/tháng/năm, ví dụ 05/09/1990',
  phone: 'Số điện thoại',
  email: 'Thư điện tử',
  province: 'Tỉnh, thành phố',
  commune: 'Xã, phường, đặc khu',
  address: 'Số nhà, đường, thôn',
};

export const contact = {
  hint: 'Dùng để điền sẵn tờ khai. Số điện thoại, thư điện tử và địa chỉ bạn sửa ở đây cũng được cập nhật trên cổng; họ tên, số định danh và ngày sinh thì không.',
  title: 'Trên cổng dịch vụ công',
  unknown: 'Chưa xem được thông tin trên cổng. Khi có mạng và bạn đã đăng nhập, ứng dụng sẽ tự xem.',
  same: 'Đã cập nhật trên cổng: cổng đang ghi đúng như trên máy này.',
  sending: 'Đang gửi thay đổi lên cổng.',
  waiting: 'Thay đổi đã lưu trên máy và chờ gửi lên cổng.',
  wait: {
    offline: 'Sẽ tự gửi khi có mạng.',
    signedOut: 'Sẽ tự gửi khi bạn đăng nhập vào cổng.',
    paused: 'Bạn đã tạm dừng việc gửi.',
    backoff: 'Lần gửi trước chưa được. Máy sẽ tự thử lại.',
    portalBusy: 'Cổng đang bận. Máy sẽ tự thử lại.',
    otherVersion: 'Cổng đã đổi sang phiên bản kết nối khác. Hãy cập nhật chương trình.',
  },
  refused: 'Cổng không nhận thay đổi',
  differs: 'Trên cổng đang ghi khác. Bạn muốn giữ bản nào?',
  differsHint: (when: string) =>
    `Cổng ghi như vậy từ ${when}. Cả hai bản đều còn nguyên: hãy chọn từng mục, ứng dụng sẽ ghi bản bạn chọn vào cả máy này và cổng.`,
  mine: 'Trên máy này',
  theirs: 'Trên cổng',
  empty: '(để trống)',
  allMine: 'Chọn tất cả theo máy này',
  allTheirs: 'Chọn tất cả theo cổng',
  keep: 'Giữ bản đã chọn',
  overtaken: 'Trên cổng vừa có thay đổi khác. Hãy xem và chọn lại.',
};

export const lock = {
  title: 'Ứng dụng đang khóa',
  lead: 'Dữ liệu đã được mã hóa. Nhập mã PIN để mở.',
  choose: 'Hồ sơ cá nhân',
  pin: 'Mã PIN',
  unlock: 'Mở khóa',
  unlocking: 'Đang mở khóa…',
  keyring: 'Mở bằng kho khóa của máy',
  wait: (seconds: number) => `Nhập sai nhiều lần. Chờ ${seconds} giây rồi thử lại.`,
  sending: (count: number) =>
    `Còn ${count} hồ sơ chưa gửi xong. Ứng dụng vẫn tự gửi trong lúc khóa: bạn chỉ cần để máy bật và không đóng ứng dụng.`,
  waiting: (count: number) =>
    `Còn ${count} hồ sơ chưa gửi xong. Khi đã khóa hẳn, ứng dụng không gửi: hồ sơ đợi đến khi bạn mở khóa.`,
  add: 'Tạo hồ sơ cá nhân khác',
  back: 'Quay lại màn hình khóa',
  showPin: 'Hiện mã PIN',
  soonTitle: 'Ứng dụng sắp khóa',
  soon: (seconds: number) => `Không thấy thao tác nào, ứng dụng sẽ khóa sau ${seconds} giây.`,
  saved: 'Mọi thứ đã được lưu.',
  stay: 'Tiếp tục làm việc',
  now: 'Khóa ngay',
  unsaved:
    'Thay đổi cuối chưa ghi được. Nếu khóa bây giờ, thay đổi đó được giữ trong cửa sổ này và máy thử lưu lại khi bạn mở khóa. Đóng cửa sổ thì mất.',
  anyway: 'Vẫn khóa',
};

/** Codes of wrong details in a profile. */
export const wrong = {
  required: 'Hãy điền mục này.',
  citizenId: 'Số CCCD có 12 chữ số. Hãy xem lại số trên thẻ.',
  taxCode: 'Mã số thuế có 10 hoặc 13 chữ số. Hãy xem lại.',
  phone: 'Số điện thoại có 10 chữ số, bắt đầu bằng 0. Hãy xem lại.',
  email: 'Thư điện tử cần có dạng ten@noi-gui.vn.',
  date: 'Ngày cần có dạng ngày/tháng/năm, ví dụ 05/09/1990.',
  other: 'Hãy xem lại mục này.',
};
