import type { Filled } from '@/lib/bindings/Filled';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { Draft } from './draft.svelte';

/** Fills answers in from elsewhere; the controls show them at once. */
export async function take(draft: Draft, part: FormPart, fill: () => Promise<Filled>): Promise<Filled> {
  let filled: Filled | undefined;
  await draft.run(async () => {
    filled = await fill();
    return filled.patch;
  });
  draft.model(part).epoch += 1;
  return filled as Filled;
}
