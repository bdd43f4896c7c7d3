// Pictures held against those that are kept.
//
// Compared are three things, each with itself and with what stands a little beside it. The mean colour of small squares:
// how another machine smooths the edges of letters, and where it rounds them to, is not seen; words or a mark over a
// letter that are gone are. What is lightest and darkest in larger ones: the colour of letters. And every stretch of one colour, lengthwise and upright: frames, bars, edges and grounds, of
// which a line of one pixel, a dark grey beside black, would be lost in the mean of a square. Squares and stretches
// overlap, so that everything is well within one, and can't be stepped aside from.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beside, blank, cut, decode, encode, noteOf } from './png.mjs';

/** Side of a square, in pixels. */
const SQUARE = 8;
const STEP = SQUARE / 2;
/** So many pixels may a thing have moved. */
const SLACK = 2;
/** So much may the mean of one channel differ, of 255. */
const TOLERANCE = 13;
/** So many squares have a stem of a letter in its full colour, and so much may that differ. */
const [TILE, TILE_HIGH] = [4, 2];
const PEAK = 30;
/** Length of a stretch: no letter is that wide. */
const STRETCH = 24;
/** So much of a stretch must have its like in the other picture. */
const ENOUGH = 12;
/** So much may a channel of a stretch's colour differ: grey lines on the dark ground do by 23. */
const SHADE = 7;
/** Colours of a kept picture: those of all grounds and lines, and some of the edges of letters. */
const COLOURS = 16;

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
    const png = readFileSync(file);
    if (noteOf(png) === mark(picture)) return;
    const kept = decode(png);
    // In as few colours as it has, so that what comes of those is the same in both.
    const { size, squares } = unlike(kept, decode(encode(picture, COLOURS)));
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
  writeFileSync(file, encode(picture, COLOURS, mark(picture)));
}

/** What only the same picture has, to the pixel. */
const mark = ({ width, pixels }) => createHash('sha256').update(`${width} `).update(pixels).digest('base64');

/** The places, each of a square's size, in which two pictures differ; `size` says so where theirs do. */
export function unlike(kept, now) {
  if (kept.width !== now.width || Math.abs(kept.height - now.height) > SLACK) {
    const [was, is] = [kept, now].map(({ width, height }) => `${width} × ${height}`);
    return { size: `is ${is} and was ${was}`, squares: [] };
  }
  const squares = [];
  const [meanKept, meanNow] = [kept, now].map(means);
  const [right, bottom] = [kept.width, Math.min(kept.height, now.height)].map((end) => end - SQUARE - SLACK);
  for (let y = SLACK; y <= bottom; y += STEP) {
    for (let x = SLACK; x <= right; x += STEP) {
      const own = meanNow(x, y);
      const fits = ([aside, down]) =>
        meanKept(x + aside, y + down).every((channel, at) => Math.abs(channel - own[at]) <= TOLERANCE);
      if (!OFFSETS.some(fits)) squares.push([x, y]);
    }
  }
  const [was, is] = [kept, now].map(colours);
  const [light, lightNow] = [kept, now].map(peaks);
  const found = [
    squares,
    ...[false, true].flatMap((upright) => [lost(was, is, upright), lost(is, was, upright)]),
    faded(light, lightNow),
    faded(lightNow, light),
  ].flat();
  const inside = ([x, y]) => x <= kept.width - SQUARE && y <= now.height - SQUARE;
  return { size: '', squares: found.filter(inside) };
}

/** A picture as one number a pixel. */
function colours({ width, height, pixels }) {
  const all = new Int32Array(width * height);
  for (let at = 0; at < all.length; at++)
    all[at] = (pixels[at * 3] << 16) | (pixels[at * 3 + 1] << 8) | pixels[at * 3 + 2];
  return { width, height, all };
}

/** Where one picture has a stretch of one colour, and the other none like it there or a little aside. */
function lost(one, other, upright) {
  const [runs, others] = [one, other].map((each) => runsOf(each, upright));
  const [along, across] = upright ? [one.height, one.width] : [one.width, one.height];
  const [alongToo, acrossToo] = upright ? [other.height, other.width] : [other.width, other.height];
  const end = Math.min(along, alongToo) - STRETCH;
  const found = [];
  for (let line = SLACK; line < Math.min(across, acrossToo) - SLACK; line++) {
    for (let at = 0; at <= end; at += STEP) {
      if (runs[line * along + at] < STRETCH) continue;
      const colour = colourAt(one, line, at, upright);
      const fits = ASIDE.some((aside) => {
        const row = line + aside;
        // Its ends may have moved too, and the edge of a letter may reach into it.
        const last = at + STRETCH - SLACK;
        let same = 0;
        for (let here = at + SLACK; here < last;) {
          const next = Math.min(last, here + others[row * alongToo + here]);
          if (alike(colour, colourAt(other, row, here, upright))) same += next - here;
          here = next;
        }
        return same >= ENOUGH;
      });
      if (!fits) found.push(upright ? [line, at] : [at, line]);
    }
  }
  return found;
}

const ASIDE = Array.from({ length: 2 * SLACK + 1 }, (_, index) => index - SLACK).sort(
  (a, b) => Math.abs(a) - Math.abs(b),
);

const colourAt = ({ width, all }, line, at, upright) => all[upright ? at * width + line : line * width + at];

const alike = (one, other) =>
  [16, 8, 0].every((shift) => Math.abs(((one >> shift) & 255) - ((other >> shift) & 255)) <= SHADE);

/** Of each pixel, line by line, how many from it on have its colour. */
function runsOf({ width, height, all }, upright) {
  const [along, across] = upright ? [height, width] : [width, height];
  const [step, turn] = upright ? [width, 1] : [1, width];
  const runs = new Int32Array(along * across);
  for (let line = 0; line < across; line++) {
    let run = 0;
    for (let at = along - 1; at >= 0; at--) {
      const here = line * turn + at * step;
      run = at + 1 < along && all[here] === all[here + step] ? run + 1 : 1;
      runs[line * along + at] = run;
    }
  }
  return runs;
}

/** Where a thing may stand instead, its own place first. */
const OFFSETS = Array.from({ length: (2 * SLACK + 1) ** 2 }, (_, index) => [
  (index % (2 * SLACK + 1)) - SLACK,
  Math.floor(index / (2 * SLACK + 1)) - SLACK,
]).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

/** Where the lightest or the darkest of one picture, of which letters have much, is not so light or dark in the other. */
function faded(one, other) {
  const found = [];
  for (let row = 0; row + TILE_HIGH <= Math.min(one.down, other.down); row++)
    for (let column = 0; column + TILE <= one.across; column++) {
      const own = reach(one, column, row, TILE, TILE_HIGH);
      const there = reach(other, column - 1, row - 1, TILE + 2, TILE_HIGH + 2);
      const fits = own.every((end, at) => (at < 3 ? there[at] <= end + PEAK : there[at] >= end - PEAK));
      if (!fits) found.push([column * SQUARE, row * SQUARE]);
    }
  return found;
}

/** Of each square of a picture, beside each other, the least of each channel and the most. */
function peaks({ width, height, pixels }) {
  const [across, down] = [Math.floor(width / SQUARE), Math.floor(height / SQUARE)];
  const all = new Uint8Array(across * down * 6);
  for (let at = 0; at < all.length; at += 6) all.fill(255, at, at + 3);
  for (let y = 0; y < down * SQUARE; y++) {
    const row = Math.floor(y / SQUARE) * across;
    for (let x = 0; x < across * SQUARE; x++) {
      const to = (row + Math.floor(x / SQUARE)) * 6;
      const from = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const value = pixels[from + channel];
        if (value < all[to + channel]) all[to + channel] = value;
        if (value > all[to + channel + 3]) all[to + channel + 3] = value;
      }
    }
  }
  return { across, down, all };
}

/** The same of several squares together. */
function reach({ across, down, all }, left, top, width, height) {
  const ends = [255, 255, 255, 0, 0, 0];
  for (let row = Math.max(0, top); row < Math.min(down, top + height); row++)
    for (let column = Math.max(0, left); column < Math.min(across, left + width); column++)
      for (let at = 0; at < 6; at++) {
        const value = all[(row * across + column) * 6 + at];
        if (at < 3 ? value < ends[at] : value > ends[at]) ends[at] = value;
      }
  return ends;
}

/** The mean colour of any square of a picture. */
function means({ width, height, pixels }) {
  // Of each channel the sum of all above and left of a pixel.
  const stride = (width + 1) * 3;
  const sums = new Uint32Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    const row = [0, 0, 0];
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        row[channel] += pixels[(y * width + x) * 3 + channel];
        const to = (y + 1) * stride + (x + 1) * 3 + channel;
        sums[to] = sums[to - stride] + row[channel];
      }
  }
  return (x, y) => {
    const [top, side] = [y * stride + x * 3, SQUARE * 3];
    const bottom = top + SQUARE * stride;
    return [0, 1, 2].map(
      (channel) =>
        (sums[bottom + side + channel] -
          sums[bottom + channel] -
          sums[top + side + channel] +
          sums[top + channel]) /
        SQUARE ** 2,
    );
  };
}

function where(squares) {
  const end = (of, at) => squares.reduce((far, one) => of(far, one[at]), squares[0][at]);
  const [left, top] = [0, 1].map((at) => end(Math.min, at));
  const [right, bottom] = [0, 1].map((at) => end(Math.max, at) + SQUARE);
  return `in ${squares.length} places between (${left}, ${top}) and (${right}, ${bottom})`;
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
