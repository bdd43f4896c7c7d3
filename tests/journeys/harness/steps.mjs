// Steps that several journeys take.

import assert from 'node:assert/strict';
import { turnClock } from './app.mjs';
import { AN } from './outside.mjs';
import { until } from './process.mjs';
import { Key } from './webdriver.mjs';

export const PIN = 'mo-khoa-2468';

/**
 * A journey's steps: each is a test of its own, and none is tried after one that failed, of which a picture is kept.
 *
 * @param {import('node:test').TestContext} t
 * @param {() => import('./app.mjs').App} app the window as it is at that time
 */
export function steps(t, app) {
  let broken = false;
  return (name, run) =>
    t.test(name, async (step) => {
      if (broken) return step.skip('a step before it failed');
      try {
        await run();
      } catch (error) {
        broken = true;
        await app()
          .screenshot(`failed – ${name}`)
          .catch(() => {});
        throw error;
      }
    });
}

/** Keeps a picture of the screen and asks axe about it. */
export async function look(app, name) {
  await app.screenshot(name);
  assert.deepEqual(await app.violations(), [], `axe about the screen ${name}`);
}

/** Waits until what was said in a draft is on the disk; what a kill takes before that was never promised. */
export async function saved(app) {
  await until('everything to be saved', 15_000, () =>
    app.session.run(() => document.querySelector('[role=status][aria-busy=false]') !== null),
  );
}

/** First start: a profile for the person whom the sandbox knows too. */
export async function createProfile(app) {
  await app.heading('Chào mừng bạn đến với Hồ Sơ');
  await app.fill('Họ, chữ đệm, tên', AN.name);
  await app.fill('Số CCCD / số định danh cá nhân', AN.login);
  await app.fill('Ngày sinh', '15/03/1990');
  await app.fill('Số điện thoại', AN.phone);
  await app.fill('Thư điện tử', 'an.nguyen@example.com');
  await app.fill('Tỉnh, thành phố', 'Tỉnh Quảng Ngãi');
  await app.fill('Xã, phường, đặc khu', 'Phường Hoa Ban');
  await app.fill('Số nhà, đường, thôn', 'Số 5, đường Mẫu');
  await app.fill('Mã PIN hoặc mật khẩu', PIN);
  await app.fill('Nhập lại mã PIN', PIN);
  await app.click('Tạo hồ sơ cá nhân');
  await app.heading(`Xin chào, ${AN.name}`);
}

/** Opens the profile; the window goes to where it was, which is the first page at its start. */
export async function unlock(app, pin = PIN, at = `Xin chào, ${AN.name}`) {
  await app.heading('Ứng dụng đang khóa');
  await app.fill('Mã PIN', pin);
  await app.click('Mở khóa');
  await app.heading(at);
}

/** Begins a dossier of the procedure and goes straight to one of its steps. */
export async function startDossier(app, procedure, step) {
  await (await app.link(/^Thủ tục/)).click();
  await (await app.link(procedure)).click();
  await app.click('Nộp hồ sơ trực tuyến');
  await app.heading('Thông tin người nộp');
  await app.click(new RegExp(`^\\d\\. ${step}`));
  await app.heading(step);
}

export async function settings(app) {
  await (await app.link(/^Cài đặt/)).click();
  await app.heading('Cài đặt');
}

/** Switches to the dark colours. */
export async function darken(app) {
  await settings(app);
  await app.tick('Tối');
  await until('the dark colours', 5_000, () =>
    app.session.run(() => document.documentElement.dataset.theme === 'dark'),
  );
}

/** Chooses from the menu behind a button. */
export async function choose(app, menu, item) {
  await app.click(menu);
  await (await app.role('menuitem', item)).click();
}

/** Asks the portal at once what is new. */
export async function checkNow(app) {
  await app.click(/^Trực tuyến/);
  const panel = await app.role('dialog', 'Kết nối và hàng chờ gửi');
  await app.click('Kiểm tra kết nối', { within: panel });
  await app.press(Key.Escape);
}

/** Leaves the window alone until that time: the profile locks by itself, and is unlocked again. */
export async function waitUntil(app, time) {
  await (await app.link(/^Trang chủ/)).click();
  turnClock(app.home, time);
  await unlock(app);
}

/** Opens a dossier's page by its address, as a link of a list would. */
export async function openDossier(app, id) {
  await app.session.run((id) => (location.hash = `#/ho-so/${id}`), id);
  await app.heading('Việc cần làm');
}

/** The dossiers of one folder. */
export async function openFolder(app, folder) {
  const rail = await app.role('navigation', 'Các phần của ứng dụng');
  await (await app.link(/^Hồ sơ/, { within: rail })).click();
  await (await app.role('tab', new RegExp(`^${folder}`))).click();
  return app.role('tabpanel');
}
