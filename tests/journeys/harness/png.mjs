// Pictures as rows of pixels: read, cut, put together and written small, without a library.

import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture of `width` times `height` pixels of three bytes. */
export function blank(width, height, shade = 255) {
  return { width, height, pixels: Buffer.alloc(width * height * 3, shade) };
}

/** Reads a PNG of eight bits a channel or of 16 or 256 colours that is not interlaced, as the driver gives it and as `encode` writes it. */
export function decode(png) {
  const parts = [];
  let [width, height, channels, deep] = [0, 0, 0, 8];
  let palette;
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = { 2: 3, 3: 1, 6: 4 }[data[9]];
      deep = data[8];
      const known = deep === 8 || (deep === 4 && data[9] === 3);
      if (!known || channels === undefined || data[12] !== 0) throw new Error('an unusual kind of PNG');
    } else if (kind === 'PLTE') palette = data;
    else if (kind === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = Math.ceil((width * channels * deep) / 8);
  const picture = blank(width, height);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    const row = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    const guess = GUESSES[filter];
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? row[x - channels] : 0;
      const corner = x >= channels ? above[x - channels] : 0;
      row[x] += guess(left, above[x], corner);
    }
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * 3;
      if (palette) {
        const colour = (deep === 8 ? row[x] : x % 2 ? row[x >> 1] & 15 : row[x >> 1] >> 4) * 3;
        palette.copy(picture.pixels, to, colour, colour + 3);
      } else row.copy(picture.pixels, to, x * channels, x * channels + 3);
    }
    above = row;
  }
  return picture;
}

/** What each filter of PNG expects of a byte, from those left of it, above it, and at the corner between. */
const GUESSES = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const guess = left + above - corner;
    const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
    return a <= b && a <= c ? left : b <= c ? above : corner;
  },
];

/** A part of a picture. */
export function cut(picture, x, y, width, height) {
  const part = blank(width, height);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3;
    picture.pixels.copy(part.pixels, row * width * 3, from, from + width * 3);
  }
  return part;
}

/** Pictures below each other. */
export function stacked(pictures) {
  const sheet = blank(
    Math.max(...pictures.map(({ width }) => width)),
    pictures.reduce((sum, { height }) => sum + height, 0),
  );
  let y = 0;
  for (const one of pictures) {
    put(sheet, one, 0, y);
    y += one.height;
  }
  return sheet;
}

/** Pictures beside each other, at the top, with a little room between. */
export function beside(pictures, gap = 8) {
  const sheet = blank(
    pictures.reduce((sum, { width }) => sum + width + gap, -gap),
    Math.max(...pictures.map(({ height }) => height)),
    128,
  );
  let x = 0;
  for (const one of pictures) {
    put(sheet, one, x, 0);
    x += one.width + gap;
  }
  return sheet;
}

function put(sheet, picture, x, y) {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width * 3;
    picture.pixels.copy(sheet.pixels, ((y + row) * sheet.width + x) * 3, from, from + picture.width * 3);
  }
}

/** A PNG of at most so many colours: of an interface, few are enough. A note goes with it that nobody sees. */
export function encode({ width, height, pixels }, most = 256, note = '') {
  const counts = new Map();
  const colourAt = (at) => pixels.readUIntBE(at, 3);
  for (let at = 0; at < pixels.length; at += 3) counts.set(colourAt(at), (counts.get(colourAt(at)) ?? 0) + 1);
  const palette = chosen({ width, height, colourAt }, counts, most);
  const numbers = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys())
    if (!numbers.has(colour)) numbers.set(colour, nearest(palette, colour).index);
  const deep = palette.length > 16 ? 8 : 4;
  const stride = 1 + Math.ceil((width * deep) / 8);
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const number = numbers.get(colourAt((y * width + x) * 3));
      if (deep === 8) rows[y * stride + 1 + x] = number;
      else rows[y * stride + 1 + (x >> 1)] |= x % 2 ? number : number << 4;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([deep, 3, 0, 0, 0], 8);
  const table = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', table),
    ...(note ? [chunk('tEXt', Buffer.from(`${NOTE}${note}`, 'latin1'))] : []),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const NOTE = 'Comment\0';

/** The note that `encode` put into a PNG, or nothing. */
export function noteOf(png) {
  const at = png.indexOf(`tEXt${NOTE}`, 0, 'latin1');
  if (at < 0) return '';
  const data = at + 'tEXt'.length;
  return png.toString('latin1', data + NOTE.length, data + png.readUInt32BE(at - 4));
}

/** A line of one colour that is so long is no letter's. */
const LINE = 24;

/** So many of the colours: all those of lines and grounds as they are, then those that the others are farthest from. */
function chosen({ width, height, colourAt }, counts, most) {
  const colours = [...counts.keys()];
  if (colours.length <= most) return colours;
  const plain = new Map();
  for (const [along, across, step, turn] of [
    [width, height, 3, width * 3],
    [height, width, width * 3, 3],
  ])
    for (let line = 0; line < across; line++)
      for (let at = 0, run = 0, last = -1; at < along; at++) {
        const colour = colourAt(line * turn + at * step);
        run = colour === last ? run + 1 : 1;
        last = colour;
        if (run >= LINE) plain.set(colour, (plain.get(colour) ?? 0) + 1);
      }
  const palette = [...plain]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([colour]) => colour);
  const off = new Map(colours.map((colour) => [colour, nearest(palette, colour).off * counts.get(colour)]));
  while (palette.length < most) {
    const next = colours.reduce((best, colour) => (off.get(colour) > off.get(best) ? colour : best));
    if (off.get(next) === 0) break;
    palette.push(next);
    for (const colour of colours)
      off.set(colour, Math.min(off.get(colour), apart(next, colour) * counts.get(colour)));
  }
  return palette;
}

const apart = (one, other) =>
  [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);

function nearest(palette, colour) {
  let best = { index: 0, off: Infinity };
  palette.forEach((one, index) => {
    const off = apart(one, colour);
    if (off < best.off) best = { index, off };
  });
  return best;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}
