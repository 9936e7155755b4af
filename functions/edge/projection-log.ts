import type { InvocationContext } from '@azure/functions';
import type { ProjectionReport } from '../../shared/projection/project-batch.ts';
import { logRecord } from '../../shared/telemetry/log.ts';
import { traceIn } from '../../shared/telemetry/spans.ts';

/** One structured line a batch at debug level, and one for each thing an operator should hear of. */
export function logProjection(context: InvocationContext, report: ProjectionReport): void {
  const { findings, failures, visible, ...counts } = report;
  context.debug('projected', { ...counts, visible: visible.length });
  if (report.retried > 0)
    context.warn(`${report.retried} messages wait in projection-retry: ${failures.join('; ')}`);
  if (report.parked > 0) context.warn(`${report.parked} messages parked; GET /api/quarantine lists them`);
  for (const finding of findings) {
    const { kind, itemId, warehouseId, locationId, eventId, version, expected, found } = finding;
    const event = visible.find((one) => one.eventId === eventId);
    const trace = traceIn(event?.message.applicationProperties);
    context.warn(kind, trace ? { ...finding, traceparent: trace.traceparent } : finding);
    const ids = { 'item.id': itemId, 'warehouse.id': warehouseId, 'location.id': locationId };
    logRecord('warn', kind, { ...ids, 'event.id': eventId, version, expected, found }, trace);
  }
}
