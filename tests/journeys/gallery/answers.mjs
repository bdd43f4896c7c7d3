// The answers of the gallery: as the core has them, and ways to give some that are no keys.

import { until } from '../harness/process.mjs';
import { idOf } from './check.mjs';
import { pathOf } from './parts.mjs';

const PATIENCE = 15_000;

/** All answers as the core has them on disk. */
export async function answersOf(app) {
  const { form } = await app.session.run(() =>
    window.__TAURI_INTERNALS__.invoke('draft_open', { id: location.hash.split('/').at(-1) }),
  );
  return form.state.data;
}

export const answerOf = async (app, part) =>
  pathOf(part).reduce((value, key) => value?.[key], await answersOf(app));

/** Waits until the core holds what was typed. */
export async function answered(app, parts) {
  for (const part of parts) {
    if (part.answer === undefined) continue;
    let held;
    const wanted = part.answer;
    await until(`the answer of “${part.label}”`, PATIENCE, async () => {
      held = await answerOf(app, part);
      if (typeof wanted === 'function') return held !== undefined && wanted(held);
      return JSON.stringify(sorted(held)) === JSON.stringify(sorted(wanted));
    }).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(held)?.slice(0, 300)}`);
    });
  }
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** A stroke across the surface of a question. */
export async function draw(app, part) {
  const { left, top, width, height } = await app.session.run(async (id) => {
    const surface = document.getElementById(id).querySelector('canvas');
    surface.scrollIntoView({ block: 'center' });
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    return surface.getBoundingClientRect().toJSON();
  }, idOf(part));
  await app.session.drag([0.2, 0.4, 0.6, 0.8].map((at) => [left + at * width, top + at * height]));
}

/** Clicks whatever there is among the questions. */
export const clickEverything = (app) =>
  app.session.run(() => {
    for (const one of document.querySelectorAll('[data-answers] :is(input, select, textarea, button, label)'))
      one.click();
  });
