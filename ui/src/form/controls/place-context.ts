import type { Change } from '@/lib/bindings/Change';
import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import { FormContext } from '../context';
import { choiceOf, partsOf, text, type Parts } from './place';

/**
 * What the controls of one address see of the form: each its own part. A commune brings its province with it, and another
 * province takes the commune away; either is one step of undo.
 */
export class PlaceContext extends FormContext {
  constructor(
    readonly outer: FormContext,
    readonly path: () => string,
  ) {
    super(outer.draft, outer.part, []);
  }

  get parts(): Parts {
    return partsOf(this.outer.value(this.path()));
  }

  override value(path: string): JsonValue | undefined {
    const { chi_tiet, xa, tinh } = this.parts;
    if (path === `${this.path()}.xa`) return choiceOf(xa, tinh);
    return path === `${this.path()}.tinh` ? tinh : chi_tiet;
  }

  override type(path: string, value: JsonValue | undefined): void {
    this.draft.forgive(this.part, this.path());
    // Under one line of text there is no place for a part.
    if (typeof this.outer.value(this.path()) === 'string') this.outer.type(this.path(), value);
    else this.outer.type(path, value ?? '');
  }

  override commit(path: string): void {
    this.outer.commit(this.path());
    this.outer.commit(path);
  }

  override set(path: string, value: JsonValue | undefined): Promise<void> {
    const before = this.parts;
    if (path === `${this.path()}.xa`) {
      const [xa = '', tinh = before.tinh] = text(value).split('\t');
      return this.put({ xa, tinh });
    }
    const tinh = text(value);
    return this.put(tinh === before.tinh ? { tinh } : { tinh, xa: '' });
  }

  /** Several parts at once. */
  put(parts: Partial<Parts>): Promise<void> {
    const path = this.path();
    const line = typeof this.outer.value(path) === 'string';
    const whole = this.parts;
    // Shown at once, as any answer: what comes back of an earlier change doesn't go over what was changed since.
    if (!this.draft.readOnly) {
      if (line) this.model.put(path, { ...whole, ...parts });
      else for (const [part, value] of Object.entries(parts)) this.model.put(`${path}.${part}`, value);
    }
    const change: Change = line
      ? { op: 'set', path, value: { ...whole, ...parts } }
      : {
          op: 'batch',
          changes: Object.entries(parts).map(([part, value]) => ({
            op: 'set' as const,
            path: `${path}.${part}`,
            value,
          })),
        };
    return this.draft.change(this.part, change, path);
  }
}
