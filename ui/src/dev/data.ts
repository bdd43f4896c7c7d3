import type { CalendarInfo } from '@/lib/bindings/CalendarInfo';
import type { AppInfo } from '@/lib/bindings/AppInfo';
import type { ComponentState } from '@/lib/bindings/ComponentState';
import type { DossierInfo } from '@/lib/bindings/DossierInfo';
import type { DossierRow } from '@/lib/bindings/DossierRow';
import type { Folder } from '@/lib/bindings/Folder';
import type { LookUpView } from '@/lib/bindings/LookUpView';
import type { PaperInfo } from '@/lib/bindings/PaperInfo';
import type { ProcedureInfo } from '@/lib/bindings/ProcedureInfo';
import type { ProcedureRow } from '@/lib/bindings/ProcedureRow';
import type { QueueItem } from '@/lib/bindings/QueueItem';
import type { ReceivedFile } from '@/lib/bindings/ReceivedFile';

/** Invented people and dossiers for looking at the screens. */
export const app: AppInfo = {
  version: '0.1.0',
  lock: 'open',
  profiles: [
    { id: 'p1', label: 'Gia đình', keyring: true, waitSeconds: 0, sending: 2, waiting: 0 },
    { id: 'p2', label: 'Văn phòng', keyring: false, waitSeconds: 0, sending: 0, waiting: 1 },
  ],
  profile: {
    kind: 'citizen',
    name: 'Lê Văn Mẫu',
    identity: '062092000017',
    birthDate: '1992-04-17',
    phone: '0912000000',
    email: 'mau@thu-nghiem.vn',
    province: 'Tỉnh Quảng Ngãi',
    commune: 'Phường Hoa Ban',
    address: 'Số 12, đường Thử Nghiệm',
  },
  session: { state: 'signedOut' },
  settings: {
    language: 'vi',
    theme: 'light',
    zoom: 100,
    autoLockMinutes: 10,
    sendWhileLocked: true,
    scanFolder: null,
    previewOpen: true,
    formLayout: null,
  },
  portal: 'Cổng dịch vụ công thử nghiệm',
  portalProfile: null,
  portalCannot: [],
  keyringAvailable: true,
};

const procedure = (
  code: string,
  name: string,
  field: string,
  level: string,
  time: string,
  fee: string,
): ProcedureRow => ({
  code,
  name,
  level,
  agency: level === 'commune' ? 'Ủy ban nhân dân cấp xã' : 'Sở Văn hóa, Thể thao và Du lịch',
  field,
  fullOnline: code !== '1.000894',
  fee,
  time,
});

export const procedures: ProcedureRow[] = [
  procedure('1.001193', 'Đăng ký khai sinh', 'Hộ tịch', 'commune', '01 ngày làm việc', 'Miễn lệ phí'),
  procedure('2.000635', 'Cấp bản sao trích lục hộ tịch', 'Hộ tịch', 'commune', 'Trong ngày', '8.000 đ/bản'),
  procedure('1.000894', 'Đăng ký kết hôn', 'Hộ tịch', 'commune', 'Trong ngày', 'Miễn lệ phí'),
  procedure(
    '1.003868',
    'Cấp giấy phép xuất bản tài liệu không kinh doanh',
    'Xuất bản, In và Phát hành',
    'province',
    '10 ngày làm việc',
    'Theo số trang tài liệu, cơ quan thông báo',
  ),
];

export const procedureInfo = (row: ProcedureRow): ProcedureInfo => ({
  row,
  version: '2026.11.1',
  summary: `${row.name}: điền tờ khai, đính kèm giấy tờ và nộp trực tuyến. Thực hiện trong 60 ngày kể từ ngày sinh.`,
  steps: [
    'Điền tờ khai và đính kèm giấy tờ.',
    'Cơ quan đăng ký kiểm tra hồ sơ.',
    'Nhận kết quả theo cách đã chọn.',
  ],
  methods: ['Trực tuyến', 'Trực tiếp tại Bộ phận Một cửa', 'Qua dịch vụ bưu chính'],
  components: components.map((one) => ({ ...one, conditional: !one.required && one.code !== 'K2' })),
  notes: ['Giấy tờ bằng tiếng nước ngoài phải được dịch sang tiếng Việt.'],
  fees: [{ name: 'Lệ phí', amount: row.fee, note: 'theo dữ liệu ngày 01/11/2026' }],
  result: 'Giấy khai sinh (bản chính)',
  legal: ['Luật Hộ tịch năm 2014', 'Nghị định 123/2015/NĐ-CP'],
  mustAttend: '',
  notInForce: '',
  confidence: 'Đối chiếu với văn bản gốc trước khi dùng chính thức.',
});

export const components: ComponentState[] = [
  {
    code: 'TK',
    name: 'Tờ khai đăng ký khai sinh (mẫu điện tử)',
    hint: 'Tạo từ các câu trả lời.',
    required: true,
    isForm: true,
    original: 1,
    copy: 0,
    accept: ['pdf', 'docx'],
    maxBytes: 20 << 20,
    maxFiles: 1,
    files: [],
    askedFor: false,
  },
  {
    code: 'K1',
    name: 'Giấy chứng sinh hoặc giấy tờ thay thế',
    hint: 'Bản quét hoặc ảnh chụp rõ chữ.',
    required: true,
    isForm: false,
    original: 1,
    copy: 0,
    accept: ['pdf', 'jpg', 'png'],
    maxBytes: 20 << 20,
    maxFiles: 5,
    files: [],
    askedFor: false,
  },
  {
    code: 'K2',
    name: 'Giấy chứng nhận kết hôn của cha mẹ',
    hint: '',
    required: false,
    isForm: false,
    original: 0,
    copy: 1,
    accept: ['pdf', 'jpg', 'png'],
    maxBytes: 20 << 20,
    maxFiles: 2,
    files: [],
    askedFor: false,
  },
];

const row = (id: string, title: string, folder: Folder, status: number | null, at: string): DossierRow => ({
  draft: folder === 'unsent' ? id : null,
  dossier: folder === 'unsent' ? null : id,
  title,
  subject: folder === 'unsent' ? 'Lê Nguyễn Minh Ước' : 'Lê Văn Mẫu',
  code: status ? `000.00.19.H48-261121-000${id.slice(-1)}` : null,
  folder,
  status,
  changedAt: at,
  step: folder === 'unsent' ? 'form' : null,
  trouble: null,
  mayCancel: folder === 'outbox',
  share: null,
  payAtDesk: false,
  elsewhere: null,
  asked:
    folder === 'supplementRequested'
      ? {
          reason: 'Giấy chứng sinh bị mờ, đề nghị chụp lại rõ cả bốn góc.',
          components: ['K1'],
          requestedAt: '2026-11-20T08:30:00+07:00',
          dueOn: '2026-12-04',
          dueIn: 8,
          draft: null,
        }
      : null,
  opinion: folder === 'rejected' ? 'Hồ sơ không thuộc thẩm quyền giải quyết của phường.' : '',
});

export const rows: DossierRow[] = [
  row('d1', 'Đăng ký khai sinh', 'unsent', null, '2026-11-21T10:42:00+07:00'),
  row('d2', 'Cấp bản sao trích lục hộ tịch', 'outbox', null, '2026-11-21T09:10:00+07:00'),
  row('d3', 'Cấp bản sao trích lục hộ tịch', 'awaitingPayment', 6, '2026-11-20T15:00:00+07:00'),
  row('d4', 'Đăng ký khai sinh', 'supplementRequested', 5, '2026-11-20T08:30:00+07:00'),
  row('d5', 'Đăng ký khai sinh', 'processing', 4, '2026-11-19T14:00:00+07:00'),
  row('d6', 'Cấp bản sao trích lục hộ tịch', 'returned', 10, '2026-11-12T16:20:00+07:00'),
  row('d7', 'Đăng ký kết hôn', 'rejected', 3, '2026-11-10T16:20:00+07:00'),
];

export const queue: QueueItem[] = [
  {
    dossier: 'd2',
    revision: 1,
    title: 'Cấp bản sao trích lục hộ tịch',
    stage: 'uploading',
    wait: { code: 'offline', until: '', detail: '' },
    trouble: null,
    changed: [],
    uploads: [
      { id: 'u1', name: 'to-khai.pdf', sent: 90_000, size: 90_000 },
      { id: 'u2', name: 'cccd-mat-truoc.pdf', sent: 400_000, size: 1_400_000 },
    ],
  },
];

const QR =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7"><path d="M0 0h3v3H0zM4 0h3v3H4zM0 4h3v3H0zM4 4h1v1H4zM6 4h1v2H6zM4 6h1v1H4z"/></svg>';

const received = (id: string, kind: string, name: string, sha256: string): ReceivedFile => ({
  id,
  sha256,
  kind,
  name,
  size: 80_000,
  here: true,
  receivedAt: '2026-11-12T16:25:00+07:00',
  replaced: false,
  spoiled: false,
});

export const dossier = (one: DossierRow): DossierInfo => ({
  row: one,
  procedure: '1.001193',
  handler: 'Bộ phận Một cửa phường Hoa Ban',
  dueAt: '2026-11-25T17:00:00+07:00',
  dueIn: 2,
  refreshedAt: '2026-11-21T10:00:00+07:00',
  timeline: [
    { at: '2026-11-19T09:00:00+07:00', status: 0, step: 'Niêm phong trên máy này', handler: '', note: '' },
    { at: '2026-11-19T09:02:00+07:00', status: 1, step: '', handler: 'Cổng dịch vụ công', note: '' },
    {
      at: '2026-11-20T08:30:00+07:00',
      status: one.status ?? 1,
      step: '',
      handler: 'Bộ phận Một cửa phường Hoa Ban',
      note: 'Giấy chứng sinh bị mờ.',
    },
  ],
  revisions: [
    {
      revision: 1,
      sealedAt: '2026-11-19T09:00:00+07:00',
      sha256: '3f786850e387550fdab836ed7e6dc881de23001b3f786850e387550fdab836ed',
      files: ['to-khai-dang-ky-khai-sinh.pdf', 'giay-chung-sinh.pdf'],
      stage: 'accepted',
      trouble: null,
      receipt: null,
      elsewhere: false,
      changes: [],
    },
  ],
  supplement: one.asked,
  agency: 'Ủy ban nhân dân cấp xã',
  fees:
    one.folder === 'awaitingPayment'
      ? [
          {
            id: 'f1',
            name: 'Lệ phí cấp bản sao trích lục (3 bản)',
            amount: 24_000,
            paid: false,
            atDesk: false,
            payment: {
              id: 'pay1',
              state: 'pending',
              trouble: null,
              wait: null,
              checkoutUrl: 'http://127.0.0.1/pay/1',
              qr: QR,
              transaction: '',
              updatedAt: '2026-11-21T10:00:00+07:00',
            },
          },
        ]
      : [],
  files:
    one.status === 10
      ? [
          received('r1', 'reception', 'giay-tiep-nhan.pdf', 'a1'),
          { ...received('r2', 'result', 'trich-luc.pdf', 'b2'), here: false, receivedAt: '' },
          { ...received('r2', 'result', 'trich-luc.pdf', 'b1'), replaced: true },
        ]
      : [],
  queue: queue.find((item) => item.dossier === one.dossier) ?? null,
  codeQr: one.code ? QR : '',
  zaloQr: one.code ? QR : '',
  followPage: one.code ? `http://127.0.0.1/tra-cuu?ma=${one.code}` : '',
  provisional: one.code ? '' : 'TAM-1A2B3C4D',
  owner: '',
  byAuthority: false,
  originals: '',
  receivedBy: '',
  first: null,
  mayWithdraw: one.status !== null && one.status < 7,
  withdrawal: null,
  mayRate: one.status === 10,
  rating: null,
  mayCarry: one.folder === 'outbox',
  carriedAt: '',
});

export const lookUps: LookUpView[] = [
  {
    code: '000.00.19.H34-261120-0007',
    state: 'found',
    wait: null,
    askedAt: '2026-11-21T10:00:00+07:00',
    answeredAt: '2026-11-21T10:00:00+07:00',
    dossier: null,
    procedure: '2.000635',
    title: 'Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh',
    office: 'Bộ phận Một cửa UBND xã Mẫu',
    status: 4,
    submittedAt: '2026-11-20T08:00:00+07:00',
    dueAt: '2026-11-25T17:00:00+07:00',
    timeline: [],
  },
];

export const papers: PaperInfo[] = [
  {
    id: 'v1',
    name: 'CCCD Lê Văn Mẫu.pdf',
    kind: 'identity',
    mediaType: 'application/pdf',
    size: 1_400_000,
    addedAt: '2026-10-02T08:00:00+07:00',
    trashedAt: '',
    fields: {
      name: 'Lê Văn Mẫu',
      number: '001190000001',
      birthDate: '1990-09-05',
      sex: 'nam',
      issuedOn: '2022-03-14',
      address: 'Số 1, đường Mẫu, Phường Ba Đình, Thành phố Hà Nội',
    },
  },
];

export const calendar: CalendarInfo = {
  years: [
    {
      year: 2026,
      known: true,
      days: [
        { day: '2026-01-01', kind: 'off', name: 'Tết Dương lịch', own: false },
        { day: '2026-08-22', kind: 'worked', name: 'Làm bù cho ngày 31/8/2026', own: false },
        { day: '2026-11-24', kind: 'off', name: 'Ngày Văn hóa Việt Nam', own: false },
        { day: '2026-12-04', kind: 'off', name: 'Nghỉ bù theo thông báo', own: true },
      ],
    },
    {
      year: 2027,
      known: true,
      days: [{ day: '2027-01-01', kind: 'off', name: 'Tết Dương lịch', own: false }],
    },
  ],
  own: [{ day: '2026-12-04', kind: 'off', name: 'Nghỉ bù theo thông báo' }],
  source: ['Bộ luật Lao động 2019 (45/2019/QH14), Điều 111 và Điều 112.'],
  replaced: false,
  broken: [{ file: 'calendar.json', newer: false, why: 'EOF while parsing' }],
};
