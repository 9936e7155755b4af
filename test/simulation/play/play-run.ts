import { type SimulationOptions, type SimulationReport, simulate } from '../simulation.ts';

/** A run as one thread can tell another. */
export type Run = Pick<SimulationOptions, 'seed' | 'events' | 'faults' | 'story' | 'books'>;

/** How a run went, as one thread can tell another. */
export type Played = {
  readonly run: Run;
  /** Undefined when the run could not go on. */
  readonly report?: Omit<SimulationReport, 'violation'>;
  readonly failure?: RunFailure;
};

export type RunFailure = { readonly invariant: string; readonly message: string };

/** Plays one run. Whatever goes wrong in it is part of the answer. */
export async function playRun(run: Run): Promise<Played> {
  try {
    const { violation, ...report } = await simulate(run);
    if (!violation) return { run, report };
    return { run, report, failure: { invariant: violation.invariant, message: violation.message } };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { run, failure: { invariant: 'The product goes on', message } };
  }
}
