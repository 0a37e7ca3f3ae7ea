/** What happens at a moment of model time; it may yield the event that Zoom sends then. */
export type Task<Result> = (now: number) => Result | undefined;

interface Entry<Result> {
  readonly at: number;
  readonly order: number;
  readonly task: Task<Result>;
}

/** Tasks in time order; of two at the same moment the one entered first comes first (binary heap). */
export class Agenda<Result> {
  readonly #heap: Entry<Result>[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(at: number, task: Task<Result>): void {
    const entry = { at, order: this.#order++, task };
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  takeNext(): Entry<Result> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || last === first) return first;
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || isBefore(last, child.entry)) break;
      heap[index] = child.entry;
      index = child.index;
    }
    heap[index] = last;
    return first;
  }

  #earlierChild(index: number): { index: number; entry: Entry<Result> } | undefined {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    if (left === undefined) return undefined;
    if (right === undefined || isBefore(left, right)) return { index: 2 * index + 1, entry: left };
    return { index: 2 * index + 2, entry: right };
  }
}

function isBefore<Result>(a: Entry<Result>, b: Entry<Result>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
