// Measures the window beside a bare Tauri page of the same program, in pairs, so that a busy machine slows both.
// Usage: node bench.mjs [window] [keys] [documents]

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary, startApp } from './harness/app.mjs';
import { folder } from './harness/folder.mjs';
import { until } from './harness/process.mjs';

const ROUNDS = Number(process.env.HOSO_BENCH_ROUNDS ?? 10);

const benches = { window };

/** From the start of the program to a page that can be used, and the memory of all its processes. */
async function window() {
  const seen = { ours: { start: [], memory: [] }, bare: { start: [], memory: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, env] of [
      ['ours', {}],
      ['bare', { HOSO_BENCH_BARE: '1' }],
    ]) {
      const { start, memory } = await oneWindow(env);
      seen[kind].start.push(start);
      seen[kind].memory.push(memory);
    }
  }
  for (const [kind, { start, memory }] of Object.entries(seen)) {
    tell(`window ${kind}: start to usable`, start, 'ms');
    tell(`window ${kind}: memory (PSS) of the process tree`, memory, 'MiB');
  }
  const ratio = median(seen.ours.start) / median(seen.bare.start);
  console.log(`window: ${ratio.toFixed(2)} times the bare page's time to start`);
}

async function oneWindow(env) {
  const { program, startedAt } = stopwatch();
  const app = await startApp({ program, env });
  try {
    const usableAt = await until('the page to be usable', 30_000, () =>
      app.session.run(() => {
        const [usable] = performance.getEntriesByName('usable');
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        if (!usable || !paint) return null;
        return performance.timeOrigin + Math.max(usable.startTime, paint.startTime);
      }),
    );
    // What the start left to be tidied up is not what the window keeps.
    await sleep(2_000);
    return { start: usableAt - startedAt(), memory: memory(app) };
  } finally {
    await app.stop();
  }
}

/** A program that notes when it starts and then becomes ours. */
function stopwatch() {
  const dir = folder('stopwatch');
  const note = join(dir, 'started');
  const program = join(dir, 'start');
  writeFileSync(program, `#!/bin/sh\ndate +%s%N > '${note}'\nexec '${binary('hoso-desktop')}' "$@"\n`);
  chmodSync(program, 0o755);
  return { program, startedAt: () => Number(readFileSync(note, 'utf8')) / 1e6 };
}

/** Proportional set size of the window's processes, in MiB; the driver is not ours to count. */
function memory(app) {
  const kib = app
    .family()
    .filter(({ pid }) => pid !== app.driver.pid)
    .map(({ pid }) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]))
    .reduce((sum, each) => sum + each, 0);
  return kib / 1024;
}

function median(numbers) {
  return quantile(numbers, 0.5);
}

function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function tell(what, numbers, unit) {
  const [middle, low, high] = [0.5, 0.05, 0.95].map((part) => quantile(numbers, part).toFixed(1));
  console.log(`${what}: median ${middle} ${unit} (5 % ${low}, 95 % ${high}, n ${numbers.length})`);
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  throw new Error(`there is no bench ${unknown}; there are: ${Object.keys(benches).join(' ')}`);
}
for (const [name, bench] of Object.entries(benches)) {
  if (names.length === 0 || names.includes(name)) await bench();
}
process.exit(0);
