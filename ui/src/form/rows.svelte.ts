/** Up to so many rows are simply drawn. */
const WHOLE = 30;
/** Beyond what is seen, in pixels either way: what a turn of the wheel or the Tab key reaches. */
const MARGIN = 400;

/**
 * Which rows of a long list stand in the page, and where: those that can be seen, those around them, and the one that
 * holds the focus with its neighbours, so that the Tab key finds its way. Heights are those that were measured; the rest
 * are taken to be like them.
 */
export class RowWindow {
  #heights: (number | undefined)[] = [];
  #like = 64;
  #measured = 0;
  /** Grows when a height or the number of rows changes. */
  #version = $state(0);
  count = $state(0);
  /** What is seen of the list, in pixels from its top. */
  top = $state(0);
  bottom = $state(900);
  /** The row that holds the focus. */
  kept = $state<number | null>(null);

  /** Where each row begins; the last is where the list ends. */
  readonly #starts = $derived.by(() => {
    void this.#version;
    const starts = new Float64Array(this.count + 1);
    for (let row = 0; row < this.count; row++) {
      starts[row + 1] = (starts[row] ?? 0) + (this.#heights[row] ?? this.#like);
    }
    return starts;
  });

  get windowed(): boolean {
    return this.count > WHOLE;
  }

  get height(): number {
    return this.start(this.count);
  }

  start(row: number): number {
    return this.#starts[row] ?? 0;
  }

  /** The row at a height. */
  at(y: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The rows that stand in the page, in order. */
  readonly rows: number[] = $derived.by(() => {
    if (!this.windowed) return Array.from({ length: this.count }, (_, row) => row);
    const rows = new Set<number>();
    const last = this.at(this.bottom + MARGIN);
    for (let row = this.at(this.top - MARGIN); row <= last; row++) rows.add(row);
    if (this.kept !== null) {
      for (let row = this.kept - 1; row <= this.kept + 1; row++) {
        if (row >= 0 && row < this.count) rows.add(row);
      }
    }
    return [...rows].sort((a, b) => a - b);
  });

  /** Takes a row's height in; returns by how much the rows after it moved. */
  measure(row: number, height: number): number {
    const before = this.#heights[row] ?? this.#like;
    if (height <= 0 || this.#heights[row] === height) return 0;
    this.#heights[row] = height;
    // The first rows tell what to expect of the others; to change that later would move everything.
    if (this.#measured < 5) {
      this.#like += (height - this.#like) / (this.#measured + 1);
      this.#measured += 1;
    }
    this.#version += 1;
    return height - before;
  }

  /** Rows moved, came or went: what was measured may be another's. */
  forget(): void {
    this.#heights = [];
    this.#version += 1;
  }
}
