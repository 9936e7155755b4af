import type { MiddlewareHandler } from 'hono';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import { clockOffset, runBeginning } from '../../../shared/domain/scan-time.ts';
import type { NoteCall } from '../devices/call-notes.ts';
import type { RunBeginnings } from '../devices/known-runs.ts';
import type { ApiEnvironment } from './call.ts';

export interface NoteParts {
  readonly note: NoteCall;
  /** Tells its failures itself. */
  readonly runBeginnings: RunBeginnings;
}

/**
 * Has the calls of devices noted, and when their runs began: also by a call that posts nothing, since the device may be offline from
 * then until its run has ended. No call fails by it, and none waits for the database more than once where that does not answer.
 */
export function noteCalls({ note, runBeginnings }: NoteParts): MiddlewareHandler<ApiEnvironment> {
  /** False where the database did not take it. */
  async function noteRun(scannerId: string, clock: DeviceClock, receivedAt: Date): Promise<boolean> {
    const proposed = runBeginning(clock, receivedAt);
    if (clock.run === undefined || proposed === undefined) return true;
    const began = runBeginnings([{ scannerId, run: clock.run, proposed }]);
    return began.then(
      () => true,
      () => false,
    );
  }

  return async (context, next) => {
    await next();
    const caller = context.get('caller');
    // Where the database did not answer the call itself, it would not take the notes either.
    if (caller.kind !== 'device' || context.res.status === 503) return;
    const { scannerId } = caller.device;
    const clock = context.get('clock');
    const receivedAt = context.get('receivedAt');
    if (await noteRun(scannerId, clock, receivedAt)) {
      note(scannerId, receivedAt, clockOffset(clock, receivedAt));
    }
  };
}
