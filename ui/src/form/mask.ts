/** form.io's input masks: `9` a digit, `a` a letter, `A` a capital, `*` either; anything else stands for itself. */
const PLACES: Record<string, RegExp> = { '9': /\d/, a: /\p{L}/u, A: /\p{L}/u, '*': /[\p{L}\d]/u };

/**
 * What was typed, written as the mask has it, so that spaces, dots and dashes may be left out or put in. Null when the
 * letters and digits don't fill the mask exactly.
 */
export function conform(mask: string, text: string): string | null {
  const typed = [...text.normalize('NFC')].filter((sign) => /[\p{L}\d]/u.test(sign));
  let out = '';
  for (const sign of mask) {
    const place = PLACES[sign];
    if (!place) {
      // A letter or digit of the mask itself may have been typed too.
      if (/[\p{L}\d]/u.test(sign) && typed[0] === sign) typed.shift();
      out += sign;
      continue;
    }
    const next = typed.shift();
    if (next === undefined || !place.test(next)) return null;
    out += sign === 'A' ? next.toUpperCase() : next;
  }
  return typed.length === 0 ? out : null;
}
