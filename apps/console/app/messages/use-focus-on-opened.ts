import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Focuses what the address opens and brings it into view, once: it stands above a list that may be long, and is drawn
 * anew whenever that is read again.
 *
 * @param wanted what the address names
 * @param open what is on the page of it
 * @returns the place of what is opened
 */
export function useFocusOnOpened(
  wanted: string | null,
  open: string | undefined,
): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (wanted === null) shown.current = null;
    if (open === undefined || open !== wanted || shown.current === open) return;
    shown.current = open;
    place.current?.focus({ preventScroll: true });
    place.current?.scrollIntoView();
  }, [wanted, open]);
  return place;
}
