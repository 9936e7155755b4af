import type { InvocationContext } from '@azure/functions';
import { ONLINE_WITHIN } from '../../shared/figures/figures-recorder.ts';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import type { ProjectionReport, VisibleEvent } from '../../shared/projection/project-batch.ts';
import { countEvents, countFindings, recordLatency } from '../../shared/telemetry/metrics.ts';
import { activeTrace, inSpan, recordSpan, traceIn } from '../../shared/telemetry/spans.ts';
import { isOn } from '../../shared/telemetry/state.ts';
import { logProjection } from './projection-log.ts';

/**
 * Projects a batch and tells what it came to: to the log, and where telemetry is on as a span of the batch, a span in the
 * trace of each event, which is linked to that of the batch, and metrics.
 */
export async function observeProjection(
  messages: readonly ReceivedMessage[],
  context: InvocationContext,
  project: () => Promise<ProjectionReport>,
): Promise<ProjectionReport> {
  const attributes = {
    'messaging.system': 'servicebus',
    'messaging.operation.type': 'process',
    'messaging.batch.message_count': messages.length,
  };
  return inSpan('project batch', { kind: 'consumer', parent: null, attributes }, async (span) => {
    const report = await project();
    const { documents, parked, retried, visible } = report;
    span.add({ documents, parked, retried, visible: visible.length });
    logProjection(context, report);
    if (isOn()) record(report);
    return report;
  });
}

function record(report: ProjectionReport): void {
  const { received, parked, retried, visible, findings, gaps } = report;
  countEvents('projected', visible.length);
  countEvents('parked', parked);
  countEvents('retried', retried);
  countEvents('known', Math.max(0, received - visible.length - parked - retried));
  countFindings('gap', gaps);
  for (const { kind } of findings) countFindings(kind);
  const batch = activeTrace();
  for (const event of visible) {
    recordLatencies(event);
    const parent = traceIn(event.message.applicationProperties);
    if (!parent) continue;
    const { eventId, itemId, warehouseId, allocationId, visibleAt: ended } = event;
    const attributes = {
      ...{ 'event.id': eventId, 'item.id': itemId, 'warehouse.id': warehouseId },
      ...(allocationId !== undefined && { 'allocation.id': allocationId }),
    };
    const begun = event.message.enqueuedAt;
    recordSpan('project event', { kind: 'consumer', parent, links: [batch], attributes, begun, ended });
  }
}

function recordLatencies({ committedAt, scannedAt, visibleAt, message }: VisibleEvent): void {
  const committed = Date.parse(committedAt);
  recordLatency('commit_to_bus', (message.enqueuedAt - committed) / 1_000);
  recordLatency('bus_to_projected', (visibleAt - message.enqueuedAt) / 1_000);
  if (scannedAt === undefined) return;
  const scanned = Date.parse(scannedAt);
  const offline = committed - scanned > ONLINE_WITHIN;
  recordLatency('scan_to_commit', (committed - scanned) / 1_000, offline);
  recordLatency('scan_to_projected', (visibleAt - scanned) / 1_000, offline);
}
