import { z } from 'zod';
import { MAX_WAREHOUSES } from '../contracts/allocation.ts';
import { warehouseIdSchema } from '../contracts/identifiers.ts';
import type { Environment } from '../settings.ts';
import { parseSettings } from './setting.ts';

const DEFAULT_WAREHOUSES = 'WH-001,WH-002,WH-003,WH-004,WH-005,WH-006,WH-007,WH-008';

/** Ids of warehouses separated by commas; at least one, and no more than one installation serves. */
export const warehouseList = () =>
  z
    .string()
    .default(DEFAULT_WAREHOUSES)
    .transform((list) => list.split(',').flatMap((id) => id.trim() || []))
    .refine((ids) => z.array(warehouseIdSchema).min(1).safeParse(ids).success, {
      error: 'set it to warehouse ids separated by commas, such as WH-001,WH-002.',
    })
    .refine((ids) => new Set(ids).size <= MAX_WAREHOUSES, {
      error: `set it to at most ${MAX_WAREHOUSES} warehouse ids, and serve the others by another installation.`,
    });

/**
 * The warehouses this installation serves: `STOCKBRIDGE_WAREHOUSES`.
 *
 * @throws {SettingError} when there is none, or one that is no id
 */
export function readWarehouses(environment: Environment): ReadonlySet<string> {
  const settings = z.object({ STOCKBRIDGE_WAREHOUSES: warehouseList() });
  return new Set(parseSettings(environment, settings).STOCKBRIDGE_WAREHOUSES);
}
