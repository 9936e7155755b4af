/** How far each entry of the tab's history was scrolled (px), by the name that its state has. */
const places = new Map<unknown, number>();

/** Milliseconds that content may take to come: a list is read from the API first. */
const PATIENCE_MS = 5_000;

/** Ends a scroll that is still on its way. */
let cease: (() => void) | undefined;

/** The state of a new entry of the history, under which its scroll is kept; that of the one before is kept now. */
export function newEntry(): { readonly entry: string } {
  cease?.();
  places.set(entryOf(history.state), scrollY);
  return { entry: crypto.randomUUID() };
}

/** Keeps how far the page is scrolled, from now on. */
export function keepScroll(): void {
  addEventListener('scroll', () => {
    if (!cease) places.set(entryOf(history.state), scrollY);
  });
}

/**
 * Scrolls to where somebody left the entry that they came back to: the browser does so at once, when what was there is not
 * read yet. Ends when it is there, or they scroll by themselves.
 */
export function scrollBack(): void {
  cease?.();
  const wanted = places.get(entryOf(history.state)) ?? 0;
  const ended = new AbortController();
  const follow = () => {
    scrollTo(0, wanted);
    if (Math.abs(scrollY - wanted) <= 1) cease?.();
  };
  const grown = new ResizeObserver(follow);
  const timer = setTimeout(() => cease?.(), PATIENCE_MS);
  cease = () => {
    cease = undefined;
    clearTimeout(timer);
    grown.disconnect();
    ended.abort();
  };
  for (const own of ['wheel', 'touchmove', 'keydown', 'pointerdown'])
    addEventListener(own, () => cease?.(), { signal: ended.signal, passive: true });
  grown.observe(document.body);
}

function entryOf(state: unknown): unknown {
  return typeof state === 'object' && state !== null && 'entry' in state ? state.entry : undefined;
}
