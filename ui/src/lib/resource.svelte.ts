import type { ErrorView } from './bindings/ErrorView';
import { onChanged, type Topic } from './changed';
import { errorView } from './ipc';

/** Something that a screen shows and that the core holds. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<ErrorView | null>(null);
  loading = $state(true);
  #load: () => Promise<T>;
  #turn = 0;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Asks again; an answer that a later question has overtaken is dropped. */
  reload = async (): Promise<void> => {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const value = await this.#load();
      if (turn !== this.#turn) return;
      this.value = value;
      this.error = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = errorView(thrown);
    }
    this.loading = false;
  };

  /** Puts in what an action answered, so that it needn't be asked for again. */
  set(value: T): void {
    this.#turn += 1;
    this.value = value;
    this.error = null;
    this.loading = false;
  }
}

/** Loads when the component appears, when what `load` reads changes, and when a topic changed. */
export function resource<T>(load: () => Promise<T>, topics: readonly Topic[] = []): Resource<T> {
  const held = new Resource(load);
  $effect(() => {
    void held.reload();
  });
  $effect(() => onChanged(topics, () => void held.reload()));
  return held;
}
