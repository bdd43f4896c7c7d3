import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';

/** The parts of an address as they are kept. */
export type Parts = { chi_tiet: string; xa: string; tinh: string };

export const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** An address in its parts; one kept as a line is all street. */
export function partsOf(value: JsonValue | undefined): Parts {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { chi_tiet: text(value), xa: '', tinh: '' };
  }
  return { chi_tiet: text(value['chi_tiet']), xa: text(value['xa']), tinh: text(value['tinh']) };
}

export const lineOf = (value: JsonValue | undefined): string => {
  const { chi_tiet, xa, tinh } = partsOf(value);
  return [chi_tiet, xa, tinh].filter(Boolean).join(', ');
};

/** A commune and its province as one choice. */
export const choiceOf = (commune: string, province: string): string =>
  commune && province ? `${commune}\t${province}` : commune;
