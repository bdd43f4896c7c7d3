// Wrong entries outside the e-forms, and the lock: told in a summary that has the focus, in both colours.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from './harness/app.mjs';
import { PIN, createProfile, darken, look, settings, steps, unlock } from './harness/steps.mjs';

const NEW_PIN = 'khoa-moi-1357';

test('wrong entries and the lock', async (t) => {
  const app = await startApp();
  t.after(() => app.kill());
  const step = steps(t, () => app);
  const summary = async () => {
    const told = await app.role('alert', /^Có \d+ mục cần xem lại/);
    assert.ok(await told.hasFocus(), 'the summary has the focus');
    const covered = await app.session.run((summary) => {
      const { x, y } = summary.getBoundingClientRect();
      return !summary.contains(document.elementFromPoint(x + 10, y + 10));
    }, told);
    assert.equal(covered, false, 'nothing covers the summary');
  };
  const changePin = async (old, fresh, again) => {
    await app.fill('Mã PIN hiện tại', old);
    await app.fill('Mã PIN mới', fresh);
    await app.fill('Nhập lại mã PIN mới', again);
    // The heading that unfolds the form is a button of that name too.
    await (await app.all('button', 'Đổi mã PIN')).at(-1).click();
  };

  await step('the first start tells what is missing', async () => {
    await app.heading('Chào mừng bạn đến với Hồ Sơ');
    await app.fill('Số CCCD / số định danh cá nhân', '123');
    await app.click('Tạo hồ sơ cá nhân');
    await summary();
    await look(app, 'wrong-01-first-start');
  });

  await step('the PIN is changed only when everything about it is right', async () => {
    await createProfile(app);
    await settings(app);
    await (await app.text('Đổi mã PIN')).click();
    await app.text('Nhập lại mã PIN mới');
    await changePin(PIN, NEW_PIN, 'khac-9753');
    await summary();
    await app.text('Hai lần nhập mã PIN không giống nhau.');
    await look(app, 'wrong-02-pin');
    await changePin('sai-mat-khau', NEW_PIN, NEW_PIN);
    await app.text('Mã PIN không đúng.');
    await changePin(PIN, NEW_PIN, NEW_PIN);
    await app.text('Đã đổi mã PIN.');
    await look(app, 'wrong-03-pin-changed');
  });

  await step('the lock, light and dark, opens with the new PIN only', async () => {
    await lock(app);
    await look(app, 'wrong-04-lock-light');
    await app.fill('Mã PIN', PIN);
    await app.click('Mở khóa');
    await app.text('Mã PIN không đúng.');
    await look(app, 'wrong-05-lock-light-refused');
    await unlock(app, NEW_PIN);
    await darken(app);
    await lock(app);
    await look(app, 'wrong-06-lock-dark');
    await app.fill('Mã PIN', PIN);
    await app.click('Mở khóa');
    await app.text('Mã PIN không đúng.');
    await look(app, 'wrong-07-lock-dark-refused');
    await unlock(app, NEW_PIN);
  });

  await step('wrong details of the profile, in the dark', async () => {
    await settings(app);
    await app.fill('Số điện thoại', '12');
    await app.fill('Ngày sinh', '45/13/1990');
    await app.click('Cập nhật');
    await summary();
    await look(app, 'wrong-08-profile-dark');
  });
});

/** From the home screen, as the window comes back to where it was. */
async function lock(app) {
  await (await app.link(/^Trang chủ/)).click();
  await app.click('Khóa ứng dụng');
  await app.heading('Ứng dụng đang khóa');
}
