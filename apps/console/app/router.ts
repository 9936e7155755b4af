import { signal } from '@preact/signals';
import { keepScroll, newEntry, scrollBack } from './scroll-places.ts';

/** A place in the console, which its address says in full, so that a link to it can be sent to somebody. */
export type Place = {
  /** Below the console's own path, decoded: `items/ITEM-1` is `['items', 'ITEM-1']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
};

export const place = signal<Place>(readPlace());

/** Follows links and the browser's own way back. */
export function startRouting(): void {
  keepScroll();
  addEventListener('popstate', () => {
    place.value = readPlace();
    scrollBack();
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || !isFollowedHere(event, link)) return;
    event.preventDefault();
    if (link.href === location.href) return;
    // A link that only narrows down what is shown leaves it where it is.
    const isOther = link.pathname !== location.pathname;
    history.pushState(newEntry(), '', link.href);
    place.value = readPlace();
    if (isOther) scrollTo(0, 0);
  });
}

type Query = Readonly<Record<string, string | undefined>>;

/** The address of a place; what is undefined or empty in the query is left out. */
export function addressOf(segments: readonly string[], query: Query = {}): string {
  const path = [CONSOLE_BASE, ...segments.map(encodeURIComponent)].join('/');
  const told = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  return told.length === 0 ? path : `${path}?${new URLSearchParams(told)}`;
}

export function go(segments: readonly string[], query: Query = {}): void {
  history.pushState(newEntry(), '', addressOf(segments, query));
  place.value = readPlace();
  scrollTo(0, 0);
}

/** The address of where one is, with this much of its query changed. */
export function addressWith(query: Query): string {
  return addressOf(place.value.segments, { ...Object.fromEntries(place.value.query), ...query });
}

/** Changes the query of where one is, without a step for the way back: a filter, a period. */
export function setQuery(query: Query): void {
  history.replaceState(history.state, '', addressWith(query));
  place.value = readPlace();
}

function isFollowedHere(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!isPlain || event.defaultPrevented || link.target !== '' || link.hasAttribute('download')) return false;
  const isBelow = link.pathname === CONSOLE_BASE || link.pathname.startsWith(`${CONSOLE_BASE}/`);
  const isAnchor = link.hash !== '' && link.pathname === location.pathname;
  return link.origin === location.origin && isBelow && !isAnchor;
}

function readPlace(): Place {
  const below = location.pathname.slice(CONSOLE_BASE.length);
  return {
    segments: below
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
    query: new URLSearchParams(location.search),
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
