import { Hono } from 'hono';
import { z } from 'zod';
import { MAX_PIECES, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { MasterDataChanges } from '../../../shared/contracts/master-data-changes.ts';
import { queryNumber } from '../../../shared/contracts/query-number.ts';
import { MAX_TRANSACTIONS_PER_CALL } from '../../../shared/contracts/transaction.ts';
import { EARLIEST_SCAN, MAX_CLOCK_OFFSET_MS } from '../../../shared/domain/scan-time.ts';
import type { Database } from '../database.ts';
import type { Caller } from '../devices/caller.ts';
import { LOCK_DURATION_MS } from '../locks/location-lock.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { MAX_BODY_BYTES } from './json-body.ts';
import { isKnownVersion, markOf } from './master-data-mark.ts';
import { limitSchema, readQuery } from './pages.ts';
import { checkWarehouse } from './permissions.ts';

const VERSION = 'must be a version that was answered here, or 0';

export const masterDataQuerySchema = z.object({
  version: queryNumber(0, Number.MAX_SAFE_INTEGER, VERSION).default(0),
  mark: z.string().max(256).optional().describe('That of the answer with this version, if it had one.'),
  warehouseId: warehouseIdSchema.optional(),
  limit: limitSchema(1_000, 5_000),
});

/** What a scanner has to keep, so that what it queues offline is taken later. */
export const SCANNER_LIMITS: MasterDataChanges['limits'] = {
  maxPieces: MAX_PIECES,
  transactionsPerCall: MAX_TRANSACTIONS_PER_CALL,
  bytesPerCall: MAX_BODY_BYTES,
  clockOffsetMs: MAX_CLOCK_OFFSET_MS,
  earliestScan: EARLIEST_SCAN,
  lockMs: LOCK_DURATION_MS,
};

/**
 * `GET /master-data`: what a scanner checks by when it is offline, as far as it was put since the version that it has.
 *
 * @param allWarehouseIds whose locations are told to who is no device and names none
 */
export function masterDataChangesRoutes(
  database: Pick<Database, 'masterDataSince'>,
  allWarehouseIds: readonly string[],
): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>().get('/master-data', async (context) => {
    const { version, mark, warehouseId, limit } = readQuery(context, masterDataQuerySchema);
    const warehouseIds = warehousesAsked(context.get('caller'), warehouseId, allWarehouseIds);
    const query = { version, warehouseIds, limit };
    const isKnown = await isKnownVersion(database, query, mark);
    const changes = await database.masterDataSince(isKnown ? query : { ...query, version: 0 });
    const next = await markOf(database, { ...query, version: changes.version });
    const caller = context.get('caller');
    return jsonAnswer(context, {
      ...changes,
      ...(next !== undefined && { mark: next }),
      ...(caller.kind === 'device' && { scannerId: caller.device.scannerId }),
      warehouseIds,
      limits: SCANNER_LIMITS,
      ...(!isKnown && { reset: true }),
    });
  });
}

function warehousesAsked(
  caller: Caller,
  warehouseId: string | undefined,
  all: readonly string[],
): readonly string[] {
  if (warehouseId !== undefined) {
    checkWarehouse(caller, warehouseId);
    return [warehouseId];
  }
  return caller.kind === 'device' ? caller.device.warehouseIds : all;
}
