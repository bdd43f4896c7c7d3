// What two engines' answers differ in.
import { isDeepStrictEqual } from 'node:util';

const sorted = (list) => [...list].sort();
const names = (errors) => sorted(errors.map((error) => `${error.path} ${error.rule}`));

/** `{ part, path, theirs, mine }` of each difference, where `part` is `data`, `errors` or `hidden`. */
export function differences(theirs, mine) {
  const found = [];
  const walk = (path, a, b) => {
    if (isDeepStrictEqual(a, b)) return;
    if (a && b && typeof a === 'object' && typeof b === 'object' && Array.isArray(a) === Array.isArray(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        walk(path ? `${path}.${key}` : key, own(a, key), own(b, key));
      return;
    }
    found.push({ part: 'data', path, theirs: JSON.stringify(a), mine: JSON.stringify(b) });
  };
  walk('', theirs.data, mine.data);
  const lists = [
    ['errors', names(theirs.errors), names(mine.errors)],
    ['hidden', sorted(theirs.hidden), sorted(mine.hidden)],
  ];
  for (const [part, a, b] of lists) {
    for (const entry of a.filter((item) => !b.includes(item)))
      found.push({ part, path: entry, theirs: 'yes', mine: 'no' });
    for (const entry of b.filter((item) => !a.includes(item)))
      found.push({ part, path: entry, theirs: 'no', mine: 'yes' });
  }
  return found;
}

const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);
