// From the start of the program to a page that can be used, and the memory of all its processes,
// beside a bare page of the same program.

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary, startApp } from '../harness/app.mjs';
import { folder } from '../harness/folder.mjs';
import { until } from '../harness/process.mjs';
import { ROUNDS, median, tell } from './figures.mjs';

export async function window() {
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
  for (const [figure, what] of [
    ['start', 'time to start'],
    ['memory', 'memory'],
  ]) {
    const ratio = median(seen.ours[figure]) / median(seen.bare[figure]);
    console.log(`window: ${ratio.toFixed(2)} times the bare page's ${what}`);
  }
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
