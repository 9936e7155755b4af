import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export type NoticeKind = 'plain' | 'good' | 'wait' | 'bad';

/** A few words that matter here, told by picture and colour besides. */
export function Notice({
  kind = 'plain',
  icon,
  children,
}: {
  readonly kind?: NoticeKind;
  readonly icon: IconName;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`notice notice--${kind}`}>
      <Icon name={icon} />
      <div class="notice__text">{children}</div>
    </div>
  );
}

/** A whole screen's worth of nothing: what it means, and what to do. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty__title">{title}</p>
      {children}
    </div>
  );
}

export function Loading({ label }: { readonly label: string }) {
  return (
    <div class="empty" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>{label}</p>
    </div>
  );
}
