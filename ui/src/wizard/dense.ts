const FIELDS =
  'input:not(:disabled, [readonly], [type=hidden]), select:not(:disabled), textarea:not(:disabled)';

/** In the dense layout the keyboard alone is enough: Enter goes to the next question, Ctrl+Enter to the next section. */
export function denseKeys(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  nextSection: () => unknown,
): void {
  if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing || event.altKey || event.shiftKey)
    return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    nextSection();
    return;
  }
  const target = event.target;
  if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
  event.preventDefault();
  const fields = [...event.currentTarget.querySelectorAll<HTMLElement>(FIELDS)].filter(
    (field) => field === target || !sameGroup(field, target),
  );
  const next = fields[fields.indexOf(target) + 1];
  next?.scrollIntoView?.({ block: 'nearest' });
  next?.focus({ preventScroll: true });
}

/** Radio buttons of one question are one stop, as they are for the Tab key. */
function sameGroup(field: HTMLElement, target: HTMLElement): boolean {
  const isRadio = (one: HTMLElement): one is HTMLInputElement =>
    one instanceof HTMLInputElement && one.type === 'radio';
  return isRadio(field) && isRadio(target) && field.name === target.name;
}
