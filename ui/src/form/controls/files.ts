import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** A file inside an answer, in form.io's shape for the storage `base64`. */
export type KeptFile = {
  storage: 'base64';
  name: string;
  originalName: string;
  size: number;
  type: string;
  url: string;
};

/** An answer is read with every other answer at each change, so what lies inside one stays small; papers have a step of their own. */
const LARGEST = 5 * 1024 * 1024;

const UNITS: Record<string, number> = { '': 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** `2MB` and the like in bytes; never more than we take. */
export function largest(node: Pick<Node, 'attributes'>): number {
  const match = /^\s*([\d.]+)\s*([KMG]?B?)\s*$/i.exec(String(node.attributes['fileMaxSize'] ?? ''));
  if (!match) return LARGEST;
  const bytes = Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? 1);
  return bytes > 0 ? Math.min(LARGEST, bytes) : LARGEST;
}

/** The patterns of the definition: `.pdf`, `image/*`, and `!.exe` for what is not taken. */
function patterns(node: Pick<Node, 'attributes'>): string[] {
  return String(node.attributes['filePattern'] ?? '')
    .split(/[,;]/)
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '' && one !== '*' && one !== '*/*');
}

/** For the picker: what is taken; undefined is everything. */
export function accepted(node: Pick<Node, 'attributes'>): string | undefined {
  const taken = patterns(node).filter((one) => !one.startsWith('!'));
  return taken.map((one) => one.replace(/^\*(?=\.)/, '')).join(',') || undefined;
}

export function takes(node: Pick<Node, 'attributes'>, file: { name: string; type: string }): boolean {
  const fits = (pattern: string) => {
    const clean = pattern.replace(/^\*(?=\.)/, '');
    if (clean.startsWith('.')) return file.name.toLowerCase().endsWith(clean);
    if (clean.endsWith('/*')) return file.type.toLowerCase().startsWith(clean.slice(0, -1));
    return clean.includes('/')
      ? file.type.toLowerCase() === clean
      : file.name.toLowerCase().endsWith(`.${clean}`);
  };
  const all = patterns(node);
  if (all.some((one) => one.startsWith('!') && fits(one.slice(1)))) return false;
  const taken = all.filter((one) => !one.startsWith('!'));
  return taken.length === 0 || taken.some(fits);
}

/** The file as an answer. The name within the answer is one that no other file has, as form.io makes it. */
export async function keep(file: File): Promise<KeptFile> {
  const dot = file.name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [file.name.slice(0, dot), file.name.slice(dot)] : [file.name, ''];
  return {
    storage: 'base64',
    name: `${stem}-${crypto.randomUUID()}${ending}`,
    originalName: file.name,
    size: file.size,
    type: file.type,
    url: await dataUrl(file),
  };
}

export function dataUrl(file: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(file);
  });
}

/** The files of an answer, however it came by them. */
export function filesIn(value: JsonValue | undefined): { name: string; size: number }[] {
  const list = Array.isArray(value)
    ? value
    : value === undefined || value === null || value === ''
      ? []
      : [value];
  return list.map((one) => {
    const file = typeof one === 'object' && one !== null && !Array.isArray(one) ? one : {};
    return { name: String(file['originalName'] || file['name'] || ''), size: Number(file['size']) || 0 };
  });
}
