import type { SessionFigures } from './session.ts';

/** Scan to visible, for a progress line. */
export function latencyText(latency: SessionFigures['latency']): string {
  if (latency === undefined) return 'scan → visible not measured yet';
  return `scan → visible p50 ${latency.p50} ms, p99 ${latency.p99} ms`;
}

/** `count` is undefined while the quarantine has not answered. */
export function parkedText(count: string | undefined): string {
  return count === undefined ? 'parked unknown' : `${count} parked`;
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
