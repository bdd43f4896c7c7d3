import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { Node } from '@/lib/bindings/Node';
import { lineOf } from './controls/place';
import { conform } from './mask';
import { number, parseDay, parseNumber, parsePartialDay, phone, showDay } from '@/lib/format';

/** How an answer of one line is shown as text, and how typed text becomes an answer. What can't be read is kept as typed. */
export type Codec = {
  show(value: JsonValue | undefined): string;
  read(text: string, before?: JsonValue): JsonValue | undefined;
};

const plain = (value: JsonValue | undefined): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const TEXT: Codec = { show: plain, read: (text) => text.normalize('NFC') };

/** An emptied number is an answer too: where nothing is answered the form's default comes again. */
const readNumber = (text: string): JsonValue | undefined =>
  text.trim() === '' ? null : (parseNumber(text) ?? text);

const NUMBER: Codec = {
  show: (value) => (typeof value === 'number' ? String(value).replace('.', ',') : plain(value)),
  read: readNumber,
};

const MONEY: Codec = {
  show: (value) => (typeof value === 'number' ? number(value, 'vi') : plain(value)),
  read: readNumber,
};

const DATE: Codec = { show: (value) => showDay(plain(value)), read: (text) => parseDay(text) ?? text.trim() };

const PARTIAL_DATE: Codec = {
  show: (value) => showDay(plain(value)),
  read: (text) => parsePartialDay(text) ?? text.trim(),
};

/** Kept as `+84…`, read aloud and typed with a 0. */
const PHONE: Codec = {
  show: (value) => phone(plain(value)),
  read: (text) => text.trim(),
};

const TIME: Codec = {
  show: (value) => plain(value).replace(/^(\d{2}:\d{2}):00$/, '$1'),
  read: (text) => {
    const match = /^(\d{1,2})[:hg.\s]+(\d{2})$/.exec(text.trim());
    if (!match || Number(match[1]) > 23 || Number(match[2]) > 59) return text.trim();
    return `${match[1]?.padStart(2, '0')}:${match[2]}:00`;
  },
};

const TAGS: Codec = {
  show: (value) => (Array.isArray(value) ? value.map(plain).join(', ') : plain(value)),
  read: (text, before) => {
    const list = text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
    return Array.isArray(before) ? list : list.join(',');
  },
};

const ADDRESS_PARTS = ['address1', 'address2', 'city', 'state', 'country', 'zip'];

/** The parts of an address from the smallest up; those that only this form has come first. */
function addressLine(parts: { [part: string]: JsonValue | undefined }): string {
  const own = Object.keys(parts).filter((key) => !ADDRESS_PARTS.includes(key));
  return [...own, ...ADDRESS_PARTS]
    .map((key) => plain(parts[key]))
    .filter(Boolean)
    .join(', ');
}

const ADDRESS: Codec = {
  show: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return plain(value);
    // Found on a map, or typed part by part.
    const inner = value['mode'] === undefined ? value : value['address'];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return plain(inner);
    const whole = inner['formatted_address'] ?? inner['display_name'] ?? inner['address'];
    return whole === undefined ? addressLine(inner) : plain(whole);
  },
  read: (text) => text,
};

/** Answered by a control of its own; this is how a check shows it. */
const PLACE: Codec = { show: lineOf, read: (text) => text };

/** Vietnamese wall time of an ISO moment, as a Date whose UTC parts are that time. */
const HANOI = 7 * 3_600_000;

/** The Vietnamese wall time of an ISO moment as an ISO text; null for what is none. */
function hanoi(text: string): string | null {
  if (!/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(at) ? null : new Date(at + HANOI).toISOString();
}

/** A date and time of which only the time is asked, as form.io keeps it: on the day on which it was first answered. */
const CLOCK: Codec = {
  show: (value) => hanoi(plain(value))?.slice(11, 16) ?? TIME.show(value),
  read: (text, before) => {
    const time = String(TIME.read(text));
    if (!/^\d{2}:\d{2}:00$/.test(time)) return time;
    const day = hanoi(plain(before)) ?? new Date(Date.now() + HANOI).toISOString();
    return `${day.slice(0, 10)}T${time}+07:00`;
  },
};

function dateTime(withTime: boolean): Codec {
  return {
    show: (value) => {
      const text = plain(value);
      const iso = hanoi(text);
      if (iso === null) return showDay(text);
      return withTime ? `${showDay(iso.slice(0, 10))} ${iso.slice(11, 16)}` : showDay(iso.slice(0, 10));
    },
    read: (text) => {
      const match = /^(.*?)(?:\s+(\d{1,2})[:h](\d{2}))?$/.exec(text.trim());
      const day = parseDay(match?.[1] ?? '');
      if (!day) return text.trim();
      return `${day}T${(match?.[2] ?? '00').padStart(2, '0')}:${match?.[3] ?? '00'}:00+07:00`;
    },
  };
}

/** Letters and digits of a mask may be typed without its signs. */
const masked = (mask: string): Codec => ({
  show: plain,
  read: (text) => conform(mask, text) ?? TEXT.read(text),
});

export type NamedMask = { label: string; mask: string };

/** The masks that an answer of this component chooses from; it is then kept as `{value, maskName}`. */
export function masksOf(node: Pick<Node, 'attributes'>): NamedMask[] {
  const masks = node.attributes['masks'];
  return Array.isArray(masks) ? (masks as NamedMask[]) : [];
}

export function namedMask(masks: NamedMask[], value: JsonValue | undefined): NamedMask | undefined {
  const name = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['maskName'] : '';
  return masks.find((mask) => mask.label === name) ?? masks[0];
}

const oneOfMasks = (masks: NamedMask[]): Codec => ({
  show: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? plain(value['value'])
      : plain(value),
  read: (text, before) => {
    const mask = namedMask(masks, before);
    if (text.trim() === '' || !mask) return text.trim();
    return { value: masked(mask.mask).read(text) ?? text, maskName: mask.label };
  },
});

/** đồng unless the definition names another currency. */
export const currencyOf = (node: Pick<Node, 'kind' | 'attributes'>): string => {
  const named = String(node.attributes['currency'] ?? 'VND').toUpperCase();
  return node.kind === 'vnMoney' || named === 'VND' ? 'đ' : named;
};

const BY_KIND: Record<string, Codec> = {
  number: NUMBER,
  vnMoney: MONEY,
  vnDate: DATE,
  vnPartialDate: PARTIAL_DATE,
  vnPhone: PHONE,
  time: TIME,
  tags: TAGS,
  address: ADDRESS,
  vnAddress: PLACE,
};

/** A date and time without the date. */
export const isClock = (node: Pick<Node, 'kind' | 'attributes'>): boolean =>
  node.kind === 'datetime' && node.attributes['enableDate'] === false;

export function codecOf(node: Pick<Node, 'kind' | 'attributes'>): Codec {
  if (isClock(node)) return CLOCK;
  if (node.kind === 'datetime') return dateTime(node.attributes['enableTime'] !== false);
  if (node.kind === 'currency') return currencyOf(node) === 'đ' ? MONEY : NUMBER;
  const masks = masksOf(node);
  if (masks.length > 0) return oneOfMasks(masks);
  const mask = node.attributes['mask'];
  if (typeof mask === 'string' && !(node.kind in BY_KIND)) return masked(mask);
  return BY_KIND[node.kind] ?? TEXT;
}

/** The letters that the core makes of what is typed, shown while it is typed. */
export const caseOf = (node: Node): 'uppercase' | 'lowercase' | undefined => {
  const wanted = node.attributes['case'];
  return wanted === 'uppercase' || wanted === 'lowercase' ? wanted : undefined;
};
