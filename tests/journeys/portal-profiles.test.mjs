// Each portal by the words and the order of its guide: one dossier sent under each profile.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { openBank, outcome } from './harness/extract.mjs';
import { PACKS } from './harness/form.mjs';
import { audit, bank, clerk } from './harness/outside.mjs';
import { Key } from './harness/webdriver.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { focusOn, tabTo, type } from './harness/keyboard.mjs';
import { darken, look, settings, steps, unlock } from './harness/steps.mjs';

const PROFILES = resolve(PACKS, '../portals');
/**
 * What each guide says, word for word and apart from the profiles, which may be wrong: the steps in order, the button that
 * leads on and the one that hands in, when money is wanted, how the result comes and news is told, what can't be done.
 */
const GUIDES = {
  'kon-tum': {
    steps: [
      'Thông tin người nộp',
      'Thành phần hồ sơ',
      'Tờ khai điện tử',
      'Thông tin phí, lệ phí',
      'Xác nhận và nộp hồ sơ',
    ],
    goOn: 'Tiếp tục',
    submit: 'Thanh toán',
    money: 'trước khi nhận hồ sơ',
    paying: ['Chọn hình thức thanh toán', 'VNPT Payment Platform', 'Tài khoản nhận'],
    prepaid: true,
    code: true,
    handoverAt: 'Xác nhận và nộp hồ sơ',
    delivery: ['Nhận bản điện tử trên cổng', 'Nhận tại Trung tâm Phục vụ hành chính công'],
    notices: ['SMS', 'Zalo'],
    limit: '6 MB',
    support: ['0900 000 101'],
    zalo: 'Cổng hành chính công tỉnh Kon Tum',
    withdraw: false,
  },
  'khu-kinh-te': {
    steps: [
      'Thông tin người nộp hồ sơ',
      'Thành phần hồ sơ theo quy định',
      'Tờ khai',
      'Phí, lệ phí',
      'Nộp hồ sơ',
    ],
    goOn: 'Tiếp tục',
    submit: 'Nộp hồ sơ',
    money: 'sau khi hồ sơ được tiếp nhận',
    paying: ['Tài khoản nhận', 'Ban Quản lý Khu kinh tế'],
    handoverAt: 'Thành phần hồ sơ theo quy định',
    delivery: ['Nhận kết quả tại cơ quan', 'Nhận kết quả tại nhà'],
    post: true,
    originals: 'Nộp hồ sơ tại nhà',
    notices: ['Thư điện tử'],
    limit: '20 MB',
    support: ['0900 000 102', '0900 000 112', '0900 000 122'],
    withdraw: false,
  },
  'mot-cua-chung': {
    steps: ['Thông tin chung', 'Thành phần hồ sơ', 'Tờ khai', 'Phí, lệ phí', 'Gửi hồ sơ'],
    goOn: 'Tiếp tục',
    submit: 'Gửi đi',
    also: ['Lưu lại', 'In biểu mẫu đơn'],
    money: 'sau khi hồ sơ được tiếp nhận',
    paying: [],
    handoverAt: 'Thông tin chung',
    delivery: ['Nhận tại bộ phận một cửa', 'Nhận trả hồ sơ qua bưu điện'],
    post: true,
    originals: 'Gửi hồ sơ gốc qua bưu điện',
    notices: ['SMS'],
    limit: '20 MB',
    support: [],
    withdraw: true,
  },
  'nghe-an': {
    steps: ['Thông tin người nộp hồ sơ', 'Tờ khai', 'Đính kèm hồ sơ', 'Lệ phí hồ sơ', 'Nộp hồ sơ'],
    goOn: 'Đồng ý và tiếp tục',
    submit: 'Thanh toán & Nộp hồ sơ',
    money: 'cùng lúc với hồ sơ',
    paying: [
      'Hình thức nộp hồ sơ',
      'Nộp hồ sơ trực tuyến',
      'Phương thức thanh toán',
      'Thanh toán trực tuyến',
      'Thanh toán tại bộ phận một cửa',
    ],
    prepaid: true,
    code: true,
    handoverAt: 'Lệ phí hồ sơ',
    delivery: [
      'Nhận tại Trung tâm phục vụ hành chính công',
      'Nhận tại địa chỉ (qua Bưu điện, trả phí bưu điện)',
    ],
    post: true,
    notices: ['SMS'],
    limit: '10 MB',
    support: ['0900 000 104'],
    withdraw: false,
  },
  'quoc-gia-2026': {
    agency: { title: 'Chọn cơ quan thực hiện', lists: ['Tỉnh/Thành phố', 'Phường/Xã'] },
    owner: 'Chủ hồ sơ',
    steps: ['Thông tin chủ hồ sơ', 'Mẫu đơn điện tử', 'Thành phần hồ sơ', 'Phí, lệ phí', 'Gửi hồ sơ'],
    goOn: 'Tiếp tục',
    submit: 'Gửi hồ sơ',
    money: 'cùng lúc với hồ sơ',
    paying: [],
    prepaid: true,
    handoverAt: 'Phí, lệ phí',
    delivery: ['Nhận bản điện tử', 'Nhận trực tiếp tại cơ quan', 'Nhận qua bưu chính công ích'],
    post: true,
    originals: 'Nộp bản gốc qua bưu chính công ích',
    notices: ['SMS', 'Thư điện tử'],
    limit: '50 MB',
    support: ['0900 000 105'],
    withdraw: true,
  },
};
/** Packs that need no paper but the form, one after the other. */
const PROCEDURES = ['2.000635', '2.000884', '2.000815', '2.000635', '2.000884'];

test('every profile that there is has its journey', () => {
  const there = readdirSync(PROFILES).map((file) => file.replace('.json', ''));
  assert.deepEqual(there.toSorted(), Object.keys(GUIDES).toSorted());
});

/** A way of being told, by what the sandbox's page of sent messages calls it. */
const NOTICES = {
  SMS: 'Thông báo qua SMS',
  'Thư điện tử': 'Thông báo qua thư điện tử',
  Zalo: 'Thông báo qua Zalo',
};

async function messages(sandbox) {
  return (await sandbox.fetch('/outbox', { headers: { accept: 'application/json' } })).json();
}

/** The newest confirmation code on the person's telephone. */
async function code(sandbox) {
  return (await messages(sandbox)).find((one) => one.text.startsWith('Mã xác nhận')).otp;
}

/** Of the procedure that the profile with an agency is tried with. */
const TITLE = 'Chứng thực chữ ký';
const TOWN = 'Phường Ba Đình, Thành phố Hà Nội';
const MISSING = /^Hãy chọn cơ quan tiếp nhận hồ sơ/;

const begins = (text) => new RegExp(`^${text.replace(/[()]/g, '\\$&')}`);

for (const [index, [id, guide]] of Object.entries(GUIDES).entries()) {
  test(`a dossier by the words of ${id}`, async (t) => {
    const sandbox = await startSandbox({ args: ['--profile', id] });
    const shell = new Shell({ portal: sandbox.url });
    shell.createProfile();
    await shell.signIn(sandbox);
    shell.sync();
    const draft = shell.draft(PROCEDURES[index]);
    const app = await startApp({ home: shell.home, portal: sandbox.url });
    t.after(async () => {
      await app.kill();
      await sandbox.kill();
    });
    const step = steps(t, () => app);
    /** What lies half under the bar at the top is no target. */
    const top = () => app.session.run(() => window.scrollTo(0, 0));
    const go = (label) => app.click(new RegExp(`^\\d\\. ${label}`));

    await step('the steps have the order and the names of the guide', async () => {
      await unlock(app);
      await app.session.run((draft) => (location.hash = `#/dien/${draft}`), draft);
      const rail = await app.role('navigation', 'Các bước');
      for (const [at, label] of guide.steps.entries())
        await app.text(`${at + 1}. ${label}`, { within: rail });
      await go(guide.steps[0]);
      await app.heading(guide.steps[0]);
      await app.button(guide.goOn);
      await look(app, `profile-${id}-01-first`);
    });

    if (guide.agency)
      await step('who receives it is chosen by keyboard, and told where it is missing', async () => {
        const [province, commune] = guide.agency.lists;
        await app.role('group', guide.agency.title);
        await go(guide.steps[4]);
        await app.text('Chưa chọn');
        await app.tick(/^Tôi chắc chắn rằng/);
        await app.click(guide.submit);
        await app.role('alert', null);
        await top();
        await look(app, `profile-${id}-01c-missing`);
        // The line of the summary leads to the field.
        await (await app.link(MISSING)).click();
        await focusOn(app, 'combobox', province);
        await app.text(MISSING);
        await look(app, `profile-${id}-01d-error`);
        await type(app, 'ha noi');
        await look(app, `profile-${id}-01e-provinces`);
        await app.press(Key.Enter);
        await tabTo(app, 'combobox', commune);
        await type(app, 'phuc xa');
        await app.text(/^Phường Phúc Xá/);
        await look(app, `profile-${id}-01f-communes`);
        await type(app, 'ba dinh');
        await app.press(Key.Enter);
        const field = (key) => app.session.run((key) => document.getElementById(`agency-${key}`).value, key);
        assert.deepEqual(
          [await field('province'), await field('commune')],
          ['Thành phố Hà Nội', 'Phường Ba Đình'],
        );
        await go(guide.steps[4]);
        await app.text(TOWN);
        await app.text('Hồ sơ đã đủ để nộp.');
        await top();
        await look(app, `profile-${id}-01g-review`);
        await go(guide.steps[0]);
      });

    if (guide.owner)
      await step('it may be handed in for somebody else, by a written authority', async () => {
        await app.tick('Làm thủ tục cho người khác');
        const owner = await app.role('group', guide.owner);
        await app.fill('Họ và tên chủ hồ sơ', 'Trần Văn Bình', { within: owner });
        await app.tick('Nộp theo ủy quyền bằng văn bản');
        const authority = await app.role('group', 'Văn bản ủy quyền');
        await app.fill('Ngày lập', '02/11/2026', { within: authority });
        await top();
        await look(app, `profile-${id}-01b-for-another`);
      });

    await step('how papers and news travel is asked where the guide has it', async () => {
      await go(guide.handoverAt);
      // What follows the name is a hint.
      for (const label of guide.delivery) await app.label(begins(label));
      await app.tick(begins(guide.delivery.at(-1)));
      if (guide.post) await app.role('combobox', 'Xã, phường, đặc khu');
      if (guide.originals) await app.tick(begins(guide.originals));
      for (const one of guide.notices) await app.tick(NOTICES[one]);
      await top();
      await look(app, `profile-${id}-02-handover`);
    });

    await step('what is paid, how and to whom is said as the guide has it', async () => {
      await go(guide.steps.find((label) => /[lL]ệ phí/.test(label)));
      await app.text(/8\.000|Tổng cộng/);
      for (const words of guide.paying) await app.text(words);
      await top();
      await look(app, `profile-${id}-03-fees`);
    });

    await step('it is handed in with the button of the guide', async () => {
      await go(guide.steps[4]);
      await app.text('Hồ sơ đã đủ để nộp.');
      await app.text(guide.money);
      const asks = await app.session.run(() => document.body.innerText.includes('mã xác nhận'));
      assert.equal(asks, guide.code ?? false);
      for (const words of guide.also ?? []) await app.button(words);
      await app.tick(/^Tôi chắc chắn rằng/);
      await top();
      await look(app, `profile-${id}-04-submit`);
      await app.click(guide.submit);
    });

    if (guide.code)
      await step('nothing is taken before the confirmation code, and a wrong one is told', async () => {
        await app.heading('Cổng cần mã xác nhận');
        await app.text(/số điện thoại có ba số cuối 001/);
        await app.click('Xác nhận');
        await app.text('Hãy nhập mã xác nhận.');
        await top();
        await look(app, `profile-${id}-05-code`);
        await app.fill(/^Mã xác nhận/, '000');
        await app.press(Key.Enter);
        await app.text('Mã xác nhận không đúng.');
        await top();
        await look(app, `profile-${id}-06-wrong-code`);
        assert.equal((await audit(sandbox)).dossiers[0].code, null);
        await app.fill(/^Mã xác nhận/, await code(sandbox));
        await app.click('Xác nhận');
      });

    if (guide.prepaid)
      await step('nor before the fee, which is paid once', async () => {
        await app.heading('Nộp phí, lệ phí trước khi cổng nhận hồ sơ');
        await look(app, `profile-${id}-07-fee`);
        await bank(await openBank(app, sandbox), 'pay');
        await outcome(app, 'Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
        assert.equal((await audit(sandbox)).captures.length, 1);
      });

    await step('the portal has it, and tells in the ways that were chosen', async () => {
      await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
      const { dossiers } = await audit(sandbox);
      assert.equal(dossiers.length, 1);
      await app.text(dossiers[0].code);
      if (guide.originals) {
        await app.text('Gửi bản gốc qua bưu điện');
        await app.click('In nhãn');
        const label = (await app.opened('print ')).slice('print '.length);
        const words = execFileSync('pdftotext', ['-layout', label, '-'], { encoding: 'utf8' });
        for (const said of ['NGƯỜI GỬI', dossiers[0].code])
          assert.ok(words.includes(said), `${said} in ${words}`);
      }
      if (guide.owner) await app.text(/Trần Văn Bình/);
      if (guide.agency) await app.text(TOWN);
      await look(app, `profile-${id}-08-sent`);
      const zalo = await app.session.run(() => document.body.innerText.includes('Theo dõi bằng Zalo'));
      assert.equal(zalo, guide.zalo !== undefined);
      await clerk(sandbox, dossiers[0].id, 'accept');
      const told = (await messages(sandbox)).filter((one) => !one.otp && one.text.includes(dossiers[0].code));
      assert.deepEqual(told.map((one) => one.way).toSorted(), guide.notices.toSorted());
    });

    if (guide.zalo)
      await step('it is followed with the application that the guide names, by keyboard', async () => {
        const { code } = (await audit(sandbox)).dossiers[0];
        await app.session.run(() => {
          const all = [...document.querySelectorAll('summary')];
          all.find((one) => one.innerText.includes('Zalo')).focus();
        });
        await app.press(Key.Enter);
        await app.role('img', `Mã QR mở “${guide.zalo}” trong Zalo`);
        await app.text(new RegExp(`tìm “${guide.zalo}” trong Zalo`));
        await app.text('Bấm nút “Quan tâm”.');
        await app.text(new RegExp(`^Nhắn mã hồ sơ ${code} `));
        await look(app, `profile-${id}-08b-zalo`);
      });

    await step('what the portal can’t do is not there, and who helps is', async () => {
      await app.click(/^Thao tác khác: /);
      await app.role('menuitem', 'Tạo lại từ hồ sơ này');
      const withdraw = (await app.all('menuitem', 'Rút hồ sơ')).length > 0;
      assert.equal(withdraw, guide.withdraw);
      await settings(app);
      await app.text(guide.steps.join(' → '));
      await app.text(guide.limit);
      for (const phone of guide.support) await app.text(phone);
      await look(app, `profile-${id}-09-settings`);
    });

    if (guide.agency)
      await step('the next dossier is given the same, as a suggestion that is asked about', async () => {
        await (await app.link(/^Thủ tục/)).click();
        await (await app.link(TITLE)).click();
        await app.click('Nộp hồ sơ trực tuyến');
        await app.heading(guide.steps[0]);
        await app.text('như lần chọn trước');
        await top();
        await look(app, `profile-${id}-10-suggested`);
        const before = await app.session.run(() => location.hash);
        await darken(app);
        await app.session.run((hash) => (location.hash = hash), before);
        await app.text('như lần chọn trước');
        await look(app, `profile-${id}-11-suggested-dark`);
        await go(guide.steps[4]);
        await app.text('Cơ quan này được gợi ý, bạn chưa chọn');
        await top();
        await look(app, `profile-${id}-12-review-dark`);
        await settings(app);
        await app.tick('Sáng');
        for (let turn = 0; turn < 4; turn += 1) await app.click('Chữ to hơn');
        await app.text('200%');
        await app.session.run((hash) => (location.hash = hash), before);
        await app.text('Cơ quan này được gợi ý, bạn chưa chọn');
        await app.session.run(() => document.getElementById('agency-summary').scrollIntoView());
        await look(app, `profile-${id}-13-review-200`);
        await app.click('Đúng cơ quan này');
        await app.gone('Cơ quan này được gợi ý, bạn chưa chọn');
        await go(guide.steps[0]);
        await app.role('group', guide.agency.title);
        await look(app, `profile-${id}-14-200`);
      });
  });
}
