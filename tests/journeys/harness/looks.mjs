// Pictures held against those that are kept.
//
// Compared is the mean colour of small squares, each with itself and with what stands a little beside it: how another
// machine smooths the edges of letters, and where it rounds them to, is not seen; a line that is gone or moved is. The
// squares overlap, so that every line is well within one, and can't be stepped aside from.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beside, blank, cut, decode, encode } from './png.mjs';

/** Side of a square, in pixels. */
const SQUARE = 8;
const STEP = SQUARE / 2;
/** So many pixels may a thing have moved. */
const SLACK = 2;
/** So much may the mean of one channel differ, of 255. */
const TOLERANCE = 13;

/** The pictures of a folder. */
export class Looks {
  #seen = new Set();
  #unlike = [];

  /** `renew` writes the pictures anew instead of comparing; those that differ are left in `out`. */
  constructor(folder, { out, renew }) {
    Object.assign(this, { folder, out, renew });
    if (renew) rmSync(folder, { recursive: true, force: true });
  }

  /** One more picture under its name, `dark/chu-empty`. */
  add(name, picture) {
    this.#seen.add(name);
    const file = join(this.folder, `${name}.png`);
    if (this.renew) return write(file, picture);
    if (!existsSync(file)) {
      this.#tell(name, 'has no reference', picture);
      return;
    }
    const kept = decode(readFileSync(file));
    const { size, squares } = unlike(kept, picture);
    if (size) this.#tell(name, size, picture, [kept, picture]);
    else if (squares.length > 0)
      this.#tell(name, `differs ${where(squares)}`, picture, [kept, picture, marked(picture, squares)]);
  }

  #tell(name, what, picture, side) {
    this.#unlike.push(`${name} ${what}`);
    const file = join(this.out, name.replaceAll('/', '-'));
    write(`${file}.png`, picture);
    if (side) write(`${file}-difference.png`, beside(side));
  }

  /** What looks other than its reference, in lines to read, and references of nothing. */
  differences() {
    const kept = existsSync(this.folder) ? readdirSync(this.folder, { recursive: true }) : [];
    const stale = kept
      .filter((file) => file.endsWith('.png'))
      .map((file) =>
        relative('.', file)
          .replaceAll('\\', '/')
          .replace(/\.png$/, ''),
      )
      .filter((name) => !this.#seen.has(name))
      .map((name) => `${name} is a reference of nothing`);
    return [...this.#unlike, ...stale];
  }
}

function write(file, picture) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, encode(picture));
}

/** The squares in which two pictures differ; `size` says so where theirs do. */
export function unlike(kept, now) {
  if (kept.width !== now.width || Math.abs(kept.height - now.height) > SLACK) {
    const [was, is] = [kept, now].map(({ width, height }) => `${width} × ${height}`);
    return { size: `is ${is} and was ${was}`, squares: [] };
  }
  const squares = [];
  const [right, bottom] = [kept.width, Math.min(kept.height, now.height)].map((end) => end - SQUARE - SLACK);
  for (let y = SLACK; y <= bottom; y += STEP) {
    for (let x = SLACK; x <= right; x += STEP) {
      const own = mean(now, x, y);
      if (!OFFSETS.some(([aside, down]) => fits(own, kept, x + aside, y + down))) squares.push([x, y]);
    }
  }
  return { size: '', squares };
}

/** Where a thing may stand instead, its own place first. */
const OFFSETS = Array.from({ length: (2 * SLACK + 1) ** 2 }, (_, index) => [
  (index % (2 * SLACK + 1)) - SLACK,
  Math.floor(index / (2 * SLACK + 1)) - SLACK,
]).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

function fits(own, picture, x, y) {
  const other = mean(picture, x, y);
  return own.every((channel, at) => Math.abs(channel - other[at]) <= TOLERANCE);
}

/** The mean colour of a square. */
function mean({ width, pixels }, x, y) {
  let [red, green, blue] = [0, 0, 0];
  for (let row = y; row < y + SQUARE; row++) {
    const end = (row * width + x + SQUARE) * 3;
    for (let at = (row * width + x) * 3; at < end; at += 3) {
      red += pixels[at];
      green += pixels[at + 1];
      blue += pixels[at + 2];
    }
  }
  return [red, green, blue].map((sum) => sum / SQUARE ** 2);
}

function where(squares) {
  const [left, top] = [0, 1].map((at) => Math.min(...squares.map((one) => one[at])));
  const [right, bottom] = [0, 1].map((at) => Math.max(...squares.map((one) => one[at])) + SQUARE);
  return `in ${squares.length} squares between (${left}, ${top}) and (${right}, ${bottom})`;
}

/** The picture with the squares in red. */
function marked(picture, squares) {
  const copy = cut(picture, 0, 0, picture.width, picture.height);
  const { pixels: red } = blank(SQUARE, 1);
  for (let at = 0; at < red.length; at += 3) red.set([255, 0, 0], at);
  for (const [x, y] of squares) {
    for (let row = y; row < y + SQUARE; row += 2) red.copy(copy.pixels, (row * copy.width + x) * 3);
  }
  return copy;
}
