// The real window, driven through WebKitWebDriver.

import { appendFileSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder } from './folder.mjs';
import { Page } from './page.mjs';
import { Program, freePort, until } from './process.mjs';
import { screen } from './screen.mjs';
import { Session } from './webdriver.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, '../../out');
/** How letters are drawn, whatever the machine likes better. */
const FONTS = join(here, 'fonts.conf');

/** A debug binary of the workspace. */
export function binary(name) {
  return join(process.env.HOSO_BIN_DIR ?? resolve(here, '../../../target/debug'), name);
}

/** For the window of this home it is that time now: the forms of the journeys are good for a time only. */
export function turnClock(home, time = '2026-11-21T09:00:00+07:00') {
  const ahead = Math.round((Date.parse(time) - Date.now()) / 1000);
  writeFileSync(join(home, 'desk', 'clock'), String(ahead));
}

/**
 * Opens the window.
 *
 * @param {object} options
 * @param {string} [options.home] the profile's folder; a new one unless given
 * @param {string} [options.portal] the portal's address; none means offline
 * @param {object[]} [options.pick] what the person picks in the next native dialogs:
 *   `{open: [path]}`, `{save: path}`, or `{}` for closing it
 * @param {string} [options.program] another program than ours
 * @param {object} [options.env] further variables
 */
export async function startApp({ home = folder('home'), portal, pick = [], program, env = {} } = {}) {
  mkdirSync(join(home, 'desk'), { recursive: true });
  const desk = join(home, 'desk');
  const variables = {
    ...surroundings(process.env),
    ...(await screen()),
    FONTCONFIG_FILE: FONTS,
    TAURI_WEBVIEW_AUTOMATION: 'true',
    LANG: 'C.UTF-8',
    TZ: 'Asia/Ho_Chi_Minh',
    HOME: desk,
    XDG_DATA_HOME: join(desk, 'data'),
    XDG_CONFIG_HOME: join(desk, 'config'),
    XDG_CACHE_HOME: join(desk, 'cache'),
    HOSO_TEST_PICK: join(desk, 'picks'),
    HOSO_TEST_OPENED: join(desk, 'opened'),
    HOSO_TEST_CLOCK: join(desk, 'clock'),
    ...(portal === undefined ? {} : { HOSO_PORTAL_URL: portal }),
    ...env,
  };
  writeFileSync(variables.HOSO_TEST_PICK, '');
  writeFileSync(variables.HOSO_TEST_OPENED, '');
  turnClock(home);

  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const driver = new Program('WebKitWebDriver', 'WebKitWebDriver', [`--port=${port}`], {
    env: variables,
  });
  try {
    await until('WebKitWebDriver to answer', 15_000, () =>
      fetch(`${address}/status`).then(
        (response) => response.ok,
        () => false,
      ),
    );
    const file = program ?? binary('hoso-desktop');
    const session = await Session.open(address, file, ['--home', join(home, 'profile')]);
    const app = new App({ session, driver, file, home, variables });
    app.pick(...pick);
    await session.setSize(1280, 800);
    return app;
  } catch (error) {
    await driver.kill();
    throw new Error(`the window did not open: ${error.message}\n${driver.written}`, {
      cause: error,
    });
  }
}

/** A window that is open, and the page in it. */
export class App extends Page {
  constructor({ session, driver, file, home, variables }) {
    super(session);
    Object.assign(this, { driver, file, home, variables });
  }

  /** The folder that holds the profile. */
  get profile() {
    return join(this.home, 'profile');
  }

  /** What the person picks in the next native dialogs. */
  pick(...answers) {
    for (const answer of answers)
      appendFileSync(this.variables.HOSO_TEST_PICK, `${JSON.stringify(answer)}\n`);
  }

  /** The link, beginning so, that the window asked the system browser to open; waited for. */
  async opened(start, timeout = 15_000) {
    return until(`a link that begins with ${start}`, timeout, () =>
      readFileSync(this.variables.HOSO_TEST_OPENED, 'utf8')
        .split('\n')
        .findLast((line) => line.startsWith(start)),
    );
  }

  press(...keys) {
    return this.session.press(...keys);
  }

  /** Keeps a picture of the page in tests/out. */
  async screenshot(name) {
    mkdirSync(out, { recursive: true });
    const file = join(out, `${name}.png`);
    // A picture is of what was painted last, which may be the screen before.
    await this.session.run(
      () => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))),
    );
    writeFileSync(file, await this.session.screenshot());
    return file;
  }

  /** The window's processes, the driver's and the web processes among them. */
  family() {
    return processes().filter(({ group }) => group === this.driver.pid);
  }

  /** Closes the window. */
  async stop() {
    await this.session.close().catch(() => {});
    await this.driver.stop();
  }

  /** Ends the window and its web processes at once, without a chance to tidy up. */
  async kill() {
    await this.driver.kill();
  }
}

/** What a program needs to be found and to tell of itself; for the rest a window's surroundings are its own. */
const NEEDED = [
  'PATH',
  'LD_LIBRARY_PATH',
  'TMPDIR',
  'USER',
  'LOGNAME',
  'RUST_BACKTRACE',
  'RUST_LOG',
  'LLVM_PROFILE_FILE',
];

/** Of the surroundings what a window is given: nothing that says how it looks, and nothing about our own programs. */
export function surroundings(env) {
  return Object.fromEntries(NEEDED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
        return [{ pid: Number(pid), group, exe: readlinkSync(`/proc/${pid}/exe`) }];
      } catch {
        return []; // It ended meanwhile, or belongs to someone else.
      }
    });
}
