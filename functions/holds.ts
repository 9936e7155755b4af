import { orderHold } from '../shared/allocation/hold-order.ts';
import { extendHold, keepHold, readHold, releaseHold } from '../shared/allocation/holds.ts';
import { canonicalHash } from '../shared/canonical-hash.ts';
import {
  type HoldState,
  holdConversionSchema,
  holdExtensionSchema,
  holdSchema,
} from '../shared/contracts/allocation.ts';
import { orderIdSchema } from '../shared/contracts/identifiers.ts';
import { services } from './composition/services.ts';
import { acceptedOrder } from './edge/accepted-order.ts';
import { allocationPorts } from './edge/allocation-ports.ts';
import { httpRoute, jsonBody, pathParameter } from './edge/http.ts';
import { namingKnown } from './edge/known-warehouses.ts';
import { WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { Problem } from './edge/problem.ts';

const cartSchema = namingKnown(holdSchema, services.options.warehouses);

httpRoute('hold-keep', {
  ...WITH_ORCHESTRATIONS,
  route: 'holds/{holdId}',
  role: 'operator',
  methods: ['PUT'],
  handler: async (request, context) => {
    const holdId = pathParameter(request, 'holdId', orderIdSchema);
    const body = await jsonBody(request, cartSchema);
    const hold = await keepHold({ ...body, holdId, bodyHash: canonicalHash(body) }, allocationPorts(context));
    if (hold.status === 'other-body') throw otherBody(holdId);
    if (hold.status === 'ended') throw ended(hold.state);
    return { status: hold.status === 'created' ? 201 : 200, jsonBody: hold.state };
  },
});

httpRoute('hold-read', {
  route: 'holds/{holdId}',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const holdId = pathParameter(request, 'holdId', orderIdSchema);
    const state = await readHold(holdId, services.allocation);
    if (!state) throw unknown(holdId);
    return { jsonBody: state };
  },
});

httpRoute('hold-release', {
  route: 'holds/{holdId}',
  role: 'operator',
  methods: ['DELETE'],
  handler: async (request) => {
    const holdId = pathParameter(request, 'holdId', orderIdSchema);
    const hold = await releaseHold(holdId, services.allocation);
    if (!hold) throw unknown(holdId);
    if (hold.status === 'ended') throw ended(hold.state);
    return { jsonBody: hold.state };
  },
});

httpRoute('hold-extend', {
  ...WITH_ORCHESTRATIONS,
  route: 'holds/{holdId}/extension',
  role: 'operator',
  methods: ['POST'],
  handler: async (request, context) => {
    const holdId = pathParameter(request, 'holdId', orderIdSchema);
    const { expiresInSeconds } = await jsonBody(request, holdExtensionSchema);
    const hold = await extendHold(holdId, expiresInSeconds, allocationPorts(context));
    if (!hold) throw unknown(holdId);
    if (hold.status === 'ended') throw ended(hold.state);
    return { jsonBody: hold.state };
  },
});

httpRoute('hold-order', {
  ...WITH_ORCHESTRATIONS,
  route: 'holds/{holdId}/order',
  role: 'operator',
  methods: ['POST'],
  handler: async (request, context) => {
    const holdId = pathParameter(request, 'holdId', orderIdSchema);
    const { orderId } = await jsonBody(request, holdConversionSchema);
    const made = await orderHold(holdId, orderId, allocationPorts(context));
    if (!made) throw unknown(holdId);
    if (made.status === 'ended') throw ended(made.state);
    if (made.status === 'order-exists') throw orderExists(orderId);
    return acceptedOrder(made.order);
  },
});

function ended({ holdId, status, orderId, expiresAt }: HoldState): Problem {
  const what = {
    ordered: `became order ${orderId}; cancel that to give its stock back`,
    released: 'was released',
    expired: `expired at ${expiresAt}`,
    held: 'is held',
    'partly-held': 'is held',
  }[status];
  return new Problem({ status: 409, title: 'The hold has ended', detail: `Hold ${holdId} ${what}.` });
}

function otherBody(holdId: string): Problem {
  const detail = `Hold ${holdId} was asked for with another body; release it, and take another id.`;
  return new Problem({ status: 409, title: 'Another hold has this id', detail });
}

function orderExists(orderId: string): Problem {
  const errors = [{ pointer: '/orderId', detail: `is taken by another order (given: "${orderId}")` }];
  return new Problem({ status: 409, title: 'Another order has this id', errors });
}

function unknown(holdId: string): Problem {
  return new Problem({ status: 404, title: 'No such hold', detail: `No hold ${holdId} was asked for.` });
}
