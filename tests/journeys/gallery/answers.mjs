// The answers of the gallery: as the core has them, and ways to give some that are no keys.

import { decode } from '../harness/png.mjs';
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

/** Where a stroke leads over a surface, from its corner to the opposite one. */
const STROKE = [0.2, 0.4, 0.6, 0.8];
const INK = [0x12, 0x30, 0x5c];

/** A stroke across the surface of a question, once that shows what is kept and nothing lies over it. */
export async function draw(app, part) {
  const { left, top, width, height } = await until('a surface to draw on', PATIENCE, () =>
    app.session.run(
      async (id, points) => {
        const surface = document.getElementById(id).querySelector('canvas');
        surface.scrollIntoView({ block: 'center' });
        await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
        const box = surface.getBoundingClientRect();
        // What is kept is a picture that has to be read first; a stroke before that would be all there is.
        const { data } = surface.getContext('2d').getImageData(0, 0, surface.width, surface.height);
        const free = points.every((at) =>
          surface.parentElement.contains(
            document.elementFromPoint(box.left + at * box.width, box.top + at * box.height),
          ),
        );
        return free && data.some((value) => value > 0) ? box.toJSON() : null;
      },
      idOf(part),
      STROKE,
    ),
  );
  await app.session.drag(STROKE.map((at) => [left + at * width, top + at * height]));
}

/** Whether a picture that is kept as a data URL has that stroke in it. */
export function hasStroke(url) {
  const { width, height, pixels } = decode(Buffer.from(url.split(',')[1], 'base64'));
  return [0.25, 0.5, 0.75].every((at) => {
    const dot = (Math.round(at * height) * width + Math.round(at * width)) * 3;
    return INK.every((channel, one) => Math.abs(pixels[dot + one] - channel) < 16);
  });
}

/** Clicks whatever there is among the questions. */
export const clickEverything = (app) =>
  app.session.run(() => {
    for (const one of document.querySelectorAll('[data-answers] :is(input, select, textarea, button, label)'))
      one.click();
  });
