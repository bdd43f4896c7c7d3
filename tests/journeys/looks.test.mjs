// What the comparison of pictures sees, and what it doesn't.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from './harness/folder.mjs';
import { Looks, unlike } from './harness/looks.mjs';
import { blank, cut, decode, encode, noteOf } from './harness/png.mjs';
import { surroundings } from './harness/app.mjs';

const [WIDTH, HEIGHT] = [160, 120];

/** A box of text in a frame on white, `right` and `down` from where it belongs; `ink` is how the letters are smoothed. */
function drawn({ right = 0, down = 0, ink = () => 60, frame = true, box = true } = {}) {
  const picture = blank(WIDTH, HEIGHT);
  const dot = (x, y, shade) => picture.pixels.fill(shade, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
  const [left, top] = [40 + right, 40 + down];
  if (frame) {
    for (let x = left; x < left + 80; x++) [top, top + 30].forEach((y) => dot(x, y, 120));
    for (let y = top; y < top + 30; y++) [left, left + 79].forEach((x) => dot(x, y, 120));
  }
  // Strokes of letters: every third column.
  if (box)
    for (let y = top + 10; y < top + 20; y++)
      for (let x = left + 10; x < left + 70; x += 3) dot(x, y, ink(x, y));
  return picture;
}

const differing = (one, other) => unlike(drawn(one), drawn(other)).squares.length > 0;

/** Each pixel with a little of the one beside it: more colours than are kept. */
function smoothed({ width, height, pixels }) {
  const mixed = blank(width, height);
  for (let at = 0; at < pixels.length; at++)
    mixed.pixels[at] = at < 3 ? pixels[at] : (pixels[at] * 2 + pixels[at - 3]) / 3;
  return { width, height, pixels: mixed.pixels };
}

test('how a machine smooths letters, and where it rounds them to, is not seen', () => {
  assert.ok(!differing({}, {}));
  assert.ok(!differing({}, { ink: (x, y) => 30 + ((x * 7 + y * 13) % 5) * 15 }));
  for (const [right, down] of [
    [1, 0],
    [-1, 1],
    [0, 2],
  ])
    assert.ok(!differing({}, { right, down }), `${right} right, ${down} down`);
});

test('a line or words that are gone, come or moved are seen', () => {
  for (const change of [{ frame: false }, { box: false }, { right: 6 }, { down: 5 }, { ink: () => 200 }]) {
    assert.ok(differing({}, change), JSON.stringify(change));
    assert.ok(differing(change, {}), `back from ${JSON.stringify(change)}`);
  }
  assert.match(unlike(drawn(), cut(drawn(), 0, 0, WIDTH, HEIGHT - 8)).size, /160 × 112 and was 160 × 120/);
});

/** A question as the window draws it, in the colours of a dress: bar, label, frame, and the hint of a letter in it. */
const DRESSES = {
  light: {
    ground: 0xffffff,
    line: 0xdddcd7,
    edge: 0x74818d,
    bar: 0xb3261e,
    ink: 0x1e2f41,
    soft: 0x4a5a6a,
    rem: 16,
  },
  dark: {
    ground: 0x19212a,
    line: 0x303b47,
    edge: 0x8391a0,
    bar: 0xffa79f,
    ink: 0xe7ecf1,
    soft: 0xb0bcc8,
    rem: 16,
  },
  large: {
    ground: 0xffffff,
    line: 0xdddcd7,
    edge: 0x74818d,
    bar: 0xb3261e,
    ink: 0x1e2f41,
    soft: 0x4a5a6a,
    rem: 32,
  },
};

function question(colours) {
  const { ground, line, edge, bar, ink, rem } = colours;
  const picture = blank(20 * rem, 8 * rem);
  const fill = (x, y, width, height, colour) => {
    for (let row = y; row < y + height; row++)
      for (let at = x; at < x + width; at++)
        picture.pixels.writeUIntBE(colour, (row * picture.width + at) * 3, 3);
  };
  const frame = (x, y, width, height, colour) => {
    fill(x, y, width, 1, colour);
    fill(x, y + height - 1, width, 1, colour);
    fill(x, y, 1, height, colour);
    fill(x + width - 1, y, 1, height, colour);
  };
  fill(0, 0, picture.width, picture.height, ground);
  frame(rem / 2, rem / 2, 19 * rem, 7 * rem, line);
  fill(rem, rem, 4, 6 * rem, bar);
  for (let at = 0; at < 12; at++) fill(2 * rem + (at * rem) / 2, rem + rem / 4, rem / 8, rem / 2, ink);
  frame(2 * rem, 3 * rem, 12 * rem, 3 * rem, edge);
  return picture;
}

for (const [look, colours] of Object.entries(DRESSES)) {
  const found = (change) => unlike(question(colours), question({ ...colours, ...change })).squares.length;

  test(`${look}: a frame, a bar or words that are gone, a line elsewhere, another colour are seen`, () => {
    const { ground } = colours;
    assert.equal(found({}), 0);
    for (const part of ['line', 'edge', 'bar', 'ink']) assert.ok(found({ [part]: ground }) > 0, `no ${part}`);
    for (const part of ['line', 'edge', 'bar', 'ground'])
      assert.ok(found({ [part]: colours[part] ^ 0x0c0c0c }) > 0, `another ${part}`);
    assert.ok(found({ bar: colours.edge }) > 0 && found({ ink: colours.soft }) > 0, 'colours of others');
  });

  test(`${look}: what is erased from a picture that is kept is seen`, () => {
    const kept = decode(readFileSync(new URL(`references/${look}/chu-error.png`, import.meta.url)));
    const { ground, bar, line } = colours;
    /** The picture with another colour for one in it, below its summary of what is wrong. */
    const without = (colour, other) => {
      const copy = cut(kept, 0, 0, kept.width, kept.height);
      let changed = 0;
      for (let at = (kept.height >> 1) * kept.width * 3; at < copy.pixels.length; at += 3)
        if (copy.pixels.readUIntBE(at, 3) === colour) changed = copy.pixels.writeUIntBE(other, at, 3);
      assert.ok(changed > 0, `there is ${colour.toString(16)} in the picture`);
      return copy;
    };
    assert.deepEqual(unlike(kept, kept).squares, []);
    for (const [colour, other] of [
      [bar, ground],
      [bar, colours.edge],
      [line, ground],
      [ground, ground ^ 0x0c0c0c],
    ])
      assert.ok(unlike(kept, without(colour, other)).squares.length > 0, `${colour.toString(16)} seen`);
  });
}

test('what differs is named, and so is what has no reference or is one of nothing', () => {
  const [kept, out] = [folder('kept'), folder('out')];
  mkdirSync(join(kept, 'dark'));
  for (const name of ['a', 'dark/b', 'gone']) writeFileSync(join(kept, `${name}.png`), encode(drawn()));
  const looks = new Looks(kept, { out, renew: false });
  looks.add('a', drawn());
  looks.add('dark/b', drawn({ frame: false }));
  looks.add('new', drawn());
  const again = folder('again');
  new Looks(again, { out, renew: true }).add('a', drawn());
  assert.equal(noteOf(readFileSync(join(again, 'a.png'))).length, 44, 'a mark of the whole picture');
  const held = new Looks(again, { out, renew: false });
  held.add('a', drawn());
  assert.deepEqual(held.differences(), []);
  held.add('a', drawn({ frame: false }));
  assert.equal(held.differences().length, 1);
  const found = looks.differences();
  assert.match(found[0], /^dark\/b differs in \d+ places between \(\d\d, \d\d\) and \(12\d, 7\d\)/);
  assert.deepEqual(found.slice(1), ['new has no reference', 'gone is a reference of nothing']);
});

test('a picture of few colours keeps those of lines and grounds', () => {
  const picture = blank(120, 90);
  // More greys than there is room for, and a line in one of a colour that is near another's.
  for (let at = 0; at < 120 * 60; at++) picture.pixels.fill((at * 37) % 251, at * 3, at * 3 + 3);
  for (let x = 20; x < 70; x++) picture.pixels.writeUIntBE(0xdddcd7, (70 * 120 + x) * 3, 3);
  for (let x = 20; x < 70; x++) picture.pixels.writeUIntBE(0xdedede, (79 * 120 + x) * 3, 3);
  const again = decode(encode(picture, 16));
  assert.equal(again.pixels.readUIntBE((70 * 120 + 30) * 3, 3), 0xdddcd7);
  assert.equal(again.pixels.readUIntBE((79 * 120 + 30) * 3, 3), 0xdedede);
  assert.deepEqual(decode(encode(picture)), picture);
});

test('a page that is as it was is no difference, whatever keeping few colours makes of it', () => {
  for (const look of Object.keys(DRESSES)) {
    const file = new URL(`references/${look}/nhom-error.png`, import.meta.url);
    const [kept, out] = [folder('kept'), folder('out')];
    const whole = smoothed(decode(readFileSync(file)));
    new Looks(kept, { out, renew: true }).add('a', whole);
    whole.pixels[whole.pixels.length - 1] ^= 1;
    const looks = new Looks(kept, { out, renew: false });
    looks.add('a', whole);
    assert.deepEqual(looks.differences(), [], look);
  }
});

test('how a window looks is no matter of what surrounds it', () => {
  const env = {
    PATH: '/bin',
    GDK_SCALE: '2',
    GTK_THEME: 'dark',
    FONTCONFIG_FILE: 'a',
    LC_ALL: 'fr',
    HOSO_HOME: 'b',
  };
  assert.deepEqual(surroundings(env), { PATH: '/bin' });
});
