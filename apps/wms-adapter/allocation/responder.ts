import { ALLOCATION_REQUESTS_TOPIC } from '../../../shared/service-bus/allocation-message.ts';
import type { GroupCommit } from '../booking/group-commit.ts';
import {
  createWarehouseReceivers,
  type ReceivingParts,
  type WarehouseReceivers,
} from '../receiving/warehouse-receivers.ts';
import { answerMessage } from './answer-message.ts';

export interface ResponderOptions extends ReceivingParts {
  readonly groupCommit: Pick<GroupCommit, 'decide'>;
}

/**
 * Answers the cloud's requests of all warehouses. Those that arrive together are decided in one database transaction,
 * with the scans of that moment; a message is completed only after the commit, and answered again when it comes again.
 */
export function createResponder({ groupCommit, ...receiving }: ResponderOptions): WarehouseReceivers {
  const { random, log } = receiving;
  return createWarehouseReceivers({
    ...receiving,
    topic: ALLOCATION_REQUESTS_TOPIC,
    what: 'Allocation requests',
    handle: (message, warehouseId, stopping) =>
      answerMessage(message, warehouseId, { groupCommit, random, log, stopping }),
  });
}
