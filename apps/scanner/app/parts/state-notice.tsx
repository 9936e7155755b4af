import type { ScanState } from '../../core/scan.ts';
import { StateMark } from './state-mark.tsx';

/** The state of one scan, and what is to be told of it. */
export function StateNotice({
  state,
  title,
  lines,
}: {
  readonly state: ScanState;
  readonly title: string;
  readonly lines: readonly string[];
}) {
  return (
    <div class={`state state--${state}`}>
      <StateMark state={state} />
      <div>
        <p class="state__name">{title}</p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  );
}
