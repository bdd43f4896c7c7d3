// How a page of the gallery looks: its dress, and a picture of its questions.

import { cut, decode, stacked } from '../harness/png.mjs';
import { until } from '../harness/process.mjs';

/** The dresses of a page, as the settings put them on. */
export const LOOKS = [
  { look: 'light', theme: 'light', size: '100%' },
  { look: 'dark', theme: 'dark', size: '100%' },
  { look: 'large', theme: 'light', size: '200%' },
];

/** The bar that shows at the edge while a page scrolls. */
const BAR = 16;

/** Puts one on; what moves with it has come to rest. */
export const dress = (app, { theme, size }) =>
  app.session.run(
    async (theme, size) => {
      const root = document.documentElement;
      root.dataset.theme = theme;
      root.style.fontSize = size;
      // Half under the bar at the top, a button would be too small for axe.
      scrollTo(0, 0);
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      const ending = document
        .getAnimations()
        .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime));
      await Promise.allSettled(ending.map(({ finished }) => finished));
    },
    theme,
    size,
  );

/** What the page wears. */
export const worn = (app) =>
  app.session.run(() => {
    const { dataset, style } = document.documentElement;
    return { theme: dataset.theme, size: style.fontSize };
  });

/**
 * A page from its title to its last button, put together from what the window shows of it, without the ring around what
 * has the focus unless `focus` says so.
 */
export async function picture(app, { focus }) {
  await nothingPointedAt(app);
  await app.session.run((focus) => {
    window.hadFocus = focus ? null : document.activeElement;
    window.hadFocus?.blur();
    document.documentElement.style.caretColor = 'transparent';
  }, focus);
  await until('the page to be scrolled to its top', 10_000, async () => (await scrolledTo(app, 0)) === 0);
  const { top, bottom, left, width, bar, view } = await app.session.run(() => {
    const questions = document.querySelector('.questions').getBoundingClientRect();
    const title = document.querySelector('.questions :is(h1, h2)').getBoundingClientRect();
    return {
      top: Math.round(title.top + scrollY),
      bottom: Math.round(questions.bottom + scrollY),
      left: Math.round(questions.left),
      width: Math.floor(questions.width),
      bar: Math.ceil(document.querySelector('header').getBoundingClientRect().bottom),
      view: innerHeight,
    };
  });
  const parts = [];
  for (let y = top; y < bottom; y += view - bar) {
    const at = await until('the page to be scrolled there', 10_000, () => scrolledTo(app, y - bar));
    const height = Math.min(bottom - y, view - bar);
    parts.push(cut(decode(await app.session.screenshot()), left, y - at, width - BAR, height));
  }
  await app.session.run(() => {
    document.documentElement.style.caretColor = '';
    document.documentElement.style.pointerEvents = '';
    window.hadFocus?.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  return stacked(parts);
}

/** Where the page is once it has been painted, scrolled that far or to its end; nothing while the browser leads back to a caret. */
const scrolledTo = (app, wanted) =>
  app.session.run(async (wanted) => {
    scrollTo(0, wanted);
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const furthest = document.documentElement.scrollHeight - innerHeight;
    const there = Math.abs(scrollY - Math.max(0, Math.min(wanted, furthest))) <= 1;
    const shown = Math.abs(document.documentElement.getBoundingClientRect().top + scrollY) <= 1;
    return there && shown ? scrollY : null;
  }, wanted);

/** Nothing looks pointed at, wherever the mouse was left: a window sees what lies under it only when it moves. */
async function nothingPointedAt(app) {
  await app.session.run(() => {
    document.documentElement.style.pointerEvents = 'none';
  });
  let moves = 0;
  await until('nothing to look pointed at', 10_000, async () => {
    moves += 1;
    await app.session.point(1 + (moves % 2), 1);
    return app.session.run(async () => {
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      const fades = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < 2_000);
      await Promise.all(fades.map((one) => one.finished.catch(() => {})));
      return !document.querySelector('.questions :is(:hover, :active)');
    });
  });
}
