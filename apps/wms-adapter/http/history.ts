import { Hono } from 'hono';
import { itemIdSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { ExplainedPositionAnswer } from '../../../shared/contracts/position-history.ts';
import type { ExplainedPosition, PositionHistory } from '../history/ledger-entry.ts';
import type { ApiEnvironment, Call } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { limitSchema, listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { checkWarehouse, warehouseAsked } from './permissions.ts';
import { positionIdOf, positionOfId } from './position-id.ts';
import { ProblemException } from './problem.ts';

export const entriesQuerySchema = pageQuerySchema.extend({ limit: limitSchema(100, 1_000) });

/** Each position brings up to 100 entries. */
export const explainedQuerySchema = pageQuerySchema.extend({
  limit: limitSchema(20, 100),
  warehouseId: warehouseIdSchema.optional(),
  itemId: itemIdSchema.optional(),
});

/**
 * `GET /positions/{positionId}/history`: which transactions made a position's figure, the last scanned first. `GET /shortfalls`: positions from which more
 * was taken than the books knew of. `GET /recounts`: positions on which something was booked while another counted.
 */
export function historyRoutes(history: PositionHistory): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>()
    .get('/positions/:positionId/history', async (context) => {
      const query = readQuery(context, entriesQuerySchema);
      const positionId = context.req.param('positionId');
      const key = positionOfId(positionId);
      if (key) checkWarehouse(context.get('caller'), key.warehouseId);
      const found = key && (await page(() => history.history(key, query)));
      if (found === undefined) throw unknownPosition(positionId, key !== undefined);
      const { next } = found;
      return jsonAnswer(context, { ...answerOf(found), ...(next !== undefined && { next }) });
    })
    .get('/shortfalls', async (context) => {
      const query = explainedQuery(context);
      const { rows, ...next } = await page(() => history.shortfalls(query));
      return jsonAnswer(context, listed('shortfalls', { rows: rows.map(answerOf), ...next }));
    })
    .get('/recounts', async (context) => {
      const query = explainedQuery(context);
      const { rows, ...next } = await page(() => history.recounts(query));
      return jsonAnswer(context, listed('recounts', { rows: rows.map(answerOf), ...next }));
    });
}

function explainedQuery(context: Call) {
  const query = readQuery(context, explainedQuerySchema);
  return { ...query, warehouseId: warehouseAsked(context.get('caller'), query.warehouseId) };
}

function answerOf({ key, onHand, shortfall, version, entries }: ExplainedPosition): ExplainedPositionAnswer {
  const { itemId, warehouseId, locationId, lotNumber } = key;
  const identity = { positionId: positionIdOf(key), itemId, warehouseId, locationId, lotNumber };
  return { ...identity, onHand, shortfall, version, entries: [...entries] };
}

function unknownPosition(positionId: string, isId: boolean): ProblemException {
  return isId
    ? new ProblemException(404, 'Unknown position', { detail: `nothing was ever booked on ${positionId}` })
    : new ProblemException(400, 'The path holds no valid name', {
        detail: `positionId: must be warehouse|item|location|lot, percent-encoded (given: "${positionId.slice(0, 80)}")`,
      });
}
