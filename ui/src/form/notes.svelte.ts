import { untrack } from 'svelte';

/**
 * Tells who reads about a path that it changed, and nobody else: also when there was nothing at the path before.
 * (A `SvelteMap` wakes everyone who looked for something that wasn't there.)
 */
export class Signals {
  #versions = $state<{ [path: string]: number }>({});

  read(path: string): void {
    void this.#versions[`/${path}`];
  }

  bump(path: string): void {
    untrack(() => (this.#versions[`/${path}`] = (this.#versions[`/${path}`] ?? 0) + 1));
  }
}

/** What is said of paths. Several kinds of notes may share their signals. */
export class Notes<T> {
  #said: Map<string, T>;

  constructor(
    said: Iterable<readonly [string, T]> = [],
    readonly signals = new Signals(),
  ) {
    this.#said = new Map(said);
  }

  get(path: string): T | undefined {
    this.signals.read(path);
    return this.#said.get(path);
  }

  has(path: string): boolean {
    this.signals.read(path);
    return this.#said.has(path);
  }

  /** `null` takes the note away. */
  put(path: string, note: T | null): void {
    if (note === null ? !this.#said.delete(path) : this.#said.get(path) === note) return;
    if (note !== null) this.#said.set(path, note);
    this.signals.bump(path);
  }

  putAll(notes: { [path: string]: T | null }): void {
    for (const [path, note] of Object.entries(notes)) this.put(path, note);
  }

  /** These notes and no others. */
  replace(notes: Map<string, T>): void {
    for (const path of [...this.#said.keys()]) if (!notes.has(path)) this.put(path, null);
    for (const [path, note] of notes) this.put(path, note);
  }

  /** All of them; nobody is told when they change. */
  all(): { [path: string]: T } {
    return Object.fromEntries(this.#said);
  }
}
