import type { Trace, TraceSpan } from '../../../../shared/contracts/traces.ts';
import { formatDuration } from '../formats.ts';
import { inOrderOfCause } from './in-order-of-cause.ts';

/** The spans of a trace, each below what caused it, as bars in the time of the trace. */
export function Waterfall({ trace }: { trace: Trace }) {
  const begun = Date.parse(trace.startedAt);
  const whole = Math.max(trace.durationMs, 1);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
    <section class="table-scroll" tabIndex={0} aria-label={`Spans of ${trace.traceId}`}>
      <table class="waterfall" aria-label={`Spans of ${trace.traceId}`}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Program</th>
            <th scope="col" class="number">
              After
            </th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col">In the time of the trace</th>
          </tr>
        </thead>
        <tbody>
          {inOrderOfCause(trace.spans).map(({ span, depth }) => {
            const after = Math.max(0, Date.parse(span.startedAt) - begun);
            return (
              <tr key={span.spanId}>
                <th scope="row" title={attributesOf(span)}>
                  <span class="waterfall-name" style={{ paddingLeft: `${depth * 18}px` }}>
                    {span.name}
                    {span.failure !== undefined && <span class="mark mark--bad">{span.failure}</span>}
                  </span>
                </th>
                <td>{span.service}</td>
                <td class="number">{formatDuration(after)}</td>
                <td class="number">{formatDuration(span.durationMs)}</td>
                <td>
                  <span
                    class={span.failure === undefined ? 'waterfall-bar' : 'waterfall-bar waterfall-bar--bad'}
                    style={{
                      marginLeft: `${(100 * after) / whole}%`,
                      width: `${(100 * span.durationMs) / whole}%`,
                    }}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function attributesOf({ attributes }: TraceSpan): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
