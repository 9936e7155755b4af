import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { hasCamera } from '../input/camera.ts';
import { expectsScans } from '../input/scan-target.ts';
import { back } from '../navigation.ts';
import { text } from '../state.ts';
import { openCamera } from './camera-sheet.tsx';
import { Covered } from './covered.ts';
import { FlashBar } from './flash-bar.tsx';
import { Icon } from './icon.tsx';

export type ScreenProps = {
  readonly title: string;
  /** Beside the title. */
  readonly subtitle?: string | undefined;
  /** Undefined: the way back. Null: there is none. */
  readonly onBack?: (() => void) | null;
  /** At the end of the header. */
  readonly extra?: ComponentChildren;
  /** What is done here, at the bottom, where the thumb is. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** One screen: what it is, what there is, and what can be done. Its heading gets the focus when it appears, and appears again. */
export function Screen({ title, subtitle, onBack = back, extra, actions, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isCovered = useContext(Covered);
  useEffect(() => {
    if (!isCovered) heading.current?.focus({ preventScroll: true });
  }, [isCovered]);
  return (
    <>
      <header class="header">
        {onBack !== null && (
          <button type="button" class="icon-button" aria-label={text.value.common.back} onClick={onBack}>
            <Icon name="back" />
          </button>
        )}
        <div class="header__title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {subtitle !== undefined && <p>{subtitle}</p>}
        </div>
        {expectsScans() && hasCamera() && (
          <button
            type="button"
            class="icon-button"
            aria-label={text.value.common.camera}
            onClick={openCamera}
          >
            <Icon name="camera" />
          </button>
        )}
        {extra}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the screen has to be scrolled by keys too */}
      <section class="content" aria-label={title} tabIndex={0}>
        {children}
      </section>
      <FlashBar />
      {actions !== undefined && <div class="actions">{actions}</div>}
    </>
  );
}
