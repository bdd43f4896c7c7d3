// Folders that a journey writes into, gone when it ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = [];

process.on('exit', () => {
  if (process.env.HOSO_TEST_KEEP === '1') return;
  for (const each of made) rmSync(each, { recursive: true, force: true, maxRetries: 3 });
});

/** A new empty folder, for a profile or a portal's data; kept with HOSO_TEST_KEEP=1. */
export function folder(name) {
  const fresh = mkdtempSync(join(tmpdir(), `hoso-${name}-`));
  made.push(fresh);
  return fresh;
}
