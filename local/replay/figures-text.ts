import type { OrderFigures } from './order-figures.ts';
import type { SessionFigures } from './session.ts';

/** From scan to visible in the cloud, about (see `openVisibility`), for a progress line of 80 columns. */
export function latencyText(latency: SessionFigures['latency']): string {
  if (latency === undefined) return 'latency unknown yet';
  return `latency p50 ~${latency.p50} ms, p99 ~${latency.p99} ms`;
}

/** `count` is undefined while the quarantine has not answered. */
export function parkedText(count: string | undefined): string {
  return count === undefined ? 'parked ?' : `parked ${count}`;
}

/** A time span such as `4 min 05 s`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Counts by name, such as `applied 585,000, exception 31`. */
export function countsText(counts: Iterable<[string, number]>): string {
  return [...counts].map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(', ') || 'none';
}

/** How far the order lines are, for a progress line of 80 columns. */
export function orderLinesText(figures: OrderFigures): string {
  const { promised, confirmed, fulfilled, backordered, rejected } = figures;
  const counts = Object.entries({ promised, confirmed, fulfilled, backordered, rejected });
  return `order lines ${counts.map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(' · ')}`;
}
