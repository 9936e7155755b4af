/** Ends of an axis for these values: with zero, some room above, and whole numbers where nothing is but zero. */
export function valueRange(low: number | null, high: number | null): [number, number] {
  const [from, to] = [Math.min(0, low ?? 0), Math.max(0, high ?? 0)];
  return [from, to > from ? to + (to - from) * 0.08 : from + 4];
}
