/** Something written; `superseded` when it was written again since, or has gone. */
export type Written = { readonly place: number; superseded: boolean };

/** Every thing written once, at the place of its last write, oldest first. */
export type ChangeLog<Entry extends Written> = {
  /** The place for the next write. */
  nextPlace(): number;
  readonly lastPlace: number;
  /** Places have to grow. */
  add(entry: Entry): void;
  /** Lets go of what is superseded, once that is more than the rest. Nothing of it may be taken back afterwards. */
  compact(): void;
  /** At most `limit` of what was written after a place. */
  since(place: number, limit: number): Entry[];
  clear(): void;
};

export function changeLog<Entry extends Written>(): ChangeLog<Entry> {
  let entries: Entry[] = [];
  let places = 0;
  let compactAt = 1024;
  return {
    nextPlace: () => {
      places += 1;
      return places;
    },
    get lastPlace() {
      return places;
    },
    add: (entry) => {
      entries.push(entry);
    },
    compact: () => {
      if (entries.length < compactAt) return;
      entries = entries.filter(({ superseded }) => !superseded);
      compactAt = 1024 + 2 * entries.length;
    },
    since: (place, limit) => {
      const found: Entry[] = [];
      for (let at = firstAfter(entries, place); at < entries.length && found.length < limit; at += 1) {
        const entry = entries[at];
        if (entry && !entry.superseded) found.push(entry);
      }
      return found;
    },
    clear: () => {
      entries = [];
    },
  };
}

function firstAfter(entries: readonly Written[], place: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.place ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
