// Finding things as a person would: by what they are and what they are called.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { until } from './process.mjs';
import { WebDriverError } from './webdriver.mjs';

const IN_PAGE = [
  readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  readFileSync(new URL('in-page.js', import.meta.url), 'utf8'),
].join('\n');

const PATIENCE = 15_000;

/** The page of a session. Names are whole texts or regular expressions; each finder waits until something fits. */
export class Page {
  constructor(session) {
    this.session = session;
  }

  /** The element of that role and accessible name; of several, the first. */
  role(role, name, { within, timeout } = {}) {
    return this.#found(`a ${role} called ${shown(name)}`, timeout, () => this.all(role, name, { within }));
  }

  /** Every element of that role and accessible name, without waiting. */
  all(role, name = null, { within } = {}) {
    return this.#ask((...args) => journey.byRole(...args), role, name, within);
  }

  button(name, options) {
    return this.role('button', name, options);
  }

  link(name, options) {
    return this.role('link', name, options);
  }

  heading(name, options) {
    return this.role('heading', name, options);
  }

  /** The control with that label, whatever its role. */
  label(name, { within, timeout } = {}) {
    return this.#found(`a control labelled ${shown(name)}`, timeout, () =>
      this.#ask((...args) => journey.byLabel(...args), name, within),
    );
  }

  /** The innermost element that shows a text; a string need only be part of it. */
  text(text, { within, timeout } = {}) {
    return this.#found(`the text ${shown(text)}`, timeout, () =>
      this.#ask((...args) => journey.byText(...args), text, within),
    );
  }

  /** Waits until nothing shows such a text any more. */
  async gone(text, { within, timeout = PATIENCE } = {}) {
    await until(`the text ${shown(text)} to go`, timeout, async () => {
      const left = await this.#ask((...args) => journey.byText(...args).length, text, within);
      return left === 0;
    });
  }

  /** Clicks the button of that name. */
  async click(name, options) {
    await (await this.button(name, options)).click();
  }

  /** Puts a text into the control with that label, in place of what it held. */
  async fill(label, text, options) {
    const control = await this.label(label, options);
    await control.clear();
    await control.type(text);
  }

  /** Chooses an option of a native list by its text, or by that of its group and its own, once the list has it. */
  async choose(label, option, options) {
    await this.chooseIn(await this.label(label, options), option);
  }

  /** The same, in a list that was found already. */
  async chooseIn(control, option) {
    const chosen = await until(`the option “${option}”`, PATIENCE, () =>
      this.session.run(
        (select, option) =>
          [...select.options].find((each) => {
            const label = each.label.trim().normalize('NFC');
            const group = each.parentElement.label?.trim().normalize('NFC');
            return label === option || `${group} › ${label}` === option;
          }) ?? null,
        control,
        option,
      ),
    );
    await chosen.click();
  }

  /** Ticks a checkbox or a radio button that is not ticked yet; a person sees when the page moved under the pointer, and clicks again. */
  async tick(label, options) {
    await this.tickIn(await this.label(label, options), label);
  }

  /** The same, of a control that was found already. */
  async tickIn(control, label) {
    const ticked = () => control.property('checked');
    for (let tries = 0; tries < 3 && !(await ticked()); tries++) {
      await control.click();
      await until(`“${label}” to be ticked`, 1_000, ticked).catch(() => {});
    }
    if (!(await ticked())) throw new Error(`“${label}” is not ticked, though it was clicked`);
  }

  /** Role and name of what has the keyboard. */
  focused() {
    return this.#ask(() => journey.focused());
  }

  /** What axe finds wrong with the page as it is shown now, in lines to read; empty is good. */
  violations() {
    return this.#ask(() => journey.violations());
  }

  async #found(what, timeout = PATIENCE, ask) {
    try {
      return await until(what, timeout, async () => (await ask())?.[0]);
    } catch (error) {
      const page = await this.session.run(() => document.body.innerText).catch(() => 'nothing');
      throw new Error(`${error.message}; the page shows:\n${page}`, { cause: error });
    }
  }

  /** Runs a script of `in-page.js`, which a freshly loaded page has yet to be given; null means ask again. */
  async #ask(script, ...args) {
    try {
      if (!(await this.session.run(() => 'journey' in window))) await this.session.run(IN_PAGE);
      return await this.session.run(script, ...args);
    } catch (error) {
      // The page changed between the question and its answer.
      const passing = ['stale element reference', 'no such node'];
      if (error instanceof WebDriverError && passing.includes(error.code)) return null;
      throw error;
    }
  }
}

function shown(name) {
  return typeof name === 'string' ? `“${name}”` : String(name);
}
