import { z } from 'zod';
import { warehouseIdSchema } from './identifiers.ts';

/** How often a WMS adapter tells how it is. Milliseconds. */
export const STATUS_EVERY_MS = 60_000;

/** What waits in an adapter's outbox. */
export const outboxFiguresSchema = z.object({
  unsent: z.int().min(0),
  parked: z.int().min(0),
  oldestAgeMs: z.int().min(0).describe('Milliseconds.'),
});

export type OutboxFigures = z.infer<typeof outboxFiguresSchema>;

/** What queue `adapter-status` carries: how a WMS adapter is, for people to see. Nothing is decided by it. */
export const adapterStatusSchema = z.object({
  adapterId: z.string().min(1).max(64).describe('Of the process; another one after a restart, perhaps.'),
  warehouseIds: z.array(warehouseIdSchema).min(1).max(1_000),
  database: z.enum(['ready', 'does-not-answer']).describe('The WMS’s.'),
  outbox: outboxFiguresSchema.optional().describe('Absent where nobody knows: it is the WMS’s own.'),
});

export type AdapterStatus = z.infer<typeof adapterStatusSchema>;
