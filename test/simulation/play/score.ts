import { emptyTally } from '../tally.ts';
import type { Played, Run } from './play-run.ts';

/** What many runs come to. */
export type Score = {
  add(played: Played): void;
  seeds(): number;
  /** Inventory events that the WMS committed. */
  events(): number;
  faults(): number;
  /** The same, by kind. */
  faultsByKind(): Readonly<Record<string, number>>;
  /** Milliseconds on the virtual clocks of all runs. */
  virtualMs(): number;
  /** What is not every run's, and how often it was met. */
  unusual(): Readonly<Record<string, number>>;
  failed(): readonly Failed[];
};

export type Failed = { readonly run: Run; readonly invariant: string };

export function emptyScore(): Score {
  const unusual = emptyTally();
  const faultsByKind = emptyTally();
  const failed: Failed[] = [];
  let [seeds, events, virtualMs] = [0, 0, 0];
  return {
    add({ run, report, failure }) {
      seeds += 1;
      if (failure) failed.push({ run, invariant: failure.invariant });
      if (!report) return;
      events += report.events;
      virtualMs += report.virtualMs;
      for (const [kind, count] of Object.entries(report.faults)) faultsByKind.add(kind, count);
      for (const [what, count] of Object.entries(report.unusual)) unusual.add(what, count);
    },
    seeds: () => seeds,
    events: () => events,
    faults: () => Object.values(faultsByKind.counts()).reduce((sum, count) => sum + count, 0),
    faultsByKind: faultsByKind.counts,
    virtualMs: () => virtualMs,
    unusual: unusual.counts,
    failed: () => failed,
  };
}
