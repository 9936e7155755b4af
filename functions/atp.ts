import { itemAvailability, pairAvailability, warehouseAvailability } from '../shared/atp/availability.ts';
import { atpQuerySchema } from '../shared/contracts/atp.ts';
import { itemIdSchema, warehouseIdSchema } from '../shared/contracts/identifiers.ts';
import { services } from './composition/services.ts';
import { httpRoute, jsonBody, pathParameter } from './edge/http.ts';
import { Problem } from './edge/problem.ts';

httpRoute('atp-item', {
  route: 'items/{itemId}/atp',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    const answer = await itemAvailability(itemId, services.stockReader);
    if (!answer) throw unknown(`The cloud knows no stock of item ${itemId} in any warehouse.`);
    return { jsonBody: answer };
  },
});

httpRoute('atp-warehouse', {
  route: 'items/{itemId}/warehouses/{warehouseId}/atp',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    const warehouseId = pathParameter(request, 'warehouseId', warehouseIdSchema);
    const answer = await warehouseAvailability({ itemId, warehouseId }, services.stockReader);
    if (!answer) throw unknown(`The cloud knows no stock of item ${itemId} in warehouse ${warehouseId}.`);
    return { jsonBody: answer };
  },
});

httpRoute('atp-query', {
  route: 'atp/query',
  methods: ['POST'],
  handler: async (request) => {
    const { pairs } = await jsonBody(request, atpQuerySchema);
    return { jsonBody: await pairAvailability(pairs, services.stockReader) };
  },
});

function unknown(detail: string): Problem {
  return new Problem({ status: 404, title: 'No such stock', detail });
}
