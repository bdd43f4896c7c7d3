import { related } from '@/form/path';
import type { PaperPlace } from '@/lib/bindings/PaperPlace';

/** Where an answer stands on the paper, or the parts of it, or the group that it is printed with. */
export function shownAt(places: PaperPlace[], path: string): PaperPlace[] {
  return path === '' ? [] : places.filter((place) => related(place.path, path));
}

/** The answer that stands at a point of a page, in millimetres; the smallest, where places lie in one another. */
export function answerAt(places: PaperPlace[], page: number, x: number, y: number): string | undefined {
  return places
    .filter(
      (place) =>
        place.page === page &&
        x >= place.x &&
        x <= place.x + place.width &&
        y >= place.y &&
        y <= place.y + place.height,
    )
    .sort((one, other) => one.width * one.height - other.width * other.height)[0]?.path;
}
