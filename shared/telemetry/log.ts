import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import type { TraceContext } from '../contracts/trace-context.ts';
import { contextOf } from './spans.ts';
import { isOn, SCOPE } from './state.ts';

/** Ids of what a record is about, by the names of `docs/telemetry.md`. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

const SEVERITIES = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
} as const;

/** Writes a structured record, in the trace given or else the active one. Nothing where telemetry is off. */
export function logRecord(
  severity: keyof typeof SEVERITIES,
  message: string,
  fields: LogFields = {},
  of?: TraceContext,
): void {
  if (!isOn()) return;
  logs.getLogger(SCOPE).emit({
    severityNumber: SEVERITIES[severity],
    severityText: severity.toUpperCase(),
    body: message,
    attributes: Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
    ) as Record<string, string | number | boolean>,
    context: contextOf(of),
  });
}
