import { z } from 'zod';
import { pieceCountSchema } from './identifiers.ts';

/** What is reserved for a line of an order and still to be picked. Where it lies, the positions say. */
export const pickTaskSchema = z.object({
  allocationId: z.string(),
  orderId: z.string(),
  lineId: z.string(),
  itemId: z.string(),
  warehouseId: z.string(),
  open: pieceCountSchema.describe('Pieces, reserved and not picked.'),
  priority: z.int().describe('Higher goes first.'),
  orderedAt: z.string(),
});

export const pickListSchema = z.object({
  picks: z.array(pickTaskSchema),
  next: z.string().optional().describe('There is more: hand it back as `after`.'),
});

export type PickTaskAnswer = z.infer<typeof pickTaskSchema>;
