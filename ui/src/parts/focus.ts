import { flushSync } from 'svelte';

/** Moves to a field by its id: opens what hides it, then gives focus. */
export function focusField(id: string): boolean {
  const element = document.getElementById(id);
  if (!element) return false;
  for (let part: Element | null = element; part; part = part.parentElement) {
    if (part instanceof HTMLDetailsElement) part.open = true;
    if (part instanceof HTMLElement && part.hidden && part.role === 'tabpanel') showTab(part.id);
  }
  const target = element.matches('input, select, textarea, button, a, [tabindex]')
    ? element
    : (element.querySelector<HTMLElement>('input, select, textarea, button, [tabindex]') ?? element);
  target.scrollIntoView?.({ block: 'center' });
  target.focus({ preventScroll: true });
  return true;
}

/** Chooses the tab of a panel, as a click on it does. */
function showTab(panel: string): void {
  document.querySelector<HTMLElement>(`[role=tab][data-panel="${CSS.escape(panel)}"]`)?.click();
  flushSync();
}
