import type { z } from 'zod';
import { itemAtpByDate, warehouseAtpByDate } from '../shared/atp/atp-by-date.ts';
import { itemAvailability, pairAvailability, warehouseAvailability } from '../shared/atp/availability.ts';
import { atpDaysQuerySchema, atpQuerySchema } from '../shared/contracts/atp.ts';
import { itemIdSchema, warehouseIdSchema } from '../shared/contracts/identifiers.ts';
import { MAX_ATP_DAYS } from '../shared/contracts/planning.ts';
import { dayNumber, utcDay } from '../shared/domain/utc-day.ts';
import { services } from './composition/services.ts';
import { httpRoute, jsonBody, pathParameter, queryParameters } from './edge/http.ts';
import { Problem } from './edge/problem.ts';

httpRoute('atp-item', {
  route: 'items/{itemId}/atp',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    const days = queryParameters(request, daysSchema);
    const answer = isByDate(days)
      ? await itemAtpByDate(itemId, days, ports)
      : await itemAvailability(itemId, ports);
    if (!answer) throw unknown(`The cloud knows no stock of item ${itemId} in any warehouse.`);
    return { jsonBody: answer };
  },
});

httpRoute('atp-warehouse', {
  route: 'items/{itemId}/warehouses/{warehouseId}/atp',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    const warehouseId = pathParameter(request, 'warehouseId', warehouseIdSchema);
    const days = queryParameters(request, daysSchema);
    const answer = isByDate(days)
      ? await warehouseAtpByDate({ itemId, warehouseId }, days, ports)
      : await warehouseAvailability({ itemId, warehouseId }, ports);
    if (!answer) throw unknown(`The cloud knows no stock of item ${itemId} in warehouse ${warehouseId}.`);
    return { jsonBody: answer };
  },
});

httpRoute('atp-query', {
  route: 'atp/query',
  role: 'reader',
  methods: ['POST'],
  handler: async (request) => {
    const { pairs } = await jsonBody(request, atpQuerySchema);
    return { jsonBody: await pairAvailability(pairs, ports) };
  },
});

const ports = { reader: services.stockReader, ...services.planning };

/** Days before today are not shown, so that only those from today on count towards the limit. */
const daysSchema = atpDaysQuerySchema.transform((days, context) => {
  const { from, to } = days;
  if (to === undefined) return days;
  const today = utcDay(services.planning.runtime.now());
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['to'], message });
  const first = from === undefined || from < today ? today : from;
  if (to < (from ?? today)) refuse(`must not be before from (${from ?? `${today}, today`})`);
  if (dayNumber(to) - dayNumber(first) >= MAX_ATP_DAYS)
    refuse(`must be within ${MAX_ATP_DAYS} days of from (${first})`);
  return days;
});

function isByDate({ from, to }: z.infer<typeof daysSchema>): boolean {
  return from !== undefined || to !== undefined;
}

function unknown(detail: string): Problem {
  return new Problem({ status: 404, title: 'No such stock', detail });
}
