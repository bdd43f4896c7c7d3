// Measures the release build, each figure beside a peer in the same run, so that a busy machine slows both.
// Usage: node bench.mjs [window] [keys] [forms] [documents]

import { documents } from './bench/documents.mjs';
import { forms } from './bench/forms.mjs';
import { keys } from './bench/keys.mjs';
import { window } from './bench/window.mjs';

const benches = { window, keys, forms, documents };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  throw new Error(`there is no bench ${unknown}; there are: ${Object.keys(benches).join(' ')}`);
}
for (const [name, bench] of Object.entries(benches)) {
  if (names.length === 0 || names.includes(name)) await bench();
}
process.exit(0);
