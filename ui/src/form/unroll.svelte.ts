import type { Node } from '@/lib/bindings/Node';
import { drawingOf } from './kinds';

/** So many questions stand on the first picture of a page, more than a tall window shows. */
const FIRST = 24;
/** So many follow in each task after it: none of them long, so that a key that is pressed meanwhile hardly waits. */
const MORE = 60;
/** A page up to this size is drawn whole. */
const WHOLE = 60;

/**
 * The questions of a long page come to the page in order, some at a time, so that the first of them can be answered
 * while the last are still being drawn. All of them end up there.
 */
export class Unroll {
  readonly total: number;
  #limit = $state(Number.POSITIVE_INFINITY);
  /** How many questions stand before a component. What a grid repeats has no place here: the grid sees to its rows. */
  readonly #before = new Map<Node, number>();

  constructor(nodes: Node[]) {
    let count = 0;
    const walk = (list: Node[]): void => {
      for (const node of list) {
        this.#before.set(node, count);
        const drawing = drawingOf(node);
        if (['group', 'columns', 'tabs'].includes(drawing)) walk(node.children);
        else if (drawing !== 'nothing') count += 1;
      }
    };
    walk(nodes);
    this.total = count;
    if (count > WHOLE) this.#limit = FIRST;
  }

  get done(): boolean {
    return this.#limit >= this.total;
  }

  /** Those of the components whose turn has come. */
  shown(nodes: Node[]): Node[] {
    if (this.#limit >= this.total) return nodes;
    return nodes.filter((node) => (this.#before.get(node) ?? 0) < this.#limit);
  }

  more(): void {
    this.#limit += MORE;
  }

  /** All at once, because one of them is gone to. */
  all(): void {
    this.#limit = Number.POSITIVE_INFINITY;
  }

  /** Goes on after the first picture until all are there; returns how it is stopped. */
  run(): () => void {
    // Tasks, not frames: keys come between them, and no picture of a page half there is waited for.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (): void => {
      if (this.done) return;
      timer = setTimeout(() => {
        this.more();
        next();
      });
    };
    const frame = requestAnimationFrame(next);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }
}
