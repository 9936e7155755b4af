/** Keeps the entries of a map, or copies of them; called, the answer puts them back, once. */
export function keepMap<Key, Value>(
  map: Map<Key, Value>,
  copyOf: (value: Value) => Value = (value) => value,
): () => void {
  const kept = [...map].map(([key, value]) => [key, copyOf(value)] as const);
  return () => {
    map.clear();
    for (const [key, value] of kept) map.set(key, value);
  };
}

/** The same, which tells what the map had otherwise before it went back, or no longer has: its keys come to those. */
export function keepNoting<Key, Value>(map: Map<Key, Value>, wentBack: Set<Key>): () => void {
  const goBack = keepMap(map);
  return () => {
    const before = new Map(map);
    goBack();
    for (const [key, value] of before) if (map.get(key) !== value) wentBack.add(key);
  };
}

/** As a map is kept, a set. */
export function keepSet<Member>(set: Set<Member>): () => void {
  const kept = [...set];
  return () => {
    set.clear();
    for (const member of kept) set.add(member);
  };
}
