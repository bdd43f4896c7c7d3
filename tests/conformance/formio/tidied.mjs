// Whether our writing of a value of our own types says the same as what was typed, and nothing else.

const read = (json) => (json === undefined ? undefined : JSON.parse(json));
const squeezed = (text) => text.normalize('NFC').trim().replace(/\s+/g, ' ');
const figures = (text) => text.replace(/\D/g, '');

/** Day, month and year as far as they are there, the year first. */
function parts(text) {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  return /^\s*\d{4}\b/.test(text) ? numbers : numbers.toReversed();
}

export function isTidied({ theirs, mine }) {
  const [typed, kept] = [read(theirs), read(mine)];
  if (typeof kept === 'number') {
    const text = String(typed);
    const sign = text.trim().startsWith('-') ? -1 : 1;
    return sign * Number(figures(text)) === kept;
  }
  if (typeof typed !== 'string' || typeof kept !== 'string') return false;
  if (kept === squeezed(typed)) return true;
  if (/^\+84\d+$/.test(kept)) return figures(typed).replace(/^(84|0)/, '') === kept.slice(3);
  if (/^\d{4}(-\d\d){0,2}$/.test(kept) && String(parts(typed)) === String(parts(kept))) return true;
  // Identifiers, with spaces and signs between the figures.
  return /^[\d\s.-]+$/.test(typed) && /^[\d-]+$/.test(kept) && figures(typed) === figures(kept);
}

/** Names of provinces and communes without what they are, as people leave it out or shorten it. */
const bare = (name) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/^(tp\.?|thành phố|tỉnh|phường|xã|đặc khu)\s+/, '')
    .trim();

/** Whether our full name of a place is that of the place that was typed. */
export function isSamePlace({ theirs, mine }) {
  const [typed, kept] = [read(theirs), read(mine)];
  return typeof typed === 'string' && typeof kept === 'string' && bare(typed) === bare(kept);
}

/** The submission with what we keep of it in the place of what was typed. */
export function withKept({ data, ...rest }, differences) {
  const copy = structuredClone(data);
  for (const { path, mine } of differences) {
    const steps = path.split('.');
    const last = steps.pop();
    const parent = steps.reduce((value, step) => value?.[step], copy);
    if (parent && typeof parent === 'object') parent[last] = read(mine);
  }
  return { ...rest, data: copy };
}
