// Pictures as rows of pixels: read, cut, put together and written small, without a library.

import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture of `width` times `height` pixels of three bytes. */
export function blank(width, height, shade = 255) {
  return { width, height, pixels: Buffer.alloc(width * height * 3, shade) };
}

/** Reads a PNG of eight bits a channel or of 256 colours that is not interlaced, as the driver gives it and as `encode` writes it. */
export function decode(png) {
  const parts = [];
  let [width, height, channels] = [0, 0, 0];
  let palette;
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = { 2: 3, 3: 1, 6: 4 }[data[9]];
      if (data[8] !== 8 || channels === undefined || data[12] !== 0)
        throw new Error('an unusual kind of PNG');
    } else if (kind === 'PLTE') palette = data;
    else if (kind === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
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
      if (palette) palette.copy(picture.pixels, to, row[x] * 3, row[x] * 3 + 3);
      else row.copy(picture.pixels, to, x * channels, x * channels + 3);
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

/** Half as wide and high, each pixel the mean of four. */
export function halved(picture) {
  const half = blank(picture.width >> 1, picture.height >> 1);
  const at = (x, y, c) => picture.pixels[(y * picture.width + x) * 3 + c];
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      for (let c = 0; c < 3; c++) {
        half.pixels[(y * half.width + x) * 3 + c] =
          (at(2 * x, 2 * y, c) +
            at(2 * x + 1, 2 * y, c) +
            at(2 * x, 2 * y + 1, c) +
            at(2 * x + 1, 2 * y + 1, c)) >>
          2;
      }
    }
  }
  return half;
}

/** A PNG of at most 256 colours: of an interface, enough. */
export function encode({ width, height, pixels }) {
  const counts = new Map();
  const colourAt = (at) => pixels.readUIntBE(at, 3);
  for (let at = 0; at < pixels.length; at += 3) counts.set(colourAt(at), (counts.get(colourAt(at)) ?? 0) + 1);
  const colours = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const palette = chosen(colours, counts);
  const numbers = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of colours) if (!numbers.has(colour)) numbers.set(colour, nearest(palette, colour));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = numbers.get(colourAt((y * width + x) * 3));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** 256 of the colours, the most frequent first: where there are more, one of each kind, so that a rare red stays red. */
function chosen(colours, counts) {
  if (colours.length <= 256) return colours;
  const kinds = new Map();
  for (const colour of colours) {
    const kind = colour & 0xf0f0f0;
    const { first, count } = kinds.get(kind) ?? { first: colour, count: 0 };
    kinds.set(kind, { first, count: count + counts.get(colour) });
  }
  return [...kinds.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, 256)
    .map(({ first }) => first);
}

function nearest(palette, colour) {
  const off = (one) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((colour >> shift) & 255)) ** 2, 0);
  let best = 0;
  for (let index = 1; index < palette.length; index++)
    if (off(palette[index]) < off(palette[best])) best = index;
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
