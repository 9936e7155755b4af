import type { HttpRequest } from '@azure/functions';
import { itemIdSchema, referenceSchema, warehouseIdSchema } from '../shared/contracts/identifiers.ts';
import {
  atpThresholdsSchema,
  expectedReceiptSchema,
  safetyStockSchema,
} from '../shared/contracts/planning.ts';
import type { StockKey } from '../shared/domain/stock.ts';
import { readThresholds, setThresholds } from '../shared/planning/atp-thresholds.ts';
import {
  announceReceipt,
  listExpectedReceipts,
  TooManyExpectedReceipts,
  withdrawReceipt,
} from '../shared/planning/expected-receipts.ts';
import { readSafetyStock, setSafetyStock } from '../shared/planning/safety-stock.ts';
import { services } from './composition/services.ts';
import { httpRoute, jsonBody, pathParameter } from './edge/http.ts';
import { Problem } from './edge/problem.ts';

const SAFETY_STOCK = 'items/{itemId}/warehouses/{warehouseId}/safety-stock';
const EXPECTED_RECEIPTS = 'items/{itemId}/warehouses/{warehouseId}/expected-receipts';
const THRESHOLDS = 'items/{itemId}/atp-thresholds';

httpRoute('safety-stock-set', {
  route: SAFETY_STOCK,
  role: 'controller',
  methods: ['PUT'],
  handler: async (request) => {
    const key = stockKey(request);
    const { quantity } = await jsonBody(request, safetyStockSchema);
    return { jsonBody: await setSafetyStock(key, quantity, services.planning) };
  },
});

httpRoute('safety-stock-read', {
  route: SAFETY_STOCK,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => ({ jsonBody: await readSafetyStock(stockKey(request), services.planning) }),
});

httpRoute('expected-receipts-list', {
  route: EXPECTED_RECEIPTS,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const expectedReceipts = await listExpectedReceipts(stockKey(request), services.planning);
    return { jsonBody: { expectedReceipts } };
  },
});

httpRoute('expected-receipt-announce', {
  route: `${EXPECTED_RECEIPTS}/{expectedReceiptId}`,
  role: 'controller',
  methods: ['PUT'],
  handler: async (request) => {
    const key = stockKey(request);
    const expectedReceiptId = pathParameter(request, 'expectedReceiptId', referenceSchema);
    const announced = await jsonBody(request, expectedReceiptSchema);
    try {
      const { receipt, isNew } = await announceReceipt(
        key,
        { expectedReceiptId, ...announced },
        services.planning,
      );
      return { status: isNew ? 201 : 200, jsonBody: receipt };
    } catch (error) {
      if (!(error instanceof TooManyExpectedReceipts)) throw error;
      throw new Problem({ status: 409, title: 'Too many expected receipts', detail: error.message });
    }
  },
});

httpRoute('expected-receipt-withdraw', {
  route: `${EXPECTED_RECEIPTS}/{expectedReceiptId}`,
  role: 'controller',
  methods: ['DELETE'],
  handler: async (request) => {
    const key = stockKey(request);
    await withdrawReceipt(
      key,
      pathParameter(request, 'expectedReceiptId', referenceSchema),
      services.planning,
    );
    return { status: 204 };
  },
});

httpRoute('atp-thresholds-set', {
  route: THRESHOLDS,
  role: 'controller',
  methods: ['PUT'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    const { thresholds } = await jsonBody(request, atpThresholdsSchema);
    return { jsonBody: { thresholds: await setThresholds(itemId, thresholds, services.planning) } };
  },
});

httpRoute('atp-thresholds-read', {
  route: THRESHOLDS,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    return { jsonBody: { thresholds: await readThresholds(itemId, services.planning) } };
  },
});

httpRoute('atp-thresholds-remove', {
  route: THRESHOLDS,
  role: 'controller',
  methods: ['DELETE'],
  handler: async (request) => {
    await setThresholds(pathParameter(request, 'itemId', itemIdSchema), [], services.planning);
    return { status: 204 };
  },
});

/** @throws {Problem} 404 for a warehouse that this installation does not serve: a plan for it would never be used */
function stockKey(request: HttpRequest): StockKey {
  const itemId = pathParameter(request, 'itemId', itemIdSchema);
  const warehouseId = pathParameter(request, 'warehouseId', warehouseIdSchema);
  if (services.options.warehouses.has(warehouseId)) return { itemId, warehouseId };
  const detail = `${warehouseId} is not a warehouse known here.`;
  throw new Problem({ status: 404, title: 'No such warehouse', detail });
}
