import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** Fills the rows into a node's path: `children[].name` in row 2 is `children[2].name`. */
export function concrete(path: string, rows: readonly number[]): string {
  let at = 0;
  return path.replace(/\[\]/g, () => `[${rows[at++] ?? 0}]`);
}

/** `a.b[0].c` as `['a', 'b', 0, 'c']`. */
export function segments(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  for (const match of path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)) {
    parts.push(match[1] !== undefined ? Number(match[1]) : (match[2] ?? ''));
  }
  return parts;
}

type Branch = { [key: string | number]: JsonValue | undefined };

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

/** The value at a path; undefined where there is none. */
export function valueAt(data: JsonValue | undefined, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = data;
  for (const part of segments(path)) {
    if (!isBranch(value) || !Object.hasOwn(value, part)) return undefined;
    value = (value as Branch)[part];
  }
  return value;
}

/** Puts a value at a path, making parents as needed; `undefined` removes it. */
export function putAt(data: JsonValue, path: string, value: JsonValue | undefined): void {
  const parts = segments(path);
  const last = parts.pop();
  if (last === undefined || parts.includes('__proto__') || last === '__proto__') return;
  let branch: unknown = data;
  for (const [index, part] of parts.entries()) {
    if (!isBranch(branch)) return;
    const next = Object.hasOwn(branch, part) ? branch[part] : undefined;
    if (!isBranch(next)) {
      if (value === undefined) return;
      branch[part] = typeof (parts[index + 1] ?? last) === 'number' ? [] : {};
    }
    branch = branch[part];
  }
  if (!isBranch(branch)) return;
  if (value === undefined) delete branch[last];
  else branch[last] = value;
}

/** One path is the other or lies within it. */
export function related(one: string, other: string): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || (inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length)));
  return within(one, other) || within(other, one);
}

/** Components as they are somewhere else: below `to` instead of below `from`. */
export function relocated(nodes: Node[], from: string, to: string): Node[] {
  return nodes.map((node) => ({
    ...node,
    path: node.path.startsWith(`${from}.`) ? to + node.path.slice(from.length) : node.path,
    children: relocated(node.children, from, to),
  }));
}
