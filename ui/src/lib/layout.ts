import type { AppInfo } from './bindings/AppInfo';
import type { FormLayout } from './bindings/FormLayout';

/** How forms are laid out: as the person chose, else by what the profile is. */
export function layoutOf(info: AppInfo | null): FormLayout {
  const own = info?.profile?.kind === 'organisation' ? 'dense' : 'roomy';
  return info?.settings.formLayout ?? own;
}
