/** A step that is to be taken at an instant. */
export type Step = {
  /** Milliseconds UTC. */
  readonly at: number;
  /** In which order it was put down: of two steps at one instant the earlier goes first. */
  readonly order: number;
  readonly what: string;
  readonly work: () => void;
  cancelled: boolean;
};

/** The steps to come, the next one first: a binary heap. */
export type Agenda = {
  put(step: Step): void;
  /** The next one that was not cancelled; undefined when there is none. */
  take(): Step | undefined;
};

export function emptyAgenda(): Agenda {
  const heap: Step[] = [];

  function rise(step: Step): void {
    let index = heap.length;
    heap.push(step);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(step, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = step;
  }

  function sink(step: Step): void {
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let child = heap[below];
      if (child === undefined) break;
      const other = heap[below + 1];
      if (other !== undefined && isBefore(other, child)) {
        child = other;
        below += 1;
      }
      if (!isBefore(child, step)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = step;
  }

  return {
    put: rise,
    take() {
      for (;;) {
        const first = heap[0];
        const last = heap.pop();
        if (first === undefined || last === undefined) return undefined;
        if (heap.length > 0) sink(last);
        if (!first.cancelled) return first;
      }
    },
  };
}

function isBefore(one: Step, other: Step): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
