// What a screen reader is told of an element: by the browser's own reckoning, not by ours.

/** Role and name from the driver, description and states from the page. */
export async function told(element) {
  const [role, name] = [await element.role(), await element.name()];
  const more = await element.session.run((one) => {
    const ids = (one.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean);
    const missing = ids.filter((id) => !document.getElementById(id));
    const plain = (text) => text.normalize('NFC').replace(/\s+/g, ' ').trim();
    return {
      description: plain(ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')),
      missing,
      required: one.getAttribute('aria-required') === 'true',
      invalid: one.getAttribute('aria-invalid') === 'true',
    };
  }, element);
  return { role, name: name.normalize('NFC').replace(/\s+/g, ' ').trim(), ...more };
}
