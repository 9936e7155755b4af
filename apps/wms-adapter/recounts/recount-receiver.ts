import { INVESTIGATIONS_TOPIC } from '../../../shared/service-bus/investigation-notices.ts';
import {
  createWarehouseReceivers,
  type ReceivingParts,
  type WarehouseReceivers,
} from '../receiving/warehouse-receivers.ts';
import type { RecountTasks } from './recount-tasks.ts';
import { takeNotice } from './take-notice.ts';

export interface RecountReceiverOptions extends ReceivingParts {
  /** Throws `DatabaseUnavailableError` when it does not answer. */
  readonly database: Pick<RecountTasks, 'takeRecountOrder'>;
}

/** Keeps the tasks of all warehouses as the cloud's investigations want them. */
export function createRecountReceiver({
  database,
  ...receiving
}: RecountReceiverOptions): WarehouseReceivers {
  const { random, log } = receiving;
  return createWarehouseReceivers({
    ...receiving,
    topic: INVESTIGATIONS_TOPIC,
    what: 'Investigations',
    handle: (message, warehouseId, stopping) =>
      takeNotice(message, warehouseId, { database, random, log, stopping }),
  });
}
