import type { InvocationContext } from '@azure/functions';
import type { ProjectionReport } from '../../shared/projection/project-batch.ts';

/** One structured line a batch at debug level, and one for each thing an operator should hear of. */
export function logProjection(context: InvocationContext, report: ProjectionReport): void {
  const { findings, failures, visible, ...counts } = report;
  context.debug('projected', { ...counts, visible: visible.length });
  if (report.retried > 0)
    context.warn(`${report.retried} messages wait in projection-retry: ${failures.join('; ')}`);
  if (report.parked > 0) context.warn(`${report.parked} messages parked; GET /api/quarantine lists them`);
  for (const finding of findings) context.warn(finding.kind, finding);
}
