const LOCALE = { vi: 'vi-VN', en: 'en-GB' } as const;

export type Language = keyof typeof LOCALE;

/** `8.000 đ`: whole đồng with the grouping of the language. */
export function money(amount: number, language: Language): string {
  return `${new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: 0 }).format(amount)}\u00a0đ`;
}

export function number(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: 20 }).format(value);
}

const two = (value: number) => String(value).padStart(2, '0');

/** `21/11/2026`, local time; empty for what is no moment. */
export function date(moment: string): string {
  const at = new Date(moment);
  if (!moment || Number.isNaN(at.getTime())) return '';
  return `${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
}

/** `10:42`, local time. */
export function time(moment: string): string {
  const at = new Date(moment);
  if (!moment || Number.isNaN(at.getTime())) return '';
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `10:42 21/11/2026`, as the guides write it. */
export function dateTime(moment: string): string {
  const day = date(moment);
  return day && `${time(moment)} ${day}`;
}

/** `10:42` today, else `21/11/2026`. */
export function when(moment: string, now = new Date()): string {
  return date(moment) === date(now.toISOString()) ? time(moment) : date(moment);
}

/** `1,4 MB`. */
export function size(bytes: number, language: Language): string {
  const steps = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step += 1;
  }
  const digits = step === 0 || value >= 10 ? 0 : 1;
  const shown = new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: digits }).format(value);
  return `${shown}\u00a0${steps[step]}`;
}

/** Typed `3/9/1994`, `03.09.1994` or `03091994` as `1994-09-03`; null when it is no day. */
export function parseDay(text: string): string | null {
  const clean = text.trim();
  const parts = /^\d{8}$/.test(clean)
    ? [clean.slice(0, 2), clean.slice(2, 4), clean.slice(4)]
    : clean.split(/[\s./-]+/);
  if (parts.length !== 3 || parts.some((part) => !/^\d+$/.test(part))) return null;
  const [day, month, year] = parts.map(Number) as [number, number, number];
  if (parts[2]?.length !== 4 || !isDay(year, month, day)) return null;
  return `${parts[2]}-${two(month)}-${two(day)}`;
}

/** Typed day, month and year, month and year, or year alone, as `1994-09-03`, `1994-09` or `1994`. */
export function parsePartialDay(text: string): string | null {
  const clean = text.trim();
  if (/^\d{4}$/.test(clean)) return clean;
  const month = /^(\d{1,2})[\s./-]+(\d{4})$/.exec(clean);
  if (month) {
    const value = Number(month[1]);
    return value >= 1 && value <= 12 ? `${month[2]}-${two(value)}` : null;
  }
  return parseDay(clean);
}

/** `1994-09-03` as `03/09/1994`, `1994-09` as `09/1994`; anything else as it is. */
export function showDay(value: string): string {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T.*)?$/.exec(value);
  if (!match) return value;
  return [match[3], match[2], match[1]].filter(Boolean).join('/');
}

/** `+84900000001` as people write it: `0900000001`. */
export const phone = (kept: string): string => kept.replace(/^\+84(?=\d)/, '0');

function isDay(year: number, month: number, day: number): boolean {
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}

/** Typed `1.234,5` or `1234.5` as a number; null when it is none. A dot before three digits groups. */
export function parseNumber(text: string): number | null {
  let clean = text.replace(/[\s\u00a0đ₫]/g, '');
  if (clean === '') return null;
  const comma = clean.lastIndexOf(',');
  const dot = clean.lastIndexOf('.');
  if (comma >= 0 && dot >= 0) {
    clean = comma > dot ? clean.replace(/\./g, '').replace(',', '.') : clean.replace(/,/g, '');
  } else if (/^-?\d{1,3}(\.\d{3})+$/.test(clean)) {
    clean = clean.replace(/\./g, '');
  } else if (comma >= 0) {
    clean = /^-?\d{1,3}(,\d{3}){2,}$/.test(clean) ? clean.replace(/,/g, '') : clean.replace(',', '.');
  }
  return /^-?\d+(\.\d+)?$/.test(clean) ? Number(clean) : null;
}
