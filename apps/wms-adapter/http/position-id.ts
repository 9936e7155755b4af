import { z } from 'zod';
import {
  itemIdSchema,
  locationIdSchema,
  lotNumberSchema,
  warehouseIdSchema,
} from '../../../shared/contracts/identifiers.ts';
import type { PositionKey } from '../database.ts';

/** `warehouse|item|location|lot`: none of these holds a `|`. The lot is empty for stock that is not kept by lot. */
export function positionIdOf({ warehouseId, itemId, locationId, lotNumber }: PositionKey): string {
  return [warehouseId, itemId, locationId, lotNumber ?? ''].join('|');
}

const partsSchema = z.tuple([warehouseIdSchema, itemIdSchema, locationIdSchema, lotNumberSchema]);

/** The position of an id; undefined for a text that is none. */
export function positionOfId(positionId: string): PositionKey | undefined {
  const parsed = partsSchema.safeParse(positionId.split('|'));
  if (!parsed.success) return undefined;
  const [warehouseId, itemId, locationId, lotNumber] = parsed.data;
  return { warehouseId, itemId, locationId, lotNumber };
}
