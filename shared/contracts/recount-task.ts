import { z } from 'zod';

/**
 * A position that an investigation of the cloud asks to be counted. Without what the books say: who counts is not to know
 * what is expected.
 */
export const recountTaskSchema = z.object({
  positionId: z
    .string()
    .describe('`warehouse|item|location|lot`. The WMS need not have heard of the position before.'),
  itemId: z.string(),
  warehouseId: z.string(),
  locationId: z.string(),
  lotNumber: z.string().nullable(),
  investigationId: z.string(),
  askedAt: z.string(),
  askedBy: z.string(),
  reason: z.string().describe('What whoever asks wrote for who counts; may be empty.'),
});

export const recountTasksSchema = z.object({
  recountTasks: z.array(recountTaskSchema),
  next: z.string().optional().describe('There is more: hand it back as `after`.'),
});

export type RecountTaskAnswer = z.infer<typeof recountTaskSchema>;
