import type { TraceSpan } from '../../../../shared/contracts/traces.ts';

/** A span, and how many of those shown it comes below. */
export type PlacedSpan = { readonly span: TraceSpan; readonly depth: number };

/** Each span below the one that caused it, those of one cause by their time; one whose cause is not there stands at the edge. */
export function inOrderOfCause(spans: readonly TraceSpan[]): PlacedSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const isCaused = ({ parentSpanId }: TraceSpan) => parentSpanId !== undefined && ids.has(parentSpanId);
  const byCause = Map.groupBy(spans.filter(isCaused), ({ parentSpanId }) => parentSpanId);
  const placed: PlacedSpan[] = [];
  const place = (span: TraceSpan, depth: number): void => {
    placed.push({ span, depth });
    for (const effect of byCause.get(span.spanId) ?? []) place(effect, depth + 1);
  };
  for (const span of spans) if (!isCaused(span)) place(span, 0);
  return placed;
}
