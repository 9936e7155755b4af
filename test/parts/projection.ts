import type { ProjectionPorts } from '../../shared/projection/project-batch.ts';
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
