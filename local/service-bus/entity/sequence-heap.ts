/** Sequence numbers of which the smallest can be taken at any time (a binary heap). */
export class SequenceHeap {
  readonly #items: number[] = [];

  /** Adds a sequence number. */
  push(sequence: number): void {
    const items = this.#items;
    let index = items.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= sequence) break;
      items[index] = above;
      index = parent;
    }
    items[index] = sequence;
  }

  /** The smallest one, left where it is. */
  peek(): number | undefined {
    return this.#items[0];
  }

  /** Takes the smallest one. */
  pop(): number | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return smallest;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= items.length) break;
      if ((items[child + 1] ?? Number.POSITIVE_INFINITY) < (items[child] ?? 0)) child += 1;
      const below = items[child] ?? 0;
      if (below >= last) break;
      items[index] = below;
      index = child;
    }
    items[index] = last;
    return smallest;
  }
}
