import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { FormContext } from '../context';

/**
 * What the controls of an address typed part by part see of the form. The answer is form.io's: the parts below `address`,
 * beside the word that they were typed by hand.
 */
export class ManualContext extends FormContext {
  constructor(
    readonly outer: FormContext,
    readonly path: () => string,
  ) {
    super(outer.draft, outer.part, []);
  }

  override value(path: string): JsonValue | undefined {
    return this.outer.value(path);
  }

  override type(path: string, value: JsonValue | undefined): void {
    this.outer.type(this.path(), this.#with(path, value));
  }

  override commit(): void {
    this.outer.commit(this.path());
  }

  override set(path: string, value: JsonValue | undefined): Promise<void> {
    return this.outer.set(this.path(), this.#with(path, value));
  }

  #with(path: string, value: JsonValue | undefined): JsonValue {
    const before = this.outer.value(`${this.path()}.address`);
    const parts = typeof before === 'object' && before !== null && !Array.isArray(before) ? before : {};
    const key = path.slice(`${this.path()}.address.`.length);
    return { mode: 'manual', address: { ...parts, [key]: value ?? '' } };
  }
}
