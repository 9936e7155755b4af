import type { InvocationContext } from '@azure/functions';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import { type ProjectionReport, projectBatch } from '../../shared/projection/project-batch.ts';
import { figures } from '../composition/figures.ts';
import { services } from '../composition/services.ts';

/** Folds a batch into the stock documents, and tells log and figures what it came to. @throws what `projectBatch` throws */
export async function projectMessages(
  messages: readonly ReceivedMessage[],
  context: InvocationContext,
): Promise<void> {
  const report = await projectBatch(messages, services.projection, services.options);
  log(context, report);
  figures.record(report);
}

/** One structured line a batch at debug level, and one for each thing an operator should hear of. */
function log(context: InvocationContext, report: ProjectionReport): void {
  const { findings, failures, visible, ...counts } = report;
  context.debug('projected', { ...counts, visible: visible.length });
  if (report.retried > 0)
    context.warn(`${report.retried} messages wait in projection-retry: ${failures.join('; ')}`);
  if (report.parked > 0) context.warn(`${report.parked} messages parked; GET /api/quarantine lists them`);
  for (const finding of findings) context.warn(finding.kind, finding);
}
