import type { ComponentChildren } from 'preact';

type Props = {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly detail?: ComponentChildren;
  readonly kind?: 'good' | 'wait' | 'bad' | undefined;
  /** Where there is more about it. */
  readonly to?: string;
};

/** One figure, large. */
export function Tile({ name, value, detail, kind, to }: Props) {
  return (
    <div class={kind ? `tile tile--${kind}` : 'tile'}>
      <dt>{to ? <a href={to}>{name}</a> : name}</dt>
      <dd class="tile-value">{value}</dd>
      {detail !== undefined && <dd class="tile-detail">{detail}</dd>}
    </div>
  );
}
