import type { HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import type { acceptedOrderSchema, OrderAllocation } from '../../shared/contracts/allocation.ts';

/** 202: where to follow the order. An order id needs no escaping in a path. */
export function acceptedOrder({ orderId, status }: OrderAllocation): HttpResponseInit {
  const self = `/api/orders/${orderId}/allocations`;
  const accepted: z.infer<typeof acceptedOrderSchema> = { orderId, status, links: { self, cancel: self } };
  return { status: 202, headers: { location: self }, jsonBody: accepted };
}
