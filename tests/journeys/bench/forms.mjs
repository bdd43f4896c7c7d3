// A form of some 480 components on one page, and a list of 2,000 rows: how long each takes to open after the program was
// started anew, and from a key pressed there to the paint that shows it. A portal publishes both forms.

import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../harness/app.mjs';
import { folder } from '../harness/folder.mjs';
import { until } from '../harness/process.mjs';
import { startSandbox } from '../harness/sandbox.mjs';
import { createProfile, unlock } from '../harness/steps.mjs';
import { median, tell } from './figures.mjs';
import { openBare } from './keys.mjs';
import { LONG, ROWS, components, longForm, rows } from './large-forms.mjs';
import { writeLargePacks } from './large-packs.mjs';
import { typed } from './record.mjs';

const ROUNDS = Number(process.env.HOSO_BENCH_ROUNDS ?? 5);
const WORDS = ['nguyen', 'van', 'mau', 'thu'];
const BETWEEN_WORDS = 500;

export async function forms() {
  const packs = folder('packs');
  writeLargePacks(packs);
  const sandbox = await startSandbox({ args: ['--packs', packs] });
  try {
    await measured(sandbox.url);
  } finally {
    await sandbox.stop();
  }
}

async function measured(portal) {
  console.log(`forms: the long one has ${components(longForm())} components, the list ${ROWS.count} rows`);
  const home = folder('home');
  let app = await startApp({ home, portal });
  try {
    await createProfile(app);
    for (const [kind, form] of [
      ['the long form', LONG],
      ['the list', ROWS],
    ]) {
      await begin(app, form);
      const seen = nothing();
      for (let round = 0; round < ROUNDS; round++) {
        await app.stop();
        app = await startApp({ home, portal });
        await unlock(app);
        await oneRound(app, form, seen);
        seen.bare.push(...(await bareRound()));
      }
      tell(`forms: ${kind} opens, first time in a program`, seen.cold, 'ms');
      tell(`forms: ${kind} opens and all of it is there`, seen.whole, 'ms');
      tell(`forms: ${kind} opens again`, seen.warm, 'ms');
      tell(`forms: ${kind}, key press to paint`, seen.paint, 'ms');
      tell(`forms: ${kind}, key press to paint in a lone field on a bare page meanwhile`, seen.bare, 'ms');
      console.log(
        `forms: ${kind}, ${(median(seen.paint) / median(seen.bare)).toFixed(2)} times the bare field's`,
      );
      tell(`forms: ${kind}, a change from the page to the disk and back`, seen.change, 'ms');
      if (form === ROWS) tell(`forms: ${kind}, a jump within it to its paint`, seen.jump, 'ms');
      console.log(`forms: ${kind} stands on ${seen.elements} elements`);
    }
  } finally {
    await app.stop();
  }
}

async function oneRound(app, form, seen) {
  const cold = await open(app, form);
  seen.cold.push(cold.shown);
  seen.whole.push(cold.whole);
  for (const [figure, numbers] of Object.entries(await typedIn(app, form))) seen[figure].push(...numbers);
  if (form === ROWS) seen.jump.push(...(await jumps(app)));
  await (await app.link(/^Trang chủ/)).click();
  const warm = await open(app, form);
  seen.warm.push(warm.shown);
  seen.elements = warm.elements;
  await (await app.link(/^Trang chủ/)).click();
}

async function bareRound() {
  const app = await openBare();
  try {
    return (await typed(app, WORDS, { betweenWords: BETWEEN_WORDS })).paint;
  } finally {
    await app.stop();
  }
}

const nothing = () => ({
  bare: [],
  cold: [],
  whole: [],
  warm: [],
  paint: [],
  durable: [],
  change: [],
  jump: [],
});

/** A draft of that form, left on its page; the list with all its rows. */
async function begin(app, form) {
  await (await app.link(/^Thủ tục/)).click();
  await app.heading('Thủ tục hành chính');
  await app.fill('Tìm thủ tục', form.name);
  await (await app.link(form.name, { timeout: 90_000 })).click();
  await app.click('Nộp hồ sơ trực tuyến');
  await app.heading('Thông tin người nộp');
  await app.click(/^2\. Tờ khai/);
  await app.heading(form.section);
  if (form === ROWS) {
    await app.session.run((value) => {
      const id = decodeURIComponent(location.hash.split('/').at(-1));
      const change = { op: 'set', path: 'nguoi', value };
      return window.__TAURI_INTERNALS__.invoke('draft_change', { id, part: 'form', change });
    }, rows());
  }
  await (await app.link(/^Trang chủ/)).click();
}

/** Clicks on the draft; how long until its page is painted, and until nothing more is put into it. */
async function open(app, form) {
  await app.link(form.name);
  await app.session.run((name) => {
    const link = [...document.querySelectorAll('a')].find((each) => each.textContent.trim() === name);
    const painted = () =>
      new Promise((done) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => done(performance.now());
          port2.postMessage(null);
        });
      });
    const start = performance.now();
    const opened = { shown: 0, whole: 0 };
    window.opened = opened;
    let last = start;
    const watcher = new MutationObserver(async () => {
      last = performance.now();
      if (
        opened.shown === 0 &&
        document.querySelector('#step-title') &&
        document.querySelector('.questions .field')
      ) {
        opened.shown = -1;
        opened.shown = (await painted()) - start;
      }
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    const look = setInterval(async () => {
      if (opened.shown <= 0 || performance.now() - last < 400) return;
      clearInterval(look);
      watcher.disconnect();
      opened.whole = last - start;
      opened.elements = document.querySelectorAll('*').length;
    }, 50);
    link.click();
  }, form.name);
  const opened = await until('the form to be there', 60_000, () =>
    app.session.run(() => (window.opened?.whole > 0 ? window.opened : null)),
  );
  return opened;
}

/** Types into a text field in the middle of the long form, or into the first row of the list. */
async function typedIn(app, form) {
  await app.session.run(
    (id) => {
      const field = document.getElementById(id);
      field.scrollIntoView({ block: 'center' });
      field.focus();
    },
    form === LONG ? 'form-muc-1-8' : 'form-nguoi-0-ho-ten',
  );
  await sleep(500);
  return typed(app, WORDS, { betweenWords: BETWEEN_WORDS });
}

/** Scrolls through the list from its beginning to its end; the time from each jump to its paint. */
async function jumps(app) {
  const seen = [];
  for (let step = 0; step <= 40; step++) {
    seen.push(
      await app.session.run((part) => {
        const start = performance.now();
        scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * part);
        return new Promise((done) => {
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done(performance.now() - start);
            port2.postMessage(null);
          });
        });
      }, step / 40),
    );
  }
  return seen;
}
