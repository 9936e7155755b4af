import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { session } from '../session.ts';

let isFirst = true;

type Props = {
  readonly title: string;
  /** What stands beside the title. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** A page: who comes to it by a link inside the console, is put on its heading. */
export function Page({ title, beside, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { kind } = session.value;
  useEffect(() => {
    // It is hidden while somebody has to sign in again.
    if (!heading.current?.checkVisibility()) return;
    document.title = `${title} – Stockbridge`;
    if (!isFirst) heading.current.focus({ preventScroll: true });
    isFirst = false;
  }, [title, kind]);
  return (
    <>
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {beside}
      </div>
      {children}
    </>
  );
}
