import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type Props = {
  readonly title: string;
  readonly beside?: ComponentChildren;
  /** A line that says what is shown. */
  readonly about?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** A part of a page, with a heading of its own. */
export function Panel({ title, beside, about, children }: Props) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {beside}
      </div>
      {about && <p class="about">{about}</p>}
      {children}
    </section>
  );
}
