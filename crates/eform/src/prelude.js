// What a definition's script finds beside the answers: lodash, moment and form.io's utilities, each as far as forms use it,
// and a Date that knows the person's time zone and the moment it was told. Runs once, before any script, as the body of a
// function of `config`; leaves what the host calls under a name of its own.
'use strict';
const NativeDate = Date;
const Compile = Function;
const parseJson = JSON.parse;
const writeJson = JSON.stringify;

// ---- Date -----------------------------------------------------------------------------------------------------------

const offsetAt = (utc) => {
  let offset = config.zone[0][1];
  for (const [from, value] of config.zone) {
    if (utc < from) break;
    offset = value;
  }
  return offset;
};
const toLocal = (utc) => utc + offsetAt(utc);
const fromLocal = (local) => local - offsetAt(local - offsetAt(local));
const nativeParse = NativeDate.parse;
const nativeUtc = NativeDate.UTC;
const parseDate = (text) => {
  text = String(text).trim();
  if (/^[+-]?\d{4,6}(-\d\d(-\d\d)?)?$/.test(text)) return nativeParse(text);
  if (/(z|gmt|utc|[+-]\d\d:?\d\d)\s*(\(.*\))?$/i.test(text) && /\d:\d|t\d\d|gmt|utc/i.test(text)) {
    return nativeParse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  }
  const iso = /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d/i.test(text);
  const utc = nativeParse(iso ? `${text.replace(' ', 'T')}Z` : `${text} GMT`);
  return Number.isNaN(utc) ? utc : fromLocal(utc);
};
function ZonedDate(...args) {
  if (!new.target) return new ZonedDate().toString();
  let time;
  if (args.length === 0) time = config.now;
  else if (args.length > 1) time = fromLocal(nativeUtc(...args));
  else {
    let [value] = args;
    if (value instanceof NativeDate) value = value.getTime();
    if (value !== null && typeof value === 'object') value = value.valueOf();
    time = typeof value === 'string' ? parseDate(value) : Number(value);
  }
  const date = new NativeDate(time);
  if (new.target !== ZonedDate) Object.setPrototypeOf(date, new.target.prototype);
  return date;
}
const datePrototype = NativeDate.prototype;
for (const name of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
  const get = datePrototype[`getUTC${name}`];
  datePrototype[`get${name}`] = function () {
    return get.call(new NativeDate(toLocal(this.getTime())));
  };
  const set = datePrototype[`setUTC${name}`];
  if (set) {
    datePrototype[`set${name}`] = function (...args) {
      const local = new NativeDate(toLocal(this.getTime()));
      set.apply(local, args);
      return this.setTime(fromLocal(local.getTime()));
    };
  }
}
const two = (n) => String(n).padStart(2, '0');
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
datePrototype.getTimezoneOffset = function () {
  return -offsetAt(this.getTime()) / 60000;
};
const zoneText = (date, colon) => {
  const minutes = offsetAt(date.getTime()) / 60000;
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon}${two(Math.round(size % 60))}`;
};
const valid = (date) => !Number.isNaN(date.getTime());
datePrototype.toDateString = function () {
  if (!valid(this)) return 'Invalid Date';
  return `${DAYS[this.getDay()].slice(0, 3)} ${MONTHS[this.getMonth()].slice(0, 3)} ${two(this.getDate())} ${String(this.getFullYear()).padStart(4, '0')}`;
};
datePrototype.toTimeString = function () {
  if (!valid(this)) return 'Invalid Date';
  return `${two(this.getHours())}:${two(this.getMinutes())}:${two(this.getSeconds())} GMT${zoneText(this, '')}`;
};
datePrototype.toString = function () {
  return valid(this) ? `${this.toDateString()} ${this.toTimeString()}` : 'Invalid Date';
};
datePrototype.toLocaleDateString = function (locale) {
  if (!valid(this)) return 'Invalid Date';
  const [day, month, year] = [this.getDate(), this.getMonth() + 1, this.getFullYear()];
  return locale === 'vi-VN' || locale === 'vi' || locale === 'en-GB' ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
};
datePrototype.toLocaleTimeString = function () {
  const hours = this.getHours();
  return `${hours % 12 || 12}:${two(this.getMinutes())}:${two(this.getSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
};
datePrototype.toLocaleString = function (locale) {
  return `${this.toLocaleDateString(locale)}, ${this.toLocaleTimeString()}`;
};
ZonedDate.prototype = datePrototype;
ZonedDate.now = () => config.now;
ZonedDate.parse = parseDate;
ZonedDate.UTC = nativeUtc;
datePrototype.constructor = ZonedDate;
globalThis.Date = ZonedDate;
// Numbers in words of a country: commas between thousands in English, dots in Vietnamese.
const local = (n, locale = 'en', { minimumFractionDigits = 0, maximumFractionDigits = Math.max(3, minimumFractionDigits) } = {}) => {
  if (!Number.isFinite(n)) return String(n);
  const dots = /^(vi|de|id|es|it|nl|pt|da|tr)/.test(locale);
  const [whole, fraction = ''] = Math.abs(n).toFixed(maximumFractionDigits).split('.');
  const tail = fraction.slice(0, minimumFractionDigits) + fraction.slice(minimumFractionDigits).replace(/0+$/, '');
  const head = whole.replace(/\B(?=(\d{3})+$)/g, dots ? '.' : ',');
  return `${n < 0 ? '-' : ''}${head}${tail ? (dots ? ',' : '.') + tail : ''}`;
};
Number.prototype.toLocaleString = function (locale, options) {
  return local(Number(this), Array.isArray(locale) ? locale[0] : locale, options);
};
globalThis.Intl = { NumberFormat: function NumberFormat(locale, options) { return { format: (n) => local(Number(n), locale, options) }; } };
// Nobody reads what a form's author notes for himself.
globalThis.console = Object.fromEntries(['log', 'info', 'warn', 'error', 'debug', 'trace', 'table'].map((name) => [name, () => undefined]));
// The same answers give the same result.
let dice = 1;
Math.random = () => (dice = (dice * 16807) % 2147483647) / 2147483647;

// The order of words: by letters first, then by marks, then small letters before capitals. Signs come before digits, those before letters.
const kindOf = (c) => (/\s/.test(c) ? 0 : /\p{L}/u.test(c) ? 4 : /\p{N}/u.test(c) ? 3 : /\p{P}/u.test(c) ? 1 : 2);
const plainOf = (value) => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd\uffff');
String.prototype.localeCompare = function (other) {
  const [a, b] = [String(this), String(other)];
  const [x, y] = [[...plainOf(a)], [...plainOf(b)]];
  for (let at = 0; at < Math.min(x.length, y.length); at += 1) {
    if (x[at] !== y[at]) return Math.sign(kindOf(x[at]) - kindOf(y[at])) || (x[at] < y[at] ? -1 : 1);
  }
  if (x.length !== y.length) return x.length < y.length ? -1 : 1;
  const [m, n] = [a.normalize('NFD').toLowerCase(), b.normalize('NFD').toLowerCase()];
  if (m !== n) return m < n ? -1 : 1;
  return a === b ? 0 : a > b ? -1 : 1;
};

// Only between steps can the engine be stopped, so each long step is paid for, by about a nanosecond a unit; who has
// spent all is refused the next one. A list that claims to be endless is refused at once.
const BUDGET = 200000000;
let spent = 0;
// What was spent before.
let used = 0;
const settle = () => {
  const over = spent > BUDGET;
  used += Math.min(spent, BUDGET);
  spent = 0;
  return over;
};
const spend = (units) => {
  spent += units > 0 ? Number(units) : 0;
  if (spent > BUDGET) throw new RangeError('too much work');
};
const guard = (owner, names, cost) => {
  for (const name of names) {
    const method = owner[name];
    if (typeof method !== 'function') continue;
    const guarded = function (...args) {
      spend(cost(this, args));
      return method.apply(this, args);
    };
    Object.defineProperty(owner, name, { value: guarded, writable: true, configurable: true, enumerable: false });
  }
};
const sizeOf = (value) => (value == null ? 0 : value.length ?? value.size ?? 0);
guard(Array.prototype, Object.getOwnPropertyNames(Array.prototype).filter((name) => name !== 'constructor'), (self) => {
  if (self != null && self.length > 1000000) throw new RangeError('too long');
  return sizeOf(self) * 20;
});
guard(Array.prototype, ['concat'], (self, lists) => {
  let total = 0;
  for (let at = 0; at < lists.length; at += 1) total += typeof lists[at] === 'object' ? Number(sizeOf(lists[at])) || 0 : 1;
  if (total > 1000000) throw new RangeError('too long');
  return total * 20;
});
Object.defineProperty(Array.prototype, Symbol.iterator, { value: Array.prototype.values, writable: true, configurable: true, enumerable: false });
guard(Array, ['from'], (self, [source]) => {
  if (sizeOf(source) > 1000000) throw new RangeError('too long');
  return sizeOf(source) * 50;
});
// A needle that nearly fits everywhere is compared everywhere.
guard(String.prototype, ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll'], (self, [needle]) => sizeOf(self) * (typeof needle === 'string' ? 1 + Math.min(needle.length, sizeOf(self)) / 8 : 20));
guard(String.prototype, ['match', 'matchAll', 'search', 'normalize', 'toUpperCase', 'toLowerCase', 'toLocaleUpperCase', 'toLocaleLowerCase', 'localeCompare', 'trim', 'trimStart', 'trimEnd', 'isWellFormed', 'toWellFormed'], (self) => sizeOf(self) * 20);
guard(String.prototype, [Symbol.iterator], (self) => sizeOf(self) * 50);
guard(String.prototype, ['repeat'], (self, [count]) => sizeOf(self) * count);
guard(String.prototype, ['padStart', 'padEnd'], (self, [length]) => length);
guard(String.prototype, ['concat'], (self, parts) => parts.length * 50);
guard(globalThis, ['encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'escape', 'unescape', 'parseInt', 'parseFloat'], (self, [source]) => sizeOf(source) * 50);
guard(JSON, ['parse'], (self, [source]) => sizeOf(source) * 50);
for (const collection of [Map, Set]) guard(collection.prototype, ['forEach', 'entries', 'keys', 'values', Symbol.iterator], (self) => sizeOf(self) * 50);
for (const [owner, names] of [[Object, ['keys', 'values', 'entries', 'fromEntries', 'assign', 'getOwnPropertyNames', 'getOwnPropertyDescriptors', 'freeze', 'seal', 'groupBy']], [Reflect, ['ownKeys']], [JSON, ['stringify']]]) {
  const { keys } = Object;
  for (const name of names) {
    const method = owner[name];
    if (typeof method !== 'function') continue;
    owner[name] = function (...args) {
      if (typeof args[0] === 'string') spend(args[0].length * 100);
      const result = method.apply(this, args);
      spend((typeof result === 'string' || Array.isArray(result) ? result.length : result === null || typeof result !== 'object' ? 0 : keys(result).length) * 50);
      return result;
    };
  }
}
// Forms have no use for these, and their steps are long.
for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt', 'WeakRef', 'FinalizationRegistry', 'queueMicrotask', 'gc']) delete globalThis[name];

// ---- lodash ---------------------------------------------------------------------------------------------------------

const toPath = (path) => {
  if (Array.isArray(path)) return path;
  if (typeof path === 'number') return [String(path)];
  const parts = [];
  String(path ?? '').replace(/[^.[\]]+|\[(?:(-?\d+)|(["'])(.*?)\2)\]|(?=(\.\.|\[\]|^$))/g, (match, number, quote, quoted) => {
    parts.push(quote ? quoted : number ?? match);
  });
  return parts;
};
const get = (object, path, missing) => {
  let value = object;
  if (object != null && typeof path === 'string' && Object.prototype.hasOwnProperty.call(Object(object), path)) value = object[path];
  else for (const part of toPath(path)) value = value == null ? undefined : value[part];
  return value === undefined ? missing : value;
};
const unsafe = (part) => part === '__proto__' || part === 'constructor' || part === 'prototype';
const set = (object, path, value) => {
  if (object == null || typeof object !== 'object') return object;
  const parts = toPath(path);
  if (parts.some(unsafe)) return object;
  let at = object;
  parts.forEach((part, index) => {
    if (index === parts.length - 1) at[part] = value;
    else {
      if (at[part] === null || typeof at[part] !== 'object') at[part] = /^\d+$/.test(parts[index + 1]) ? [] : {};
      at = at[part];
    }
  });
  return object;
};
const unset = (object, path) => {
  const parts = toPath(path);
  const last = parts.pop();
  const parent = parts.length ? get(object, parts) : object;
  return parent == null ? true : delete parent[last];
};
const has = (object, path) => {
  const parts = toPath(path);
  let at = object;
  for (const part of parts) {
    if (at == null || !Object.prototype.hasOwnProperty.call(Object(at), part)) return false;
    at = at[part];
  }
  return parts.length > 0;
};
const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');
const isPlainObject = (value) => {
  if (value === null || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};
const isArrayLike = (value) => value != null && typeof value !== 'function' && typeof value.length === 'number';
const isEqual = (a, b) => {
  if (a === b || (a !== a && b !== b)) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof NativeDate && b instanceof NativeDate) return a.getTime() === b.getTime();
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.prototype.hasOwnProperty.call(b, key) && isEqual(a[key], b[key]));
};
const isMatch = (object, source) => object != null && Object.keys(source).every((key) => (isPlainObject(source[key]) ? isMatch(object[key], source[key]) : isEqual(object[key], source[key])));
const iteratee = (by) => {
  if (typeof by === 'function') return by;
  if (by == null) return (value) => value;
  if (Array.isArray(by)) return (value) => isEqual(get(value, by[0]), by[1]);
  if (typeof by === 'object') return (value) => isMatch(value, by);
  return (value) => get(value, by);
};
const list = (collection) => {
  if (collection == null) return [];
  if (typeof collection === 'string') return [...collection];
  // lodash sees a row that isn't there, where an array's own methods pass over it.
  if (isArrayLike(collection)) return Array.from(collection);
  return typeof collection === 'object' ? Object.values(collection) : [];
};
// Functions of arrays find nothing in anything else.
const array = (value) => (isArrayLike(value) ? list(value) : []);
const entries = (collection) => {
  if (collection == null) return [];
  if (isArrayLike(collection)) return list(collection).map((value, index) => [index, value]);
  return typeof collection === 'object' ? Object.entries(collection) : [];
};
const cloneDeep = (value) => {
  if (value instanceof NativeDate) return new NativeDate(value.getTime());
  if (Array.isArray(value)) return value.map(cloneDeep);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloneDeep(inner)]));
  return value;
};
const same = (a, b) => a === b || (a !== a && b !== b);
const contains = (items, value) => items.some((item) => same(item, value));
const uniqBy = (items, by) => {
  const key = iteratee(by);
  const seen = [];
  return array(items).filter((item) => {
    const value = key(item);
    if (contains(seen, value)) return false;
    seen.push(value);
    return true;
  });
};
// Ascending: what can't be compared stays where it is; then null, undefined and NaN.
const compare = (a, b) => {
  if (a === b) return 0;
  const rank = (value) => (value !== value ? 3 : value === undefined ? 2 : value === null ? 1 : 0);
  const [x, y] = [rank(a), rank(b)];
  if (x || y) return x === y ? (x === 3 ? 1 : 0) : x - y;
  return a > b ? 1 : a < b ? -1 : 0;
};
const orderBy = (collection, bys, orders = []) => {
  const keys = (Array.isArray(bys) ? bys : [bys]).map(iteratee);
  const directions = Array.isArray(orders) ? orders : [orders];
  return list(collection)
    .map((value, index) => ({ value, index, by: keys.map((key) => key(value)) }))
    .sort((a, b) => {
      for (let at = 0; at < keys.length; at += 1) {
        const order = compare(a.by[at], b.by[at]);
        if (order) return directions[at] === 'desc' ? -order : order;
      }
      return a.index - b.index;
    })
    .map(({ value }) => value);
};
const grouped = (collection, by, put) => {
  const key = iteratee(by);
  return entries(collection).reduce((groups, [, value]) => (put(groups, key(value), value), groups), {});
};
const flattenDepth = (items, depth) => list(items).reduce((out, item) => out.concat(depth > 0 && Array.isArray(item) ? flattenDepth(item, depth - 1) : [item]), []);
const text = (value) => (value == null ? '' : Array.isArray(value) ? value.map((item) => (item == null ? '' : text(item))).join(',') : String(value));
const number = (value) => (value == null && value !== null ? NaN : Number(value));
const rounder = (name) => (value, precision = 0) => {
  const shift = (n, by) => {
    const [digits, exponent = '0'] = String(n).split('e');
    return Number(`${digits}e${Number(exponent) + by}`);
  };
  return precision ? shift(Math[name](shift(number(value), precision)), -precision) : Math[name](number(value));
};
const extreme = (collection, by, better) => {
  const key = iteratee(by);
  let best;
  let bestKey;
  for (const item of array(collection)) {
    const value = key(item);
    if (value != null && value === value && (bestKey === undefined || better(value, bestKey))) [best, bestKey] = [item, value];
  }
  return best;
};
// Rows without the value make no sum at all, no rows make 0.
const sumBy = (collection, by) => {
  let sum;
  const key = iteratee(by);
  const items = array(collection);
  for (const item of items) {
    const value = key(item);
    if (value !== undefined) sum = sum === undefined ? value : sum + value;
  }
  return items.length ? sum : 0;
};
const merge = (target, ...sources) => {
  for (const source of sources) {
    for (const [key, value] of Object.entries(source ?? {})) {
      if (unsafe(key)) continue;
      if (isPlainObject(value) || Array.isArray(value)) {
        const base = isObject(target[key]) ? target[key] : Array.isArray(value) ? [] : {};
        target[key] = merge(base, value);
      } else if (value !== undefined) target[key] = value;
    }
  }
  return target;
};
const pickBy = (object, test = Boolean) => Object.fromEntries(Object.entries(object ?? {}).filter(([key, value]) => test(value, key)));
const words = (value) => text(value).match(/[\p{Lu}]?[\p{Ll}]+|[\p{Lu}]+(?![\p{Ll}])|\d+/gu) ?? [];
const upperFirst = (value) => text(value).charAt(0).toUpperCase() + text(value).slice(1);
const trimmed = (value, chars, pattern) => (chars === undefined ? text(value).trim() : text(value).replace(pattern(`[${String(chars).replace(/[\\\]^-]/g, '\\$&')}]`), ''));
const filled = (length, fill) => (length > 0 ? fill.repeat(Math.ceil(length / fill.length)).slice(0, length) : '');
const sorted = (items, value, last, by) => {
  const key = iteratee(by);
  const wanted = key(value);
  const at = array(items).findIndex((item) => (last ? compare(key(item), wanted) > 0 : compare(key(item), wanted) >= 0));
  return at < 0 ? array(items).length : at;
};
const padded = (value, length, fill, start) => {
  const source = text(value);
  return start ? source.padStart(length, fill) : source.padEnd(length, fill);
};
const find = (collection, by, from = 0) => list(collection).slice(from).find(byValue(collection, by));
function byValue(collection, by) {
  const test = iteratee(by);
  return (value, index) => test(value, isArrayLike(collection) ? index : Object.keys(collection)[index], collection);
}
const each = (collection, run) => {
  for (const [key, value] of entries(collection)) if (iteratee(run)(value, key, collection) === false) break;
  return collection;
};
const _ = Object.assign((value) => chained(value), {
  get, set, unset, has, hasIn: has, toPath, isEqual, isObject, isPlainObject, isArrayLike, isMatch, cloneDeep, merge, each, forEach: each, find, orderBy, uniqBy, sumBy, pickBy,
  result: (object, path, missing) => { const value = get(object, path, missing); return typeof value === 'function' ? value.call(object) : value; },
  isArray: Array.isArray,
  isSafeInteger: Number.isSafeInteger,
  isLength: (value) => Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
  isSymbol: (value) => typeof value === 'symbol',
  isError: (value) => value instanceof Error,
  isMap: (value) => value instanceof Map,
  isSet: (value) => value instanceof Set,
  isWeakMap: () => false, isWeakSet: () => false, isElement: () => false, isBuffer: () => false, isArguments: () => false, isArrayBuffer: () => false, isTypedArray: () => false, isNative: () => false,
  isArrayLikeObject: (value) => isArrayLike(value) && typeof value === 'object',
  conformsTo: (object, source) => Object.keys(source ?? {}).every((key) => key in Object(object) && source[key](object[key])),
  isNil: (value) => value == null,
  isNull: (value) => value === null,
  isUndefined: (value) => value === undefined,
  isString: (value) => typeof value === 'string',
  isNumber: (value) => typeof value === 'number',
  isBoolean: (value) => value === true || value === false,
  isFunction: (value) => typeof value === 'function',
  isNaN: (value) => typeof value === 'number' && value !== value,
  isFinite: Number.isFinite,
  isInteger: Number.isInteger,
  isDate: (value) => value instanceof NativeDate,
  isRegExp: (value) => value instanceof RegExp,
  isObjectLike: (value) => value !== null && typeof value === 'object',
  isEmpty: (value) => (isArrayLike(value) ? value.length === 0 : value === null || typeof value !== 'object' ? true : Object.keys(value).length === 0),
  some: (collection, by) => entries(collection).some(([key, value]) => iteratee(by)(value, key, collection)),
  every: (collection, by) => entries(collection).every(([key, value]) => iteratee(by)(value, key, collection)),
  map: (collection, by) => entries(collection).map(([key, value]) => iteratee(by)(value, key, collection)),
  flatMap: (collection, by) => flattenDepth(_.map(collection, by), 1),
  filter: (collection, by) => entries(collection).filter(([key, value]) => iteratee(by)(value, key, collection)).map(([, value]) => value),
  reject: (collection, by) => entries(collection).filter(([key, value]) => !iteratee(by)(value, key, collection)).map(([, value]) => value),
  partition: (collection, by) => [_.filter(collection, by), _.reject(collection, by)],
  findLast: (collection, by) => list(collection).reverse().find(iteratee(by)),
  findIndex: (items, by, from = 0) => { const test = iteratee(by); return array(items).findIndex((value, index) => index >= from && test(value, index, items)); },
  findLastIndex: (items, by) => { const test = iteratee(by); const all = array(items); for (let at = all.length - 1; at >= 0; at -= 1) if (test(all[at], at, items)) return at; return -1; },
  findKey: (object, by) => { const test = iteratee(by); return Object.keys(object ?? {}).find((key) => test(object[key], key, object)); },
  reduce: (collection, run, ...start) => {
    const all = entries(collection);
    let [total] = start.length ? start : [all.shift()?.[1]];
    for (const [key, value] of all) total = run(total, value, key, collection);
    return total;
  },
  reduceRight: (collection, run, start) => entries(collection).reverse().reduce((total, [key, value]) => run(total, value, key, collection), start),
  includes: (collection, value, from = 0) => (typeof collection === 'string' ? collection.includes(value, from) : contains(list(collection).slice(from), value)),
  size: (value) => (value == null ? 0 : isArrayLike(value) ? value.length : Object.keys(value).length),
  keysIn: (object) => (object == null ? [] : Object.keys(Object(object))), valuesIn: list, entriesIn: (object) => Object.entries(object ?? {}), toPairsIn: (object) => Object.entries(object ?? {}),
  findLastKey: (object, by) => { const test = iteratee(by); return Object.keys(object ?? {}).reverse().find((key) => test(object[key], key, object)); },
  invertBy: (object, by) => grouped(Object.entries(object ?? {}), ([, value]) => iteratee(by)(value), (groups, key, [name]) => { (groups[key] ??= []).push(name); }),
  functions: () => [], functionsIn: () => [],
  keys: (object) => (object == null ? [] : Object.keys(Object(object))),
  values: list,
  toArray: list,
  matchesProperty: (path, value) => (object) => isEqual(get(object, path), value),
  toPairs: (object) => Object.entries(object ?? {}),
  entries: (object) => Object.entries(object ?? {}),
  fromPairs: (pairs) => Object.fromEntries(list(pairs)),
  pick: (object, ...paths) => flattenDepth(paths, 2).reduce((out, path) => (has(object, path) ? set(out, path, get(object, path)) : out), {}),
  omit: (object, ...paths) => { const out = cloneDeep(object ?? {}); flattenDepth(paths, 2).forEach((path) => unset(out, path)); return out; },
  omitBy: (object, by) => pickBy(object, (value, key) => !iteratee(by)(value, key)),
  assign: (target, ...sources) => Object.assign(target, ...sources),
  extend: (target, ...sources) => Object.assign(target, ...sources),
  defaults: (target, ...sources) => { for (const source of sources) for (const [key, value] of Object.entries(source ?? {})) if (target[key] === undefined) target[key] = value; return target; },
  clone: (value) => (Array.isArray(value) ? [...value] : isPlainObject(value) ? { ...value } : value),
  mapValues: (object, by) => Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [key, iteratee(by)(value, key, object)])),
  mapKeys: (object, by) => Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [iteratee(by)(value, key, object), value])),
  invert: (object) => Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [value, key])),
  groupBy: (collection, by) => grouped(collection, by, (groups, key, value) => { (groups[key] ??= []).push(value); }),
  keyBy: (collection, by) => grouped(collection, by, (groups, key, value) => { groups[key] = value; }),
  countBy: (collection, by) => grouped(collection, by, (groups, key) => { groups[key] = (groups[key] ?? 0) + 1; }),
  sortBy: (collection, ...bys) => orderBy(collection, bys.length ? flattenDepth(bys, 1) : [(value) => value]),
  uniq: (items) => uniqBy(items),
  uniqWith: (items, test) => array(items).reduce((out, item) => (out.some((seen) => test(item, seen)) ? out : [...out, item]), []),
  compact: (items) => array(items).filter(Boolean),
  concat: (first, ...rest) => (Array.isArray(first) ? first : [first]).concat(...rest),
  flatten: (items) => flattenDepth(items, 1),
  flattenDeep: (items) => flattenDepth(items, Infinity),
  flattenDepth,
  first: (items) => array(items)[0],
  head: (items) => array(items)[0],
  last: (items) => array(items).pop(),
  nth: (items, at = 0) => array(items).at(at),
  initial: (items) => array(items).slice(0, -1),
  tail: (items) => array(items).slice(1),
  take: (items, count = 1) => array(items).slice(0, count),
  takeRight: (items, count = 1) => (count ? array(items).slice(-count) : []),
  drop: (items, count = 1) => array(items).slice(count),
  dropRight: (items, count = 1) => array(items).slice(0, count ? -count : undefined),
  slice: (items, ...range) => array(items).slice(...range),
  chunk: (items, size = 1) => array(items).reduce((out, item, index) => { if (index % size === 0) out.push([]); out[out.length - 1].push(item); return out; }, []),
  indexOf: (items, value) => array(items).findIndex((item) => same(item, value)),
  lastIndexOf: (items, value) => array(items).lastIndexOf(value),
  join: (items, separator) => array(items).join(separator),
  reverse: (items) => (items == null ? items : items.reverse()),
  difference: (items, ...others) => array(items).filter((item) => !others.some((other) => contains(list(other), item))),
  differenceBy: (items, other, by) => { const keys = list(other).map(iteratee(by)); return array(items).filter((item) => !contains(keys, iteratee(by)(item))); },
  intersection: (items, ...others) => uniqBy(items).filter((item) => others.every((other) => contains(list(other), item))),
  union: (...lists) => uniqBy(flattenDepth(lists, 1)),
  unionBy: (...lists) => { const by = lists.pop(); return uniqBy(flattenDepth(lists, 1), by); },
  without: (items, ...values) => array(items).filter((item) => !contains(values, item)),
  xor: (a, b) => [..._.difference(a, b), ..._.difference(b, a)],
  unzip: (items) => _.zip(...array(items)),
  zipObjectDeep: (keys, values = []) => array(keys).reduce((out, key, at) => set(out, key, values[at]), {}),
  intersectionBy: (...lists) => { const by = iteratee(lists.pop()); const [items, ...others] = lists; return uniqBy(items, by).filter((item) => others.every((other) => contains(array(other).map(by), by(item)))); },
  xorBy: (...lists) => { const by = iteratee(lists.pop()); const [a, b = []] = lists; return [..._.differenceBy(a, b, by), ..._.differenceBy(b, a, by)]; },
  takeWhile: (items, by) => { const at = array(items).findIndex((item) => !iteratee(by)(item)); return at < 0 ? array(items) : array(items).slice(0, at); },
  takeRightWhile: (items, by) => _.takeWhile(array(items).reverse(), by).reverse(),
  sortedIndex: (items, value) => sorted(items, value, false), sortedIndexBy: (items, value, by) => sorted(items, value, false, by),
  sortedLastIndex: (items, value) => sorted(items, value, true), sortedLastIndexBy: (items, value, by) => sorted(items, value, true, by),
  sortedIndexOf: (items, value) => { const at = sorted(items, value, false); return same(array(items)[at], value) ? at : -1; },
  sortedLastIndexOf: (items, value) => { const at = sorted(items, value, true) - 1; return same(array(items)[at], value) ? at : -1; },
  sortedUniq: (items) => uniqBy(items), sortedUniqBy: uniqBy,
  flatMapDeep: (collection, by) => flattenDepth(_.map(collection, by), Infinity), flatMapDepth: (collection, by, depth = 1) => flattenDepth(_.map(collection, by), depth),
  zip: (...lists) => Array.from({ length: Math.max(0, ...lists.map((items) => items.length)) }, (unused, at) => lists.map((items) => items[at])),
  zipObject: (keys, values = []) => Object.fromEntries(list(keys).map((key, at) => [key, values[at]])),
  range: (start, end, step) => {
    if (end === undefined) [start, end] = [0, start];
    step ??= start < end ? 1 : -1;
    return Array.from({ length: Math.max(0, Math.ceil((end - start) / (step || 1))) }, (unused, at) => start + at * step);
  },
  rangeRight: (...range) => _.range(...range).reverse(),
  stubArray: () => [], stubObject: () => ({}), stubString: () => '',
  times: (count, run = (index) => index) => Array.from({ length: count }, (unused, index) => run(index)),
  sum: (items) => sumBy(items),
  mean: (items) => (array(items).length ? sumBy(items) / array(items).length : NaN),
  meanBy: (items, by) => (array(items).length ? sumBy(items, by) / array(items).length : NaN),
  max: (items) => extreme(items, null, (a, b) => a > b),
  min: (items) => extreme(items, null, (a, b) => a < b),
  maxBy: (items, by) => extreme(items, by, (a, b) => a > b),
  minBy: (items, by) => extreme(items, by, (a, b) => a < b),
  round: rounder('round'), floor: rounder('floor'), ceil: rounder('ceil'),
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
  clamp: (value, low, high) => (high === undefined ? Math.min(value, low) : Math.min(Math.max(value, low), high)),
  inRange: (value, start, end) => (end === undefined ? value >= 0 && value < start : value >= Math.min(start, end) && value < Math.max(start, end)),
  gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b, eq: same,
  toFinite: (value) => { const n = number(value); return n === Infinity ? Number.MAX_VALUE : n === -Infinity ? -Number.MAX_VALUE : n || 0; },
  toLength: (value) => Math.min(Math.max(Math.trunc(number(value)) || 0, 0), 4294967295),
  toSafeInteger: (value) => Math.min(Math.max(Math.trunc(number(value)) || 0, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER),
  toPlainObject: (value) => ({ ...value }),
  toNumber: number, toInteger: (value) => Math.trunc(number(value)) || 0, toString: text, parseInt: (value, radix) => Number.parseInt(value, radix),
  toLower: (value) => text(value).toLowerCase(), toUpper: (value) => text(value).toUpperCase(), upperFirst,
  lowerFirst: (value) => text(value).charAt(0).toLowerCase() + text(value).slice(1),
  capitalize: (value) => upperFirst(text(value).toLowerCase()),
  camelCase: (value) => words(value).map((word, at) => (at ? upperFirst(word.toLowerCase()) : word.toLowerCase())).join(''),
  kebabCase: (value) => words(value).map((word) => word.toLowerCase()).join('-'),
  snakeCase: (value) => words(value).map((word) => word.toLowerCase()).join('_'),
  startCase: (value) => words(value).map(upperFirst).join(' '),
  lowerCase: (value) => words(value).map((word) => word.toLowerCase()).join(' '),
  upperCase: (value) => words(value).map((word) => word.toUpperCase()).join(' '),
  words: (value, pattern) => (pattern === undefined ? words(value) : text(value).match(pattern) ?? []),
  trim: (value, chars) => trimmed(value, chars, (set) => new RegExp(`^${set}+|${set}+$`, 'g')),
  trimStart: (value, chars) => (chars === undefined ? text(value).trimStart() : trimmed(value, chars, (set) => new RegExp(`^${set}+`))),
  trimEnd: (value, chars) => (chars === undefined ? text(value).trimEnd() : trimmed(value, chars, (set) => new RegExp(`${set}+$`))),
  pad: (value, length, fill = ' ') => { const source = text(value); const gap = Math.min(length, 1000000) - source.length; return filled(Math.floor(gap / 2), fill) + source + filled(Math.ceil(gap / 2), fill); },
  padStart: (value, length, fill = ' ') => padded(value, length, fill, true), padEnd: (value, length, fill = ' ') => padded(value, length, fill, false),
  repeat: (value, count = 1) => text(value).repeat(Math.min(count, 10000)),
  replace: (value, pattern, by) => text(value).replace(pattern, by),
  split: (value, separator, limit) => text(value).split(separator, limit),
  startsWith: (value, target, at) => text(value).startsWith(target, at), endsWith: (value, target) => text(value).endsWith(target),
  truncate: (value, { length = 30, omission = '...' } = {}) => { const source = text(value); return source.length > length ? source.slice(0, Math.max(0, length - omission.length)) + omission : source; },
  escape: (value) => text(value).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]),
  unescape: (value) => text(value).replace(/&(?:amp|lt|gt|quot|#39);/g, (c) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[c]),
  escapeRegExp: (value) => text(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  // As lodash: only the letters of Latin-1 and Latin Extended-A, so most Vietnamese ones stay.
  deburr: (value) => text(value).replace(/[\u00c0-\u017f]/g, (c) => ({ đ: 'd', Đ: 'D' })[c] ?? c.normalize('NFD').charAt(0)).replace(/[\u0300-\u036f]/g, ''),
  identity: (value) => value, noop: () => undefined, constant: (value) => () => value, stubTrue: () => true, stubFalse: () => false,
  defaultTo: (value, other) => (value == null || value !== value ? other : value),
  castArray: (...args) => (args.length ? (Array.isArray(args[0]) ? args[0] : [args[0]]) : []),
  property: (path) => (object) => get(object, path), matches: (source) => (object) => isMatch(object, source), iteratee, negate: (test) => (...args) => !test(...args),
  pull: (items, ...values) => { for (let at = items.length - 1; at >= 0; at -= 1) if (contains(values, items[at])) items.splice(at, 1); return items; },
  remove: (items, by) => { const test = iteratee(by); const out = []; for (let at = items.length - 1; at >= 0; at -= 1) if (test(items[at], at, items)) out.unshift(items.splice(at, 1)[0]); return out; },
  sample: (items) => array(items)[0], now: () => config.now, uniqueId: (prefix = '') => `${prefix}1`, cond: (pairs) => (...args) => pairs.find(([test]) => test(...args))?.[1](...args),
  debounce: (run) => run, throttle: (run) => run, once: (run) => run, memoize: (run) => run, bind: (run, self, ...first) => run.bind(self, ...first), partial: (run, ...first) => (...rest) => run(...first, ...rest),
  forIn: each, forOwn: each, forEachRight: (collection, run) => { for (const [key, value] of entries(collection).reverse()) if (run(value, key) === false) break; return collection; },
  flow: (...runs) => (...args) => flattenDepth(runs, 1).reduce((value, run) => [run(...value)], args)[0],
  chain: (value) => chained(value),
});
_.any = _.some;
_.all = _.every;
_.contains = _.includes;
_.pluck = _.map;
_.extendWith = _.assign;
function chained(value) {
  return new Proxy({}, {
    get: (unused, name) => (name === 'value' || name === 'valueOf' ? () => value : typeof _[name] === 'function' ? (...args) => chained(_[name](value, ...args)) : undefined),
  });
}

// ---- moment ---------------------------------------------------------------------------------------------------------

const UNITS = {
  y: 'year', year: 'year', years: 'year', Q: 'quarter', quarter: 'quarter', quarters: 'quarter', M: 'month', month: 'month', months: 'month', w: 'week', week: 'week', weeks: 'week',
  isoWeek: 'isoWeek', d: 'day', day: 'day', days: 'day', D: 'day', date: 'day', dates: 'day', h: 'hour', hour: 'hour', hours: 'hour', m: 'minute', minute: 'minute', minutes: 'minute',
  s: 'second', second: 'second', seconds: 'second', ms: 'millisecond', millisecond: 'millisecond', milliseconds: 'millisecond',
};
const MILLIS = { week: 604800000, day: 86400000, hour: 3600000, minute: 60000, second: 1000, millisecond: 1 };
const unitOf = (unit) => UNITS[unit] ?? UNITS[String(unit).toLowerCase()] ?? 'millisecond';
const TOKENS = /\[[^\]]*\]|YYYY|YY|Q|MMMM|MMM|MM|M|DDDD|DDD|DD|Do|D|dddd|ddd|dd|d|E|HH|H|hh|h|mm|m|ss|s|SSS|SS|S|A|a|ZZ|Z|X|x|LLLL|LLL|LL|L|LTS|LT|[^A-Za-z[\]]+|./g;
const LONG = { L: 'MM/DD/YYYY', LL: 'MMMM D, YYYY', LLL: 'MMMM D, YYYY h:mm A', LLLL: 'dddd, MMMM D, YYYY h:mm A', LT: 'h:mm A', LTS: 'h:mm:ss A' };
const expand = (format) => format.replace(/\b(LTS|LT|LLLL|LLL|LL|L)\b/g, (name) => LONG[name]);
const daysIn = (year, month) => new NativeDate(nativeUtc(year, month + 1, 0)).getUTCDate();

function parseFormat(source, format, strict) {
  const found = { year: undefined, month: 0, day: 1, hour: 0, minute: 0, second: 0, ms: 0 };
  let rest = String(source);
  let pm;
  let any = false;
  for (const token of expand(format).match(TOKENS) ?? []) {
    const lengths = { YYYY: '\\d{4}', YY: '\\d\\d', MM: strict ? '\\d\\d' : '\\d\\d?', M: '\\d\\d?', DD: strict ? '\\d\\d' : '\\d\\d?', D: '\\d\\d?', Do: '\\d\\d?(?:st|nd|rd|th)?', HH: strict ? '\\d\\d' : '\\d\\d?', H: '\\d\\d?', hh: '\\d\\d?', h: '\\d\\d?', mm: strict ? '\\d\\d' : '\\d\\d?', m: '\\d\\d?', ss: '\\d\\d?', s: '\\d\\d?', SSS: '\\d{1,3}', A: '[AaPp][Mm]', a: '[AaPp][Mm]', MMM: '[A-Za-z]+', MMMM: '[A-Za-z]+', dddd: '[A-Za-z]+', ddd: '[A-Za-z]+', X: '-?\\d+', x: '-?\\d+', Z: 'Z|[+-]\\d\\d:?\\d\\d', ZZ: 'Z|[+-]\\d\\d:?\\d\\d' };
    const pattern = lengths[token];
    if (!pattern) {
      if (strict) {
        if (!rest.startsWith(token)) return NaN;
        rest = rest.slice(token.length);
      } else {
        for (const sign of token) rest = rest.includes(sign) ? rest.slice(rest.indexOf(sign) + 1) : rest;
      }
      continue;
    }
    const match = (strict ? new RegExp(`^(?:${pattern})`) : new RegExp(pattern)).exec(rest);
    if (!match) {
      if (strict) return NaN;
      continue;
    }
    any = true;
    rest = rest.slice(match.index + match[0].length);
    const n = Number.parseInt(match[0], 10);
    switch (token[0]) {
      case 'Y': found.year = token === 'YY' ? (n > 68 ? 1900 + n : 2000 + n) : n; break;
      case 'M': found.month = /\d/.test(match[0]) ? n - 1 : MONTHS.findIndex((name) => name.toLowerCase().startsWith(match[0].toLowerCase().slice(0, 3))); break;
      case 'D': found.day = n; break;
      case 'H': case 'h': found.hour = n; break;
      case 'm': found.minute = n; break;
      case 's': found.second = n; break;
      case 'S': found.ms = Number(match[0].padEnd(3, '0')); break;
      case 'A': case 'a': pm = match[0].toLowerCase() === 'pm'; break;
      case 'X': return n * 1000;
      case 'x': return n;
      default:
    }
  }
  if (!any || (strict && rest)) return NaN;
  if (pm === true && found.hour < 12) found.hour += 12;
  if (pm === false && found.hour === 12) found.hour = 0;
  const today = new NativeDate(toLocal(config.now));
  found.year ??= today.getUTCFullYear();
  if (found.month < 0 || found.month > 11 || found.day < 1 || found.day > daysIn(found.year, found.month)) return NaN;
  if (found.hour > 24 || found.minute > 59 || found.second > 59) return NaN;
  return fromLocal(nativeUtc(found.year, found.month, found.day, found.hour, found.minute, found.second, found.ms));
}

function parseLoose(source, utc = false) {
  const iso = /^\s*(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?\s*$/i.exec(source);
  if (!iso) return parseDate(source);
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '0', zone] = iso;
  if (+month < 1 || +month > 12 || +day < 1 || +day > daysIn(+year, +month - 1) || +hour > 24 || +minute > 59 || +second > 59) return NaN;
  const local = nativeUtc(+year, +month - 1, +day, +hour, +minute, +second, +fraction.slice(0, 3).padEnd(3, '0'));
  if (!zone) return utc ? local : fromLocal(local);
  if (/z/i.test(zone)) return local;
  const [, sign, hours, minutes = '00'] = /([+-])(\d\d):?(\d\d)?/.exec(zone);
  return local - (sign === '-' ? -1 : 1) * (+hours * 60 + +minutes) * 60000;
}

class Moment {
  constructor(time, utc = false) {
    this._d = new NativeDate(time);
    this._utc = utc;
    Object.defineProperty(this, '_isAMomentObject', { value: true });
  }

  _local() {
    const time = this._d.getTime();
    return new NativeDate(this._utc ? time : toLocal(time));
  }

  _with(local) {
    this._d.setTime(this._utc ? local : fromLocal(local));
    return this;
  }

  isValid() { return !Number.isNaN(this._d.getTime()); }
  valueOf() { return this._d.getTime(); }
  unix() { return Math.floor(this._d.getTime() / 1000); }
  toDate() { return new NativeDate(this._d.getTime()); }
  toISOString() { return this.isValid() ? this._d.toISOString() : null; }
  toJSON() { return this.toISOString(); }
  toString() { return this.format('ddd MMM DD YYYY HH:mm:ss [GMT]ZZ'); }
  toArray() { const at = this._local(); return [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), at.getUTCMilliseconds()]; }
  clone() { return new Moment(this._d.getTime(), this._utc); }
  utc() { this._utc = true; return this; }
  local() { this._utc = false; return this; }
  tz() { return this; }
  locale() { return this; }
  utcOffset() { return this._utc ? 0 : offsetAt(this._d.getTime()) / 60000; }
  daysInMonth() { const at = this._local(); return daysIn(at.getUTCFullYear(), at.getUTCMonth()); }

  _field(name, value) {
    const at = this._local();
    if (value === undefined) return at[`getUTC${name}`]();
    if (name === 'Month' || name === 'FullYear') {
      const day = at.getUTCDate();
      at.setUTCDate(1);
      at[`setUTC${name}`](Number(value));
      at.setUTCDate(Math.min(day, daysIn(at.getUTCFullYear(), at.getUTCMonth())));
    } else at[`setUTC${name}`](Number(value));
    return this._with(at.getTime());
  }

  year(value) { return this._field('FullYear', value); }
  month(value) { return this._field('Month', value); }
  date(value) { return this._field('Date', value); }
  hour(value) { return this._field('Hours', value); }
  minute(value) { return this._field('Minutes', value); }
  second(value) { return this._field('Seconds', value); }
  millisecond(value) { return this._field('Milliseconds', value); }
  day(value) { const now = this._local().getUTCDay(); return value === undefined ? now : this.add(value - now, 'day'); }
  isoWeekday(value) { const now = this._local().getUTCDay() || 7; return value === undefined ? now : this.add(value - now, 'day'); }
  quarter() { return Math.floor(this.month() / 3) + 1; }
  dayOfYear() { return this.clone().startOf('day').diff(this.clone().startOf('year'), 'days') + 1; }
  get(unit) { return { year: () => this.year(), month: () => this.month(), day: () => (unit === 'date' || unit === 'D' ? this.date() : this.day()), hour: () => this.hour(), minute: () => this.minute(), second: () => this.second(), millisecond: () => this.millisecond() }[unitOf(unit)]?.(); }

  set(unit, value) {
    if (typeof unit === 'object') {
      for (const [name, inner] of Object.entries(unit)) this.set(name, inner);
      return this;
    }
    const name = { year: 'FullYear', month: 'Month', day: 'Date', hour: 'Hours', minute: 'Minutes', second: 'Seconds', millisecond: 'Milliseconds' }[unitOf(unit)];
    return name ? this._field(name, value) : this;
  }

  add(amount, unit) {
    if (amount instanceof Duration) return this._shift(amount._months, amount._ms);
    if (amount !== null && typeof amount === 'object') {
      for (const [name, inner] of Object.entries(amount)) this.add(inner, name);
      return this;
    }
    const kind = unitOf(unit);
    const n = Number(amount);
    if (kind === 'year') return this._shift(n * 12, 0);
    if (kind === 'quarter') return this._shift(n * 3, 0);
    if (kind === 'month') return this._shift(n, 0);
    if (kind === 'day' || kind === 'week') return this._with(this._local().getTime() + n * MILLIS[kind]);
    this._d.setTime(this._d.getTime() + n * MILLIS[kind]);
    return this;
  }

  _shift(months, ms) {
    if (months) this._field('Month', this.month() + months);
    if (ms) this._d.setTime(this._d.getTime() + ms);
    return this;
  }

  subtract(amount, unit) {
    if (amount instanceof Duration) return this._shift(-amount._months, -amount._ms);
    if (amount !== null && typeof amount === 'object') {
      for (const [name, inner] of Object.entries(amount)) this.add(-inner, name);
      return this;
    }
    return this.add(-amount, unit);
  }

  startOf(unit) {
    const [year, month, day, hour, minute, second] = this.toArray();
    const kind = unitOf(unit);
    switch (kind) {
      case 'year': return this._with(nativeUtc(year, 0, 1));
      case 'quarter': return this._with(nativeUtc(year, month - (month % 3), 1));
      case 'month': return this._with(nativeUtc(year, month, 1));
      case 'week': return this._with(nativeUtc(year, month, day - this.day()));
      case 'isoWeek': return this._with(nativeUtc(year, month, day - this.isoWeekday() + 1));
      case 'day': return this._with(nativeUtc(year, month, day));
      case 'hour': return this._with(nativeUtc(year, month, day, hour));
      case 'minute': return this._with(nativeUtc(year, month, day, hour, minute));
      case 'second': return this._with(nativeUtc(year, month, day, hour, minute, second));
      default: return this;
    }
  }

  endOf(unit) {
    return unitOf(unit) === 'millisecond' ? this : this.startOf(unit).add(1, unitOf(unit) === 'isoWeek' ? 'week' : unit).subtract(1, 'ms');
  }

  diff(other, unit = 'ms', exact = false) {
    other = moment(other);
    if (!this.isValid() || !other.isValid()) return NaN;
    const kind = unitOf(unit);
    let result;
    if (kind === 'year' || kind === 'quarter' || kind === 'month') {
      const months = (a, b) => {
        if (a.date() < b.date()) return -months(b, a);
        const whole = (b.year() - a.year()) * 12 + (b.month() - a.month());
        const anchor = a.clone().add(whole, 'months');
        const next = b.valueOf() < anchor.valueOf() ? a.clone().add(whole - 1, 'months') : a.clone().add(whole + 1, 'months');
        const span = Math.abs(next.valueOf() - anchor.valueOf());
        return -(whole + (b.valueOf() - anchor.valueOf()) / span) || 0;
      };
      result = months(this, other) / { year: 12, quarter: 3, month: 1 }[kind];
    } else {
      const zones = kind === 'day' || kind === 'week' ? (this.utcOffset() - other.utcOffset()) * 60000 : 0;
      result = (this.valueOf() - other.valueOf() + zones) / MILLIS[kind];
    }
    return exact ? result : (result < 0 ? Math.ceil(result) : Math.floor(result)) || 0;
  }

  isSame(other, unit) { other = moment(other); return unit ? this.clone().startOf(unit).valueOf() === other.clone().startOf(unit).valueOf() : this.valueOf() === other.valueOf(); }
  isBefore(other, unit) { other = moment(other); return unit ? this.clone().endOf(unit).valueOf() < other.valueOf() : this.valueOf() < other.valueOf(); }
  isAfter(other, unit) { other = moment(other); return unit ? other.valueOf() < this.clone().startOf(unit).valueOf() : this.valueOf() > other.valueOf(); }
  isSameOrBefore(other, unit) { return this.isSame(other, unit) || this.isBefore(other, unit); }
  isSameOrAfter(other, unit) { return this.isSame(other, unit) || this.isAfter(other, unit); }
  isBetween(from, to, unit, edges = '()') {
    return (edges[0] === '(' ? this.isAfter(from, unit) : !this.isBefore(from, unit)) && (edges[1] === ')' ? this.isBefore(to, unit) : !this.isAfter(to, unit));
  }
  isLeapYear() { return daysIn(this.year(), 1) === 29; }

  format(format) {
    if (!this.isValid()) return 'Invalid date';
    const [year, month, day, hour, minute, second, ms] = this.toArray();
    const zone = (colon) => (this._utc ? `+00${colon}00` : zoneText(this._d, colon));
    format = expand(format ?? (this._utc ? 'YYYY-MM-DDTHH:mm:ss[Z]' : 'YYYY-MM-DDTHH:mm:ssZ'));
    const weekday = this.day();
    const parts = {
      YYYY: () => String(year).padStart(4, '0'), YY: () => two(year % 100), Q: () => this.quarter(), MMMM: () => MONTHS[month], MMM: () => MONTHS[month].slice(0, 3), MM: () => two(month + 1), M: () => month + 1,
      DDDD: () => String(this.dayOfYear()).padStart(3, '0'), DDD: () => this.dayOfYear(), DD: () => two(day), D: () => day,
      Do: () => `${day}${(day > 3 && day < 21) || day % 10 > 3 || day % 10 === 0 ? 'th' : ['st', 'nd', 'rd'][(day % 10) - 1]}`,
      dddd: () => DAYS[weekday], ddd: () => DAYS[weekday].slice(0, 3), dd: () => DAYS[weekday].slice(0, 2), d: () => weekday, E: () => this.isoWeekday(),
      HH: () => two(hour), H: () => hour, hh: () => two(hour % 12 || 12), h: () => hour % 12 || 12, mm: () => two(minute), m: () => minute, ss: () => two(second), s: () => second,
      SSS: () => String(ms).padStart(3, '0'), SS: () => two(Math.floor(ms / 10)), S: () => Math.floor(ms / 100), A: () => (hour < 12 ? 'AM' : 'PM'), a: () => (hour < 12 ? 'am' : 'pm'),
      Z: () => zone(':'), ZZ: () => zone(''), X: () => this.unix(), x: () => this.valueOf(),
    };
    return format.replace(TOKENS, (token) => (token[0] === '[' ? token.slice(1, -1) : parts[token] ? String(parts[token]()) : token));
  }
}
for (const [plural, single] of [['years', 'year'], ['months', 'month'], ['dates', 'date'], ['days', 'day'], ['hours', 'hour'], ['minutes', 'minute'], ['seconds', 'second'], ['milliseconds', 'millisecond'], ['weekday', 'day']]) {
  Moment.prototype[plural] = Moment.prototype[single];
}

class Duration {
  constructor(amount, unit) {
    this._months = 0;
    this._ms = 0;
    const add = (n, name) => {
      const kind = unitOf(name);
      if (MILLIS[kind]) this._ms += n * MILLIS[kind];
      else this._months += n * { year: 12, quarter: 3, month: 1 }[kind];
    };
    if (amount !== null && typeof amount === 'object' && !(amount instanceof Duration)) for (const [name, n] of Object.entries(amount)) add(n, name);
    else if (amount instanceof Duration) [this._months, this._ms] = [amount._months, amount._ms];
    else add(Number(amount), unit ?? 'ms');
  }

  asMilliseconds() { return this._ms + this._months * 2629746000; }
  valueOf() { return this.asMilliseconds(); }
  asSeconds() { return this.asMilliseconds() / 1000; }
  asMinutes() { return this.asMilliseconds() / 60000; }
  asHours() { return this.asMilliseconds() / 3600000; }
  asDays() { return this.asMilliseconds() / 86400000; }
  asWeeks() { return this.asDays() / 7; }
  asMonths() { return this._months + this._ms / 2629746000; }
  asYears() { return this.asMonths() / 12; }
  years() { return Math.trunc(this.asYears()); }
  months() { return Math.trunc(this.asMonths()) % 12; }
  days() { return Math.trunc(this._ms / 86400000) % 30; }
  hours() { return Math.trunc(this._ms / 3600000) % 24; }
  minutes() { return Math.trunc(this._ms / 60000) % 60; }
  seconds() { return Math.trunc(this._ms / 1000) % 60; }
}

function moment(source, format, strict) {
  if (source === undefined && format === undefined) return new Moment(config.now);
  if (source instanceof Moment) return source.clone();
  if (source instanceof NativeDate) return new Moment(source.getTime());
  if (source === null) return new Moment(NaN);
  if (typeof source === 'number') return new Moment(source);
  if ((Array.isArray(source) && source.length === 0) || (isPlainObject(source) && Object.keys(source).length === 0)) return new Moment(config.now);
  if (Array.isArray(source)) {
    const [year, month = 0, day = 1, ...clock] = source.slice(0, 7).map((part) => parseInt(part, 10));
    // A year below 100 is that year, where JavaScript takes it for 19xx; the calendar repeats every 400 years.
    return new Moment(fromLocal(nativeUtc(year + 400, month, day, ...clock) - 146097 * 86400000));
  }
  if (typeof source === 'object') {
    const { year, years, month, months, day, days, date } = source;
    // Without a unit of time it is today.
    if ([year, years, month, months, day, days, date].every((part) => part === undefined)) return new Moment(config.now).startOf('day');
    return new Moment(fromLocal(nativeUtc(year ?? years, month ?? months ?? 0, date ?? day ?? days ?? 1)));
  }
  if (Array.isArray(format)) return format.map((one) => moment(source, one, strict)).find((one) => one.isValid()) ?? new Moment(NaN);
  if (typeof format === 'string') return new Moment(parseFormat(source, format, strict === true));
  return new Moment(parseLoose(String(source)));
}
moment.utc = (...args) => (isPlainObject(args[0]) && Object.keys(args[0]).length ? moment().utc().startOf('day') : args.length === 1 && typeof args[0] === 'string' ? new Moment(parseLoose(args[0], true), true) : moment(...args).utc());
moment.unix = (seconds) => new Moment(seconds * 1000);
moment.isMoment = (value) => value instanceof Moment;
moment.isDate = (value) => value instanceof NativeDate;
moment.duration = (amount, unit) => new Duration(amount, unit);
moment.now = () => config.now;
moment.max = (...all) => flattenDepth(all, 1).reduce((a, b) => (b.valueOf() > a.valueOf() ? b : a));
moment.min = (...all) => flattenDepth(all, 1).reduce((a, b) => (b.valueOf() < a.valueOf() ? b : a));
moment.locale = () => 'en';
moment.tz = (source) => moment(source);
moment.fn = Moment.prototype;

// ---- form.io's utilities --------------------------------------------------------------------------------------------

const inner = (component) => {
  if (Array.isArray(component?.columns)) return component.columns.flatMap((column) => column?.components ?? []);
  if (Array.isArray(component?.rows)) return component.rows.flatMap((row) => (Array.isArray(row) ? row.flatMap((cell) => cell?.components ?? []) : []));
  return component?.components ?? [];
};
const isLayout = (component) => Array.isArray(component.columns) || Array.isArray(component.rows) || (Array.isArray(component.components) && !component.input) || ['content', 'htmlelement', 'panel', 'well', 'fieldset', 'table', 'columns', 'tabs'].includes(component.type);
const eachComponent = (components, run, all = false, path = '', parent = undefined) => {
  for (const component of components ?? []) {
    if (!component) continue;
    const layout = isLayout(component);
    const own = layout ? path : path ? `${path}.${component.key}` : component.key;
    const stop = (all || !layout) && run(component, own, components, parent) === true;
    if (!stop) eachComponent(inner(component), run, all, own, component);
  }
};
const getComponent = (components, name, all = true) => {
  let byKey;
  let byPath;
  eachComponent(components, (component, path) => {
    if (path === name && !isLayout(component)) byPath ??= component;
    if (component.key === name) byKey ??= component;
  }, all);
  return byPath ?? byKey;
};
const searchValue = (data, key) => {
  if (!isPlainObject(data)) return null;
  if (has(data, key)) return get(data, key);
  for (const value of Object.values(data)) {
    const found = searchValue(value, key);
    if (found != null) return found;
  }
  return null;
};
const valueOf = (form, data, name) => get(data, name) ?? searchValue(data, name) ?? undefined;
const formatAsCurrency = (value) => {
  const amount = utils.parseFloatExt(value);
  if (amount !== amount) return '';
  const [whole, fraction = ''] = String(_.round(amount, 2)).split('.');
  const threes = _.chunk([...whole].reverse(), 3).reverse().map((part) => part.reverse().join(''));
  return `${threes.join(',')}.${_.pad(fraction, 2, '0')}`;
};
const utils = {
  formatAsCurrency,
  getComponent, eachComponent, _,
  moment,
  flattenComponents: (components, all) => { const found = {}; eachComponent(components, (component, path) => { found[path] = component; }, all); return found; },
  searchComponents: (components, query) => { const found = []; eachComponent(components, (component) => { if (typeof query === 'string' ? component.key === query : isMatch(component, query)) found.push(component); }, true); return found; },
  findComponents: (components, query) => utils.searchComponents(components, query),
  getValue: (submission, key) => searchValue(submission?.data, key),
  getComponentValue: (form, data, name) => valueOf(form, data, name),
  getComponentKey: (component) => component?.key ?? '',
  isLayoutComponent: isLayout,
  boolValue: (value) => (typeof value === 'boolean' ? value : typeof value === 'string' ? value.toLowerCase() === 'true' : !!value),
  isEmptyObject: (value) => !!value && isPlainObject(value) && Object.keys(value).length === 0,
  parseFloatExt: (value) => Number.parseFloat(typeof value === 'string' ? value.replace(/[^\de.+-]/gi, '') : value),
  escapeRegExCharacters: (value) => value.replace(/[-[\]/{}()*+?.\\^$|]/g, '\\$&'),
};

// ---- Calls from the host --------------------------------------------------------------------------------------------

const MARK = '\u0000';
// An answer may be the name of anything's property.
const MARKED = { __proto__: null, [`${MARK}u`]: undefined, [`${MARK}n`]: NaN, [`${MARK}i`]: Infinity, [`${MARK}j`]: -Infinity };
const revive = (value) => {
  if (typeof value === 'string') return value in MARKED ? MARKED[value] : value;
  if (value !== null && typeof value === 'object') {
    for (const key of Object.keys(value)) {
      value[key] = revive(value[key]);
      // A row that isn't there is a hole, which lists pass over.
      if (value[key] === undefined && Array.isArray(value)) delete value[key];
    }
  }
  return value;
};
const read = (json) => {
  const value = parseJson(json);
  return json.includes('\\u0000') ? revive(value) : value;
};
const write = (value) => {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return `"\\u0000u"`;
  return writeJson(value, (key, inner) => (typeof inner === 'string' ? (inner.isWellFormed() ? inner : inner.toWellFormed()) : typeof inner !== 'number' || Number.isFinite(inner) ? inner : Number.isNaN(inner) ? `${MARK}n` : inner > 0 ? `${MARK}i` : `${MARK}j`)) ?? `"\\u0000u"`;
};

// A question may be called as what every object inherits: an answer is always the object's own.
const put = (object, path, value) => {
  let at = object;
  path.forEach((part, index) => {
    const last = index === path.length - 1;
    if (last || !has(at, [part]) || at[part] === null || typeof at[part] !== 'object') {
      const made = last ? value : typeof path[index + 1] === 'number' ? [] : {};
      Object.defineProperty(at, part, { value: made, writable: true, enumerable: true, configurable: true });
    }
    at = at[part];
  });
};

let data = {};
let submission = { data: {} };
let form = {};
let touched = null;
const functions = [];
const free = [];
const at = (segs) => segs.reduce((value, seg) => (value == null ? undefined : value[seg]), data);
const globals = new Set(Object.getOwnPropertyNames(globalThis));

// What a component stands in, up to the root. What is around it is told only where a script speaks of it.
const parentOf = (info, root) => {
  let among = form.components;
  let parent = root;
  for (const { key, path, at: place, row: beside, index } of info.parents) {
    const component = among?.find((one) => one?.key === key);
    const row = beside.length ? at(beside) ?? null : data;
    const value = place ? at(place) : undefined;
    parent = { root, parent, component, key, type: component?.type, data: row, row, path, options: {}, rowIndex: index, dataValue: value, getValue: () => value, t: (text) => text };
    among = inner(component);
  }
  return parent;
};

const instanceOf = (info, component, row) => {
  const root = {
    submission, data, form, component: form, options: {},
    t: (value) => value,
    getComponent: (name) => {
      const found = getComponent(form.components, name);
      if (!found) return undefined;
      const value = valueOf(form, data, name);
      return { component: found, key: found.key, type: found.type, dataValue: value, getValue: () => value };
    },
  };
  root.root = root;
  return { root, parent: info.parents && parentOf(info, root), component, key: component?.key, type: component?.type, data: row, row, path: info.path, options: {}, rowIndex: info.index, dataValue: info.input, getValue: () => info.input, t: (value) => value };
};

const NAMES = ['path', 'data', 'paths', 'form', 'scope', 'submission', 'row', 'component', 'instance', 'self', 'value', 'input', 'config', 'options', 't', 'rowIndex', '_', 'moment', 'utils', 'util', 'user', 'token'];

const answer = (id, json) => {
  const run = functions[id];
  if (!run) return 'null';
  const info = read(json);
  try {
    const row = info.row.length ? at(info.row) ?? null : data;
    const component = info.component ?? {};
    touched = component;
    const instance = instanceOf(info, component, row);
    const scope = info.local ? at(info.local) : data;
    spent = 0;
    const result = run.call(undefined, info.path, scope, { dataPath: info.path, dataIndex: info.index }, form, {}, submission, row, component, instance, instance, info.value, info.input, {}, {}, (value) => value, info.index, _, moment, utils, utils, {}, '', info.seed);
    return settle() ? 'long' : write(result);
  } catch (error) {
    if (settle()) return 'long';
    // Where there is no memory even for the error null is thrown, and where there is none for its words they are missing.
    return error === null || (error instanceof InternalError && (error.message === 'out of memory' || !error.message)) ? 'large' : 'threw';
  } finally {
    settle();
    for (const name of Object.getOwnPropertyNames(globalThis)) if (!globals.has(name)) delete globalThis[name];
  }
};

// Functions that form.io doesn't lend to JSON Logic, for they change what they are given or wait.
const UNLISTED = new Set('set unset merge each forEach assign extend extendWith defaults reverse differenceBy noop pull remove debounce throttle once memoize bind forIn forOwn forEachRight chain any all contains pluck'.split(' '));
const host = {
  form: (json) => { form = parseJson(json); },
  begin: (json) => { submission = { data: read(json) }; },
  // All of the answers come with a new run, and the same answers give the same chances.
  data: (json) => { data = read(json); dice = 1; },
  set: (segs, json) => {
    const path = parseJson(segs);
    const value = read(json);
    put(data, path, value);
    // As when the answers come whole.
    if (value === undefined && Array.isArray(at(path.slice(0, -1)))) unset(data, path);
  },
  unset: (segs) => {
    const path = parseJson(segs);
    if (has(data, path)) unset(data, path);
  },
  matches: (pattern, source) => new RegExp(pattern).test(source),
  dump: () => write(data),
  component: () => write(touched),
  lodash: (name, json) => {
    const run = Object.prototype.hasOwnProperty.call(_, name) && !UNLISTED.has(name) ? _[name] : undefined;
    return typeof run === 'function' ? write(run(...read(json))) : '';
  },
  // A script that is no JavaScript evaluates to null, as any that throws; one that finds no room is another matter.
  compile: (seed, code) => {
    let made;
    try {
      made = new Compile(...NAMES, ...(seed ? [seed] : []), code);
    } catch (error) {
      return error instanceof SyntaxError ? -1 : -2;
    }
    const id = free.pop() ?? functions.length;
    functions[id] = made;
    return id;
  },
  release: (id) => {
    functions[id] = null;
    free.push(id);
  },
  // What its long steps cost, then what came of it.
  call: (id, json) => {
    const result = answer(id, json);
    const units = Math.ceil(used);
    used = 0;
    return `${units}\n${result}`;
  },
};

// What scripts share can't be changed by one of them.
delete globalThis.eval;
delete globalThis.Function;
const seal = (value, depth = 0) => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || Object.isFrozen(value) || depth > 4) return;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if ('value' in property) seal(property.value, depth + 1);
  }
};
for (const shared of [_, moment, utils, Moment, Duration, Moment.prototype, Duration.prototype]) seal(shared);
for (const name of globals) {
  if (!(name in globalThis) || name === 'globalThis') continue;
  seal(globalThis[name]);
  // A function made from a function's own constructor would be a second way to compile.
}
for (const made of [function () {}, async function () {}, function* () {}, async function* () {}]) {
  const prototype = Object.getPrototypeOf(made);
  if (!Object.isFrozen(prototype)) {
    Object.defineProperty(prototype, 'constructor', { value: undefined });
    Object.freeze(prototype);
  }
}
// Only from outside: a script that called these could tell other rules false answers.
let inside = false;
for (const [name, run] of Object.entries(host)) {
  host[name] = (...args) => {
    if (inside) throw new TypeError(`${name} is no function`);
    inside = true;
    try {
      settle();
      return run(...args);
    } finally {
      inside = false;
    }
  };
}
globals.add('#host');
Object.defineProperty(globalThis, '#host', { value: Object.freeze(host) });
