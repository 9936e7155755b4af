/** `starting` until the part has answered or failed for the first time. */
export type PartState = 'starting' | 'connected' | 'away';

/** A part outside does not answer now; what was under way is done again later. */
export class PartAwayError extends Error {
  override readonly name = 'PartAwayError';
}

/** Whether a part outside answers. Its going and its return are logged once, not every attempt. */
export interface Availability {
  state(): PartState;
  answered(): void;
  /** The error to throw. */
  failed(reason: string): PartAwayError;
  /** Does work that only this part can make fail. @throws PartAwayError */
  reach<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** @param part its name at the beginning of a sentence, such as `The WMS database` */
export function createAvailability(part: string, now: () => Date, log: (line: string) => void): Availability {
  let state: PartState = 'starting';
  let awaySince = now();

  function answered(): void {
    if (state === 'away') {
      log(`${part} is back after ${Math.round((now().getTime() - awaySince.getTime()) / 1_000)} s`);
    }
    state = 'connected';
  }

  function failed(reason: string): PartAwayError {
    const message = `${part} is away: ${reason.replaceAll(/\s+/g, ' ')}`;
    if (state !== 'away') {
      log(message);
      awaySince = now();
    }
    state = 'away';
    return new PartAwayError(message);
  }

  return {
    state: () => state,
    answered,
    failed,
    async reach(work) {
      try {
        const result = await work();
        answered();
        return result;
      } catch (error) {
        throw failed(error instanceof Error ? error.message : String(error));
      }
    },
  };
}
