import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import { type ProjectionPorts, projectBatch } from '../../shared/projection/project-batch.ts';
import { messageOf } from '../doubles/fixtures.ts';
import { inMemoryBus } from '../doubles/message-bus.ts';
import { inMemoryQuarantine } from '../doubles/quarantine-store.ts';

type Given = Pick<ProjectionPorts, 'stock' | 'runtime'> & Partial<ProjectionPorts>;

/** The ports of a projection: what is given, the rest in memory, and nobody who follows the stock. */
export function projectionPorts(given: Given): ProjectionPorts {
  return {
    quarantine: inMemoryQuarantine(),
    retryQueue: inMemoryBus(given.runtime).retryQueue,
    followStock: async () => {},
    ...given,
  };
}

/** Projects events of warehouse WH-001 as one batch. */
export function projectEvents(events: readonly InventoryEvent[], given: Given) {
  const options = { warehouses: new Set(['WH-001']), patienceMs: 20_000 };
  return projectBatch(
    events.map((event) => messageOf(event)),
    projectionPorts(given),
    options,
  );
}
