import type { JsonValue } from '@/lib/bindings/serde_json/JsonValue';
import type { Codec } from '../codecs';
import { useForm } from '../context';

/**
 * The text of a control and the answer behind it. While a person types, the text is theirs; it follows the answer when
 * they are elsewhere, or when an undo changed it.
 */
export class HeldText {
  text = $state('');
  #focused = false;
  #epoch = 0;
  readonly #form = useForm();

  constructor(
    readonly path: () => string,
    readonly codec: () => Codec,
  ) {
    this.text = this.#shown();
    $effect(() => {
      const shown = this.#shown();
      const epoch = this.#form.model.epoch;
      if (!this.#focused || epoch !== this.#epoch) this.text = shown;
      this.#epoch = epoch;
    });
  }

  focus = (): void => {
    this.#focused = true;
  };

  input = (text: string): void => {
    this.text = text;
    this.#form.type(this.path(), this.codec().read(text, this.#value()));
  };

  /** Leaving the field or Enter: what was typed is saved now, and shown in its usual writing. */
  leave = (): void => {
    this.#focused = false;
    this.#form.commit(this.path());
    this.text = this.#shown();
  };

  enter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.#form.commit(this.path());
  };

  #value(): JsonValue | undefined {
    return this.#form.value(this.path());
  }

  #shown(): string {
    return this.codec().show(this.#value());
  }
}
