import { historyQuerySchema } from '../shared/contracts/history.ts';
import { itemIdSchema, warehouseIdSchema } from '../shared/contracts/identifiers.ts';
import { stockHistory } from '../shared/journal/history.ts';
import { UnknownContinuation } from '../shared/journal/history-cursor.ts';
import { services } from './composition/services.ts';
import { httpRoute, pathParameter, queryParameters } from './edge/http.ts';
import { Problem } from './edge/problem.ts';

/** Which transactions made the figure of an item in a warehouse. */
httpRoute('history', {
  route: 'items/{itemId}/warehouses/{warehouseId}/history',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    const warehouseId = pathParameter(request, 'warehouseId', warehouseIdSchema);
    const query = queryParameters(request, historyQuerySchema);
    try {
      const history = await stockHistory({ itemId, warehouseId }, query, ports);
      if (!history) throw unknown(itemId, warehouseId);
      return { jsonBody: history };
    } catch (error) {
      throw error instanceof UnknownContinuation ? invalidContinuation(query.after) : error;
    }
  },
});

const ports = {
  journal: services.journal.journal,
  reader: services.stockReader,
  stock: services.projection.stock,
};

function unknown(itemId: string, warehouseId: string): Problem {
  const detail = `Neither the cloud nor its journal know of item ${itemId} in warehouse ${warehouseId}.`;
  return new Problem({ status: 404, title: 'No such stock', detail });
}

function invalidContinuation(after: string | undefined): Problem {
  const detail = `No page of this history gave it as next (given: ${JSON.stringify(after?.slice(0, 80))}).`;
  return new Problem({
    status: 400,
    title: 'The request is not valid',
    detail: '1 field is not valid.',
    errors: [{ pointer: '/after', detail }],
  });
}
