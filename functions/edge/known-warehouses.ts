import type { z } from 'zod';
import type { OrderedLine } from '../../shared/contracts/allocation.ts';

/** The schema, refusing lines that name a warehouse this installation does not serve. */
export function namingKnown<Lines extends { lines: readonly OrderedLine[] }>(
  schema: z.ZodType<Lines>,
  warehouses: ReadonlySet<string>,
): z.ZodType<Lines> {
  return schema.superRefine(({ lines }, context) => {
    for (const [index, line] of lines.entries()) {
      for (const field of ['allowedWarehouses', 'preferredWarehouses'] as const) {
        for (const [place, warehouseId] of (line[field] ?? []).entries()) {
          if (warehouses.has(warehouseId)) continue;
          const message = 'is no warehouse of this installation';
          context.addIssue({ code: 'custom', path: ['lines', index, field, place], message });
        }
      }
    }
  });
}

/** The schema, refusing a `warehouseId` that this installation does not serve. */
export function servedOnly<Value extends { warehouseId?: string | undefined }>(
  schema: z.ZodType<Value>,
  warehouses: ReadonlySet<string>,
): z.ZodType<Value> {
  return schema.superRefine(({ warehouseId }, context) => {
    if (warehouseId === undefined || warehouses.has(warehouseId)) return;
    const message = 'is no warehouse of this installation';
    context.addIssue({ code: 'custom', path: ['warehouseId'], message });
  });
}
