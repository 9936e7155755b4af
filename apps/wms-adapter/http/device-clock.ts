import type { MiddlewareHandler } from 'hono';
import { type DeviceClock, deviceClockSchema } from '../../../shared/contracts/device-clock.ts';
import { clockOffset, runBeginning } from '../../../shared/domain/scan-time.ts';
import { fieldErrors, fieldErrorsText } from '../../../shared/http/problem-details.ts';
import type { NoteCall } from '../devices/call-notes.ts';
import type { RunBeginnings } from '../devices/known-runs.ts';
import type { ApiEnvironment } from './call.ts';
import { problemResponse } from './problem.ts';

const HEADERS = ['x-device-time', 'x-device-run', 'x-device-monotonic'] as const;

/**
 * Reads the clocks of a device from the headers of its call, and answers every call, failed ones too, with `X-Server-Time` and, where
 * the device told its time, `X-Clock-Offset`: the milliseconds by which it was ahead when the call arrived. A header that is
 * malformed is answered with 400.
 */
export function compareClocks(now: () => Date): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const receivedAt = now();
    context.set('receivedAt', receivedAt);
    const headers = Object.fromEntries(HEADERS.map((name) => [name, context.req.header(name)]));
    const parsed = deviceClockSchema.safeParse(headers);
    let offset: number | undefined;
    if (parsed.success) {
      offset = clockOffset(parsed.data, receivedAt);
      context.set('clock', parsed.data);
      await next();
    } else {
      context.res = problemResponse({
        type: 'about:blank',
        title: 'A header is not valid',
        status: 400,
        detail: fieldErrorsText(fieldErrors(parsed.error, headers)),
      });
    }
    context.res.headers.set('x-server-time', now().toISOString());
    if (offset !== undefined) context.res.headers.set('x-clock-offset', String(offset));
  };
}

export interface NoteParts {
  readonly note: NoteCall;
  readonly runBeginnings: RunBeginnings;
  readonly log: (line: string) => void;
}

/**
 * Has the calls of devices noted, and when their runs began: also by a call that posts nothing, since the device may be offline from
 * then until its run has ended. No call fails by it, and none waits for the database more than once where that does not answer.
 */
export function noteCalls({ note, runBeginnings, log }: NoteParts): MiddlewareHandler<ApiEnvironment> {
  /** False where the database did not take it. */
  async function noteRun(scannerId: string, clock: DeviceClock, receivedAt: Date): Promise<boolean> {
    const proposed = runBeginning(clock, receivedAt);
    if (clock.run === undefined || proposed === undefined) return true;
    try {
      await runBeginnings([{ scannerId, run: clock.run, proposed }]);
      return true;
    } catch (error) {
      log(`a run of ${scannerId} was not noted: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
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
