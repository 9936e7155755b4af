import type { ScanState } from '../../core/scan.ts';

/** The state of a scan as a shape of its own: circle, hourglass, octagon, ring. Never by colour alone. */
export function StateMark({ state }: { readonly state: ScanState }) {
  return (
    <svg class={`mark mark--${state}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[state]}
    </svg>
  );
}

const SHAPES = {
  synced: (
    <>
      <circle class="mark__body" cx="12" cy="12" r="11" />
      <path class="mark__sign" d="M6.5 12.5l3.8 3.8 7.2-8" />
    </>
  ),
  queued: <path class="mark__body" d="M4 1h16v4.5L14.2 12l5.8 6.5V23H4v-4.5L9.8 12 4 5.5z" />,
  refused: (
    <>
      <path class="mark__body" d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z" />
      <path class="mark__sign" d="M12 5.5v8M12 17.7v.3" />
    </>
  ),
  dropped: (
    <>
      <circle class="mark__ring" cx="12" cy="12" r="9.5" />
      <path class="mark__line" d="M5.5 18.5l13-13" />
    </>
  ),
} satisfies Record<ScanState, unknown>;
