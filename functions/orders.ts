import type { HttpResponseInit } from '@azure/functions';
import { cancelLine, cancelOrder } from '../shared/allocation/cancel.ts';
import { readOrder } from '../shared/allocation/order-state.ts';
import { placeOrder } from '../shared/allocation/place-order.ts';
import { canonicalHash } from '../shared/canonical-hash.ts';
import { allocationOrderSchema, type OrderAllocation } from '../shared/contracts/allocation.ts';
import { lineIdSchema, orderIdSchema } from '../shared/contracts/identifiers.ts';
import { services } from './composition/services.ts';
import { acceptedOrder } from './edge/accepted-order.ts';
import { allocationPorts } from './edge/allocation-ports.ts';
import { httpRoute, jsonBody, pathParameter } from './edge/http.ts';
import { namingKnown } from './edge/known-warehouses.ts';
import { WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { Problem } from './edge/problem.ts';

const orderSchema = namingKnown(allocationOrderSchema, services.options.warehouses);

httpRoute('order-allocate', {
  ...WITH_ORCHESTRATIONS,
  route: 'orders/{orderId}/allocations',
  role: 'operator',
  methods: ['POST'],
  handler: async (request, context) => {
    const orderId = pathParameter(request, 'orderId', orderIdSchema);
    const body = await jsonBody(request, orderSchema);
    const order = await placeOrder(
      { ...body, orderId, bodyHash: canonicalHash(body) },
      allocationPorts(context),
    );
    if (order === 'other-body') throw otherBody(orderId);
    return acceptedOrder(order);
  },
});

httpRoute('order-read', {
  route: 'orders/{orderId}/allocations',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const orderId = pathParameter(request, 'orderId', orderIdSchema);
    const order = await readOrder(orderId, services.allocation);
    if (!order) throw unknown(`No order ${orderId} was asked for.`);
    return { jsonBody: order };
  },
});

httpRoute('order-cancel', {
  ...WITH_ORCHESTRATIONS,
  route: 'orders/{orderId}/allocations',
  role: 'operator',
  methods: ['DELETE'],
  handler: async (request, context) => {
    const orderId = pathParameter(request, 'orderId', orderIdSchema);
    return cancelled(
      await cancelOrder(orderId, allocationPorts(context)),
      `No order ${orderId} was asked for.`,
    );
  },
});

httpRoute('order-line-cancel', {
  ...WITH_ORCHESTRATIONS,
  route: 'orders/{orderId}/allocations/{lineId}',
  role: 'operator',
  methods: ['DELETE'],
  handler: async (request, context) => {
    const orderId = pathParameter(request, 'orderId', orderIdSchema);
    const lineId = pathParameter(request, 'lineId', lineIdSchema);
    const order = await cancelLine(orderId, lineId, allocationPorts(context));
    return cancelled(order, `No order ${orderId} with a line ${lineId} was asked for.`);
  },
});

/** What a warehouse has heard of is on its way to being released. */
function cancelled(order: OrderAllocation | undefined, otherwise: string): HttpResponseInit {
  if (!order) throw unknown(otherwise);
  return { status: 202, jsonBody: order };
}

function otherBody(orderId: string): Problem {
  const detail = `Order ${orderId} was asked for with another body; an order is not changed by asking again.`;
  return new Problem({ status: 409, title: 'Another order has this id', detail });
}

function unknown(detail: string): Problem {
  return new Problem({ status: 404, title: 'No such order', detail });
}
