import type { MiddlewareHandler } from 'hono';
import { deviceClockSchema } from '../../../shared/contracts/device-clock.ts';
import { clockOffset } from '../../../shared/domain/scan-time.ts';
import { fieldErrors, fieldErrorsText } from '../../../shared/http/problem-details.ts';
import type { ApiEnvironment } from './call.ts';
import { problemResponse } from './problem.ts';

const HEADERS = ['x-device-time', 'x-device-run', 'x-device-monotonic', 'x-device-call'] as const;

/**
 * Reads the clocks of a device and the number of its call from the headers, and answers every call, failed ones too, with `X-Server-Time` and, where
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
