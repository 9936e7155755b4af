import { z } from 'zod';
import { scannerIdSchema, userIdSchema, utcTimestampSchema, warehouseIdSchema } from './identifiers.ts';
import { badgeSchema, pinSchema } from './sign-in.ts';

const warehouseIdsSchema = z
  .array(warehouseIdSchema)
  .min(1)
  .max(100)
  .refine((ids) => new Set(ids).size === ids.length, 'must name each warehouse once')
  .meta({ uniqueItems: true });

/** A handheld that may post, and in which warehouses. */
export const deviceDetailsSchema = z.object({
  name: z.string().max(128).optional(),
  warehouseIds: warehouseIdsSchema,
});

/** A device as it is known. `revokedAt`: its key is valid no more. `clockOffsetMs`: its clock is ahead by so much. */
export const deviceSchema = deviceDetailsSchema.extend({
  scannerId: scannerIdSchema,
  registeredAt: utcTimestampSchema,
  revokedAt: utcTimestampSchema.optional(),
  lastSeenAt: utcTimestampSchema.optional(),
  clockOffsetMs: z.int().optional(),
});

/** What a registration answers; the key is told this once. */
export const registeredDeviceSchema = deviceSchema.extend({ key: z.string() });

const userFields = {
  name: z.string().max(128).optional(),
  role: z.enum(['worker', 'supervisor']).default('worker'),
  warehouseIds: warehouseIdsSchema,
  /** False for who has left. */
  isActive: z.boolean().default(true),
  /** What the user signs in with on a device; no two have the same. */
  badge: badgeSchema.optional(),
};

/** Who scans. A supervisor may take a count over and end locks of others. */
export const userDetailsSchema = z.object({
  ...userFields,
  pin: pinSchema
    .nullable()
    .optional()
    .describe('Kept as it is where it is left out, taken away by null. Never answered.'),
});

/** A user as it is known. */
export const userSchema = z.object({ ...userFields, userId: userIdSchema, hasPin: z.boolean() });

export type Device = z.infer<typeof deviceSchema>;
export type User = z.infer<typeof userSchema>;
export type UserDetails = z.infer<typeof userDetailsSchema>;
