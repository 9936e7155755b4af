import { z } from 'zod';
import { referenceSchema, utcTimestampSchema } from './identifiers.ts';
import { MAX_MONOTONIC_MS } from './transaction.ts';

/**
 * Both clocks of a device at the moment of a call, as its headers tell them: `X-Device-Time`, the wall clock, and
 * `X-Device-Run` with `X-Device-Monotonic`, milliseconds since that run of the device began. All may be missing.
 */
export const deviceClockSchema = z
  .object({
    'x-device-time': utcTimestampSchema.optional(),
    'x-device-run': referenceSchema.optional(),
    'x-device-monotonic': z
      .string()
      .regex(/^\d{1,14}(\.\d{1,9})?$/, 'must be milliseconds')
      .transform(Number)
      .refine((milliseconds) => milliseconds <= MAX_MONOTONIC_MS, `must be at most ${MAX_MONOTONIC_MS}`)
      .optional(),
  })
  .transform((headers) => ({
    time: headers['x-device-time'],
    run: headers['x-device-run'],
    milliseconds: headers['x-device-monotonic'],
  }));

export type DeviceClock = z.infer<typeof deviceClockSchema>;
