import { z } from 'zod';
import { referenceSchema, utcTimestampSchema } from './identifiers.ts';
import { MAX_MONOTONIC_MS } from './transaction.ts';

/**
 * What a device tells of a call in its headers: both its clocks at that moment, `X-Device-Time`, the wall clock, and `X-Device-Run` with
 * `X-Device-Monotonic`, milliseconds since that run of the device began; and `X-Device-Call`, a number that is higher than those of
 * all calls it made before. All may be missing.
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
    'x-device-call': z
      .string()
      .regex(/^\d{1,15}$/, 'must be a whole number of at most 15 digits')
      .transform(Number)
      .optional(),
  })
  .transform((headers) => ({
    time: headers['x-device-time'],
    run: headers['x-device-run'],
    milliseconds: headers['x-device-monotonic'],
    ...(headers['x-device-call'] !== undefined && { call: headers['x-device-call'] }),
  }));

export type DeviceClock = z.infer<typeof deviceClockSchema>;
