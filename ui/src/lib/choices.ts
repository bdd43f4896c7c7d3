/**
 * Choices that the core keeps as one whole. They are sent one after the other, each over what the core last said: of two
 * made shortly after each other, the later would else take the earlier one back, or the other way round.
 */
export class Choices<T extends object, Answer> {
  /** Made, and not all answered yet. */
  #waiting: Partial<T> = {};
  #newer = false;
  #sending: Promise<void> | null = null;

  constructor(
    private readonly kept: () => T | undefined,
    private readonly send: (whole: T) => Promise<Answer>,
    private readonly take: (answer: Answer) => void,
  ) {}

  /** What the core said, under what it has yet to hear. */
  over(said: T): T {
    return { ...said, ...this.#waiting };
  }

  /** Resolves once the core keeps them; if it can't, throws why, and they are given up. */
  change(choices: Partial<T>): Promise<void> {
    this.#waiting = { ...this.#waiting, ...choices };
    this.#newer = true;
    return (this.#sending ??= this.#work());
  }

  async #work(): Promise<void> {
    // Never ends before it is noted down.
    await null;
    try {
      while (this.#newer) {
        this.#newer = false;
        const kept = this.kept();
        if (!kept) break;
        const answer = await this.send(this.over(kept));
        if (!this.#newer) this.#waiting = {};
        this.take(answer);
      }
    } finally {
      this.#waiting = {};
      this.#newer = false;
      this.#sending = null;
    }
  }
}
