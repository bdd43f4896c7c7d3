import type { Filled } from '@/lib/bindings/Filled';
import type { FormPart } from '@/lib/bindings/FormPart';
import { t } from '@/lib/i18n/index.svelte';
import { toasts } from '@/lib/toasts.svelte';
import type { Draft } from './draft.svelte';

/** What is said after filling in. */
export type FillWords = { filled: (count: number) => string; nothing: string };

/** Fills answers in from elsewhere and says how many; the controls show them at once. */
export async function take(
  draft: Draft,
  part: FormPart,
  words: FillWords,
  fill: () => Promise<Filled>,
): Promise<Filled> {
  let filled!: Filled;
  await draft.run(async () => {
    filled = await fill();
    return filled.patch;
  });
  draft.model(part).epoch += 1;
  toasts.tell(
    filled.communes.length > 0
      ? t.card.divided(filled.former, filled.communes.join('; '))
      : filled.count > 0
        ? words.filled(filled.count)
        : words.nothing,
  );
  return filled;
}
