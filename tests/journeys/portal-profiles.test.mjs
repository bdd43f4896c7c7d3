// Each portal by the words and the order of its guide: one dossier sent under each profile.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { openBank, outcome } from './harness/extract.mjs';
import { PACKS } from './harness/form.mjs';
import { audit, bank, clerk } from './harness/outside.mjs';
import { Key } from './harness/webdriver.mjs';
import { startSandbox } from './harness/sandbox.mjs';
import { Shell } from './harness/shell.mjs';
import { look, settings, steps, unlock } from './harness/steps.mjs';

const PROFILES = resolve(PACKS, '../portals');
/** What its guide calls the steps and the button that hands in. */
const GUIDES = {
  'kon-tum': ['Thông tin người nộp', 'Thông tin phí, lệ phí', 'Đồng ý nộp hồ sơ', 'trước khi nhận hồ sơ'],
  'khu-kinh-te': ['Thông tin người nộp hồ sơ', 'Phí, lệ phí', 'Nộp hồ sơ', 'sau khi hồ sơ được tiếp nhận'],
  'mot-cua-chung': ['Thông tin chung', 'Phí, lệ phí', 'Gửi đi', 'sau khi hồ sơ được tiếp nhận'],
  'nghe-an': ['Thông tin người nộp hồ sơ', 'Lệ phí hồ sơ', 'Thanh toán & Nộp hồ sơ', 'cùng lúc với hồ sơ'],
  'quoc-gia-2026': ['Thông tin chủ hồ sơ', 'Phí, lệ phí', 'Gửi hồ sơ', 'cùng lúc với hồ sơ'],
};
/** Packs that need no paper but the form, one after the other. */
const PROCEDURES = ['2.000635', '2.000884', '2.000815', '2.000635', '2.000884'];

test('every profile that there is has its journey', () => {
  const there = readdirSync(PROFILES).map((file) => file.replace('.json', ''));
  assert.deepEqual(there.toSorted(), Object.keys(GUIDES).toSorted());
});

const NOTICES = {
  sms: 'Thông báo qua SMS',
  email: 'Thông báo qua thư điện tử',
  zalo: 'Thông báo qua Zalo',
};
/** By what the sandbox's page of sent messages calls them. */
const WAYS = { sms: 'SMS', email: 'Thư điện tử', zalo: 'Zalo' };

async function messages(sandbox) {
  return (await sandbox.fetch('/outbox', { headers: { accept: 'application/json' } })).json();
}

/** The newest confirmation code on the person's telephone. */
async function code(sandbox) {
  return (await messages(sandbox)).find((one) => one.text.startsWith('Mã xác nhận')).otp;
}

const begins = (text) => new RegExp(`^${text.replace(/[()]/g, '\\$&')}`);

for (const [index, [id, [applicant, fees, submit, money]]] of Object.entries(GUIDES).entries()) {
  test(`a dossier by the words of ${id}`, async (t) => {
    const profile = JSON.parse(readFileSync(resolve(PROFILES, `${id}.json`), 'utf8'));
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

    await step('the steps have the order and the names of the guide', async () => {
      await unlock(app);
      await app.session.run((draft) => (location.hash = `#/dien/${draft}`), draft);
      const rail = await app.role('navigation', 'Các bước');
      for (const [at, { label }] of profile.steps.entries())
        await app.text(`${at + 1}. ${label.vi}`, { within: rail });
      assert.equal(profile.steps[0].label.vi, applicant);
      assert.equal(profile.steps.find((one) => one.step === 'fees').label.vi, fees);
      await app.click(new RegExp(`^\\d\\. ${applicant}`), { within: rail });
      await app.heading(applicant);
      await app.button(profile.goOn.vi);
      await look(app, `profile-${id}-01-first`);
    });

    await step('how papers and news travel is asked where the guide has it', async () => {
      const at = profile.steps.find((one) => one.step === (profile.handover ?? 'review'));
      await app.click(new RegExp(`^\\d\\. ${at.label.vi}`));
      // What follows the name is a hint.
      for (const { label } of profile.delivery) await app.label(begins(label.vi));
      const way = profile.delivery.at(-1);
      await app.tick(begins(way.label.vi));
      if (way.how === 'post') await app.role('combobox', 'Xã, phường, đặc khu');
      if (profile.originals) await app.tick(begins(profile.originals.vi));
      for (const one of profile.notices) await app.tick(NOTICES[one]);
      // What lies half under the bar at the top is no target.
      await app.session.run(() => window.scrollTo(0, 0));
      await look(app, `profile-${id}-02-handover`);
    });

    await step('it is handed in with the button of the guide', async () => {
      await app.click(new RegExp(`^5\\. ${profile.steps[4].label.vi}`));
      await app.text('Hồ sơ đã đủ để nộp.');
      await app.text(money);
      const asks = await app.session.run(() => document.body.innerText.includes('mã xác nhận'));
      assert.equal(asks, profile.confirmationCode);
      await app.tick(/^Tôi chắc chắn rằng/);
      await app.session.run(() => window.scrollTo(0, 0));
      await look(app, `profile-${id}-03-submit`);
      await app.click(submit);
    });

    if (profile.confirmationCode)
      await step('nothing is taken before the confirmation code, and a wrong one is told', async () => {
        await app.heading('Cổng cần mã xác nhận');
        await app.text(/số điện thoại có ba số cuối 001/);
        await app.click('Xác nhận');
        await app.text('Hãy nhập mã xác nhận.');
        await app.session.run(() => window.scrollTo(0, 0));
        await look(app, `profile-${id}-04-code`);
        await app.fill(/^Mã xác nhận/, '000');
        await app.press(Key.Enter);
        await app.text('Mã xác nhận không đúng.');
        await app.session.run(() => window.scrollTo(0, 0));
        await look(app, `profile-${id}-05-wrong-code`);
        assert.equal((await audit(sandbox)).dossiers[0].code, null);
        await app.fill(/^Mã xác nhận/, await code(sandbox));
        await app.click('Xác nhận');
      });

    if (profile.payment !== 'afterSubmit')
      await step('nor before the fee, which is paid once', async () => {
        await app.heading('Nộp phí, lệ phí trước khi cổng nhận hồ sơ');
        await look(app, `profile-${id}-06-fee`);
        await bank(await openBank(app, sandbox), 'pay');
        await outcome(app, 'Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
        assert.equal((await audit(sandbox)).captures.length, 1);
      });

    await step('the portal has it, and tells in the ways that were chosen', async () => {
      await app.text('Cổng đã nhận hồ sơ, đang chờ cơ quan tiếp nhận.');
      const { dossiers } = await audit(sandbox);
      assert.equal(dossiers.length, 1);
      await app.text(dossiers[0].code);
      if (profile.originals) await app.text('Gửi bản gốc qua bưu điện');
      await look(app, `profile-${id}-07-sent`);
      await clerk(sandbox, dossiers[0].id, 'accept');
      const told = (await messages(sandbox)).filter((one) => !one.otp && one.text.includes(dossiers[0].code));
      assert.deepEqual(
        told.map((one) => one.way).toSorted(),
        profile.notices.map((one) => WAYS[one]).toSorted(),
      );
    });

    await step('what the portal can’t do is not there', async () => {
      await app.click(/^Thao tác khác: /);
      await app.role('menuitem', 'Tạo lại từ hồ sơ này');
      const withdraw = (await app.all('menuitem', 'Rút hồ sơ')).length > 0;
      assert.equal(withdraw, !profile.cannot.includes('withdraw'));
      await settings(app);
      await app.text(profile.name.vi);
      for (const { name } of profile.support) await app.text(name.vi);
      await look(app, `profile-${id}-08-settings`);
    });
  });
}
