import type { InvocationContext } from '@azure/functions';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import { projectBatch } from '../../shared/projection/project-batch.ts';
import { figures } from '../composition/figures.ts';
import { keepTimes } from '../composition/projected-times.ts';
import { services } from '../composition/services.ts';
import { observeProjection } from './observe-projection.ts';

/** Folds a batch into the stock documents, and tells log, telemetry and figures what it came to. @throws what `projectBatch` throws */
export async function projectMessages(
  messages: readonly ReceivedMessage[],
  context: InvocationContext,
): Promise<void> {
  const report = await observeProjection(messages, context, () =>
    projectBatch(messages, services.projection, services.options),
  );
  figures.record(report);
  // Nobody waits for it: the batch is not to be held up by what only a history tells.
  void keepTimes(report.times);
}
