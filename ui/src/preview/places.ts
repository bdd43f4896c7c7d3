import { related } from '@/form/path';
import type { PaperPlace } from '@/lib/bindings/PaperPlace';

/** Where an answer stands on the paper, or the parts of it, or the group that it is printed with. */
export function shownAt(places: PaperPlace[], path: string): PaperPlace[] {
  return path === '' ? [] : places.filter((place) => related(place.path, path));
}
