import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { FaultKind, Faults } from './faults.ts';
import type { Process } from './process.ts';

/** Makes a call of a process to another part: it takes its time, and the process may end before it or after it. */
export type Call = <Answer>(what: string, perform: () => Promise<Answer>) => Promise<Answer>;

/** Milliseconds that a call takes at most. */
const LONGEST_CALL_MS = 20;

export function callsOf(
  process: Process,
  faults: Faults,
  crash: { readonly before: FaultKind; readonly after: FaultKind },
): Call {
  return (what, perform) =>
    new Promise((resolve, reject) => {
      process.after(1 + process.runtime.random() * LONGEST_CALL_MS, what, () => {
        if (faults.happens(crash.before)) return process.kill();
        perform().then(
          (answer) => {
            if (!process.isAlive()) return;
            if (faults.happens(crash.after)) process.kill();
            else resolve(answer);
          },
          (error) => {
            if (process.isAlive()) reject(error);
          },
        );
      });
    });
}

/** Calls of what is away now and then, before it does anything or after it: then its answer is lost. @throws {StoreUnavailable} */
export function unreliable(call: Call, faults: Faults, kind: FaultKind, callee: string): Call {
  return (what, perform) =>
    call(what, async () => {
      if (faults.happens(kind)) throw new StoreUnavailable(`${callee} does not answer`);
      const answer = await perform();
      if (faults.happens(kind)) throw new StoreUnavailable(`the answer of ${callee} was lost`);
      return answer;
    });
}

/** What is never answered. */
export function noAnswer<Answer>(): Promise<Answer> {
  return new Promise(() => undefined);
}
