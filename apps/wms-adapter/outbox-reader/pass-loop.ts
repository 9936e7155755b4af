import { backoffDelay } from '../relay/backoff.ts';
import { PartAwayError } from './availability.ts';

/** Does one thing again and again until it is stopped. */
export interface PassLoop {
  start(): void;
  /** Lets the pass under way end. */
  stop(): Promise<void>;
}

/**
 * Runs `pass`, rests for the milliseconds it answers, and runs it again; after an error it rests as `backoffDelay` says. A part
 * that is away has been logged already; any other error is logged when it comes, not at every attempt.
 */
export function createPassLoop(
  pass: () => Promise<number>,
  random: () => number,
  log: (line: string) => void,
): PassLoop {
  let stopping = false;
  let wake: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let lastFault: string | undefined;

  function sleep(milliseconds: number): Promise<void> {
    if (stopping || milliseconds === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  async function run(): Promise<void> {
    while (!stopping) {
      await sleep(await restAfterPass());
    }
  }

  async function restAfterPass(): Promise<number> {
    try {
      const rest = await pass();
      failures = 0;
      lastFault = undefined;
      return rest;
    } catch (error) {
      // Once it stops, what is under way may find its parts closed.
      if (!(error instanceof PartAwayError) && !stopping) report(error);
      failures += 1;
      return backoffDelay(failures, random);
    }
  }

  function report(error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (fault !== lastFault) log(`The outbox reader cannot go on: ${fault}`);
    lastFault = fault;
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping = true;
      wake?.();
      await running;
    },
  };
}

/** Lets one piece of work begin when the one before it has ended. */
export function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
