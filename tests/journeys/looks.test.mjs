// What the comparison of pictures sees, and what it doesn't.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from './harness/folder.mjs';
import { Looks, unlike } from './harness/looks.mjs';
import { blank, cut, encode } from './harness/png.mjs';

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

test('what differs is named, and so is what has no reference or is one of nothing', () => {
  const [kept, out] = [folder('kept'), folder('out')];
  mkdirSync(join(kept, 'dark'));
  for (const name of ['a', 'dark/b', 'gone']) writeFileSync(join(kept, `${name}.png`), encode(drawn()));
  const looks = new Looks(kept, { out, renew: false });
  looks.add('a', drawn());
  looks.add('dark/b', drawn({ frame: false }));
  looks.add('new', drawn());
  const found = looks.differences();
  assert.match(found[0], /^dark\/b differs in \d+ squares between \(38, 38\) and \(122, 74\)/);
  assert.deepEqual(found.slice(1), ['new has no reference', 'gone is a reference of nothing']);
});
