import { FAULT_KINDS, type FaultKind } from './faults.ts';
import type { Violation } from './invariants/violation.ts';
import { type SimulationOptions, type SimulationReport, simulate } from './simulation.ts';
import type { Note } from './world.ts';

/** A failing run made small, and what happened in it. */
export type Shrunk = {
  readonly options: SimulationOptions;
  readonly report: SimulationReport;
  readonly violation: Violation;
  /** What happened to the entities of the violation, oldest first. */
  readonly timeline: readonly TimedNote[];
};

export type TimedNote = Note & {
  /** Milliseconds UTC. */
  readonly at: number;
};

/** Fewer scans than these are not tried. */
const FEWEST_EVENTS = 10;

/**
 * Runs a failing seed again with fewer scans and fewer kinds of faults, as long as the same invariant is violated, and
 * tells what happened to its entities. Kinds that never happened go first, all at once.
 */
export async function shrink(failing: SimulationOptions): Promise<Shrunk | undefined> {
  const first = await simulate(failing);
  if (!first.violation) return undefined;
  const { invariant } = first.violation;
  let best = { options: failing, report: first, violation: first.violation };
  const attempt = async (options: SimulationOptions): Promise<boolean> => {
    const report = await simulate(options);
    if (report.violation?.invariant !== invariant) return false;
    best = { options, report, violation: report.violation };
    return true;
  };

  const happened = FAULT_KINDS.filter((kind) => (first.faults[kind] ?? 0) > 0);
  await attempt({ ...best.options, faults: happened });
  for (let step = best.options.events; step >= FEWEST_EVENTS; step = Math.floor(step / 2)) {
    const events = best.options.events - step;
    if (events >= FEWEST_EVENTS) await attempt({ ...best.options, events });
  }
  for (const kind of happened) await attempt({ ...best.options, faults: without(best.options, kind) });

  const timeline: TimedNote[] = [];
  const wanted = new Set(best.violation.entities);
  await simulate({
    ...best.options,
    listener: (at, note) => {
      if (note.entities.some((entity) => wanted.has(entity))) timeline.push({ at, ...note });
    },
  });
  return { ...best, timeline };
}

function without({ faults = FAULT_KINDS }: SimulationOptions, kind: FaultKind): FaultKind[] {
  return faults.filter((one) => one !== kind);
}
