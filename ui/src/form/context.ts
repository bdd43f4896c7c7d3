import { getContext, setContext } from 'svelte';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { Draft } from '@/wizard/draft.svelte';
import type { FormModel } from './model.svelte';

/** Which form of which draft the components below belong to. */
export class FormContext {
  constructor(
    readonly draft: Draft,
    readonly part: FormPart,
  ) {}

  get model(): FormModel {
    return this.draft.model(this.part);
  }

  value(path: string): JsonValue | undefined {
    return this.model.value(path);
  }

  error(path: string): string {
    const found = this.draft.problems.find((one) => one.step === this.part && one.path === path);
    return found?.message ?? '';
  }

  type(path: string, value: JsonValue | undefined): void {
    this.draft.type(this.part, path, value);
  }

  commit(path: string): void {
    this.draft.commit(this.part, path);
  }

  set(path: string, value: JsonValue | undefined): Promise<void> {
    return this.draft.set(this.part, path, value);
  }
}

const KEY = Symbol('form');

export const provideForm = (form: FormContext): FormContext => setContext(KEY, form);
export const useForm = (): FormContext => getContext(KEY);

/** The id of a field's control, so that summaries can lead there. */
export function fieldId(part: FormPart, path: string): string {
  return `${part}-${path.replace(/[^\p{L}\p{N}]+/gu, '-')}`;
}
