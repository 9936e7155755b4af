import * as df from 'durable-functions';
import { concludeOrder } from '../shared/allocation/conclude-order.ts';
import { askAgain, placeAndAsk } from '../shared/allocation/drive-line.ts';
import { expireHold as endExpiredHold } from '../shared/allocation/holds.ts';
import type { AllocateLineInput } from '../shared/ports/orchestrations.ts';
import { services } from './composition/services.ts';
import { allocationPorts } from './edge/allocation-ports.ts';
import { WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { type AskAgainInput, allocateLine } from './orchestrations/allocate-line.ts';
import { allocateOrder } from './orchestrations/allocate-order.ts';
import { expireHold } from './orchestrations/expire-hold.ts';
import { byVersion } from './orchestrations/versions.ts';

df.app.orchestration('allocateLine', byVersion({ '1': allocateLine }));
df.app.orchestration('allocateOrder', byVersion({ '1': allocateOrder }));
df.app.orchestration('expireHold', byVersion({ '1': expireHold }));

/** Attempts after which an unanswered request is an alert: the warehouse has not answered for three and a half minutes. */
const ALERT_AFTER_ATTEMPTS = 3;

df.app.activity('placeLine', {
  handler: (input: AllocateLineInput) => placeAndAsk(input, services.allocation),
});

df.app.activity('askAgain', {
  handler: async ({ attempt, ...input }: AskAgainInput, context) => {
    const waiting = await askAgain(input, attempt, services.allocation);
    if (attempt >= ALERT_AFTER_ATTEMPTS && waiting.length > 0)
      context.error('allocation-unanswered', { ...input, attempt, waiting });
    return waiting;
  },
});

df.app.activity('tellStockChange', {
  handler: ({ itemId }: { itemId: string }) => services.allocation.stockChanges.tell([itemId]),
});

df.app.activity('listLines', {
  handler: async ({ orderId }: { orderId: string }) => {
    const stored = await services.allocation.orders.read('order', orderId);
    return stored?.order.lines.map(({ lineId, itemId }) => ({ lineId, itemId })) ?? [];
  },
});

df.app.activity('concludeOrder', {
  ...WITH_ORCHESTRATIONS,
  handler: ({ orderId }: { orderId: string }, context) => concludeOrder(orderId, allocationPorts(context)),
});

df.app.activity('endExpiredHold', {
  ...WITH_ORCHESTRATIONS,
  handler: async ({ holdId }: { holdId: string }, context) => {
    const comeBackAt = await endExpiredHold(holdId, allocationPorts(context));
    return { expiresAt: comeBackAt === undefined ? null : new Date(comeBackAt).toISOString() };
  },
});
