import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useId, useRef } from 'preact/hooks';
import { text } from '../state.ts';
import { Covered } from './covered.ts';
import { Icon } from './icon.tsx';

export type SheetProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** It asks for something serious: read out at once. */
  readonly isAlert?: boolean;
};

/** A dialog that comes up from the bottom; the focus begins at its heading and stays in it, Escape and the cross close it. */
export function Sheet({ title, onClose, children, isAlert = false }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const isCovered = useContext(Covered);
  useEffect(() => {
    // A dialog that nobody sees would keep the page from being touched.
    if (isCovered) return;
    const before = document.activeElement;
    const { current: shown } = dialog;
    shown?.showModal();
    // Not at the cross, which Enter would press after a figure.
    heading.current?.focus();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [isCovered]);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={titleId}
      {...(isAlert && { role: 'alertdialog' as const })}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="sheet__head">
        <h2 ref={heading} id={titleId} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="icon-button" aria-label={text.value.common.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="sheet__body">{children}</div>
    </dialog>
  );
}
