const FIELDS = 'input:not(:disabled, [type=hidden]), select:not(:disabled), textarea:not(:disabled)';

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
  if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement || isFixed(target))) return;
  event.preventDefault();
  const fields = [...event.currentTarget.querySelectorAll<HTMLElement>(FIELDS)].filter(
    (field) => field === target || !(isFixed(field) || sameGroup(field, target)),
  );
  const next = fields[fields.indexOf(target) + 1];
  next?.scrollIntoView?.({ block: 'nearest' });
  next?.focus({ preventScroll: true });
}

/** What is calculated can be read, and is nothing to stop at. */
function isFixed(field: EventTarget | null): field is HTMLInputElement | HTMLTextAreaElement {
  return (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.readOnly;
}

/** Radio buttons of one question are one stop, as they are for the Tab key. */
function sameGroup(field: HTMLElement, target: HTMLElement): boolean {
  const isRadio = (one: HTMLElement): one is HTMLInputElement =>
    one instanceof HTMLInputElement && one.type === 'radio';
  return isRadio(field) && isRadio(target) && field.name === target.name;
}
