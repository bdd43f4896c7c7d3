// What a screen reader is told of an element: by the browser's own reckoning, not by ours.

const plain = (text) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Role and name from the driver, description and states from the page. */
export async function told(element) {
  const [role, name] = [await element.role(), await element.name()];
  const { description, ...more } = await element.session.run((one) => {
    const ids = (one.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean);
    const missing = ids.filter((id) => !document.getElementById(id));
    return {
      description: ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' '),
      missing,
      required: one.getAttribute('aria-required') === 'true',
      invalid: one.getAttribute('aria-invalid') === 'true',
      fixed: one.matches(':disabled, [aria-disabled=true]') || one.readOnly === true,
    };
  }, element);
  return { role, name: plain(name), description: plain(description), ...more };
}

/** What stands around an element within the questions and is told as something, from the inside out. */
export async function around(element) {
  const outer = await element.session.run((one) => {
    const found = [];
    for (let at = one.parentElement; !at.matches('[data-answers]'); at = at.parentElement) found.push(at);
    return found;
  }, element);
  const all = [];
  for (const one of outer) all.push(await told(one));
  return all.filter(({ role, name }) => !SILENT.has(role) && !(role === 'group' && name === ''));
}

const SILENT = new Set(['generic', 'none', 'presentation', 'Div', '']);

/** Role and name of the controls and of the groups of them within an element, in their order. */
export async function controlsIn(element) {
  const inner = await element.session.run(
    (one) =>
      [...one.querySelectorAll('input, select, textarea, button, [role=radiogroup]')].filter((each) =>
        each.checkVisibility(),
      ),
    element,
  );
  const all = [];
  for (const one of inner) all.push(`${await one.role()} ${plain(await one.name())}`);
  return all;
}
