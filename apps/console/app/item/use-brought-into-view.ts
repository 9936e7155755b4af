import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Brings a paragraph into view when something is chosen that is told below it, unless it is in the upper half of the
 * window already. What a link to the page chooses moves nothing.
 *
 * @param chosen undefined: nothing is
 * @returns the place of the paragraph
 */
export function useBroughtIntoView(chosen: string | undefined): RefObject<HTMLParagraphElement | null> {
  const place = useRef<HTMLParagraphElement>(null);
  const before = useRef(chosen);
  useEffect(() => {
    if (before.current === chosen) return;
    before.current = chosen;
    const top = place.current?.getBoundingClientRect().top ?? 0;
    if (chosen !== undefined && (top < 0 || top > innerHeight / 2)) place.current?.scrollIntoView();
  }, [chosen]);
  return place;
}
