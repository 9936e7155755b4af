/** Counts what a run was made for and must not miss: `late decisions`, `carts expired` … */
export type Tally = {
  add(what: string, count?: number): void;
  counts(): Readonly<Record<string, number>>;
};

export function emptyTally(): Tally {
  const counts: Record<string, number> = {};
  return {
    add(what, count = 1) {
      counts[what] = (counts[what] ?? 0) + count;
    },
    counts: () => counts,
  };
}
