// Runs inside the page, after axe-core, whose reading of roles and names it shares.

window.journey = (() => {
  const plain = (text) => (text ?? '').normalize('NFC').replace(/\s+/g, ' ').trim();

  /** A name arrives as null (anything), a string (the whole text) or {source, flags}. */
  const matcher = (name) => {
    if (name === null) return () => true;
    if (typeof name === 'string') return (text) => text === name;
    const pattern = new RegExp(name.source, name.flags);
    return (text) => pattern.test(text);
  };

  /** Those elements within `root` that a screen reader would tell of, and that `fits` accepts. */
  const visible = (root, selector, fits) => {
    axe.teardown();
    axe.setup(document);
    try {
      return [...(root ?? document).querySelectorAll(selector)].filter(
        (element) => fits(element) && axe.commons.dom.isVisibleToScreenReaders(element),
      );
    } finally {
      axe.teardown();
    }
  };

  const nameOf = (element) => plain(axe.commons.text.accessibleText(element));

  return {
    byRole(role, name, root) {
      const fits = matcher(name);
      return visible(
        root,
        '*',
        (element) => axe.commons.aria.getRole(element) === role && fits(nameOf(element)),
      );
    },

    byLabel(name, root) {
      const controls = 'input, select, textarea, [contenteditable=true], [role=combobox], [role=textbox]';
      const fits = matcher(name);
      return visible(root, controls, (control) => fits(nameOf(control)));
    },

    byText(text, root) {
      const fits = typeof text === 'string' ? (shown) => shown.includes(plain(text)) : matcher(text);
      const shows = (element) => element.checkVisibility() && fits(plain(element.innerText));
      return [...(root ?? document.body).querySelectorAll('*')].filter(
        (element) => shows(element) && ![...element.children].some(shows),
      );
    },

    /** Role and name of what has the keyboard. */
    focused() {
      const element = document.activeElement;
      axe.teardown();
      axe.setup(document);
      try {
        return { role: axe.commons.aria.getRole(element), name: nameOf(element) };
      } finally {
        axe.teardown();
      }
    },

    async violations() {
      // What a bar that stays in its place happens to cover half is a matter of scrolling; axe would take it for a small target.
      const bars = [...document.querySelectorAll('*')].filter(
        (each) => getComputedStyle(each).position === 'sticky',
      );
      for (const bar of bars) bar.style.position = 'static';
      const { violations } = await axe
        .run(document, {
          resultTypes: ['violations'],
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        })
        .finally(() => {
          for (const bar of bars) bar.style.position = '';
        });
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target}\n  ${failureSummary}`),
      );
    },
  };
})();
