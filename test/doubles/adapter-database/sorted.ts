/** The index of the first element that passes, where all after it do as well; the length where none does. */
export function firstIndex<Element>(
  elements: readonly Element[],
  passes: (element: Element) => boolean,
): number {
  let from = 0;
  let to = elements.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const element = elements[middle];
    if (element !== undefined && passes(element)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Puts the element before the first that `comesLater`. */
export function insert<Element>(
  elements: Element[],
  element: Element,
  comesLater: (other: Element) => boolean,
): void {
  const last = elements.at(-1);
  // As almost always: what happens later is written later.
  if (last === undefined || !comesLater(last)) elements.push(element);
  else elements.splice(firstIndex(elements, comesLater), 0, element);
}

/** The list of that key, a new one where there is none yet. */
export function listOf<Key, Element>(lists: Map<Key, Element[]>, key: Key): Element[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
