import { getContext, setContext } from 'svelte';
import { app } from '@/lib/app.svelte';
import type { Change } from '@/lib/bindings/Change';
import type { FormPart } from '@/lib/bindings/FormPart';
import type { Node } from '@/lib/bindings/Node';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { layoutOf } from '@/lib/layout';
import { toasts } from '@/lib/toasts.svelte';
import type { Draft } from '@/wizard/draft.svelte';
import type { FormModel } from './model.svelte';
import { Unroll } from './unroll.svelte';

/** Which form of which draft the components below belong to. */
export class FormContext {
  readonly unroll: Unroll;

  constructor(
    readonly draft: Draft,
    readonly part: FormPart,
    nodes: Node[],
  ) {
    this.unroll = new Unroll(nodes);
  }

  get model(): FormModel {
    return this.draft.model(this.part);
  }

  /** Questions stand close together. */
  get dense(): boolean {
    return layoutOf(app.info) === 'dense';
  }

  value(path: string): JsonValue | undefined {
    return this.model.value(path);
  }

  error(path: string): string {
    return this.draft.error(this.part, path);
  }

  /** A rule of the component can't run here: everywhere, which its definition tells, or in this row. */
  blocked(node: Node, path: string): boolean {
    return this.model.blocked.has(node.path) || this.model.blocked.has(path);
  }

  /** The first problem of one of several values, of a row or of anything else below a path. */
  errorBelow(path: string): string {
    return this.draft.errorBelow(this.part, path);
  }

  /** Whether one of these components has a problem, in whatever row. */
  troubles(nodes: Node[]): boolean {
    const inside = (node: Node): boolean =>
      this.draft.troubled(this.part, node.path) || node.children.some(inside);
    return this.draft.problems.length > 0 && nodes.some(inside);
  }

  type(path: string, value: JsonValue | undefined): void {
    this.draft.type(this.part, path, value);
  }

  /**
   * A change of rows, after everything before it; whether it was made. What is `against` it once all that was on its way
   * is in place, as a list that is full by then, the person is told instead.
   */
  async change(change: Change, path: string, against = () => ''): Promise<boolean> {
    while ((await this.draft.flush()) && this.draft.pending);
    const why = against();
    if (why) toasts.tell(why);
    else await this.draft.change(this.part, change, path);
    return !why;
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

const LOCK = Symbol('lock');

/** Whether what the components below stand in is disabled, and they with it. */
export const provideLock = (locked: () => boolean): void => void setContext(LOCK, locked);
export const inheritedLock = (): (() => boolean) => getContext(LOCK) ?? (() => false);

/** The id of a field's control, so that summaries can lead there. */
export function fieldId(part: FormPart, path: string): string {
  return `${part}-${path.replace(/[^\p{L}\p{N}]+/gu, '-')}`;
}
