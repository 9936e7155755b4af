import type { ParkedMessage, QuarantineStore } from '../../shared/ports/quarantine-store.ts';
import { logRecord } from '../../shared/telemetry/log.ts';
import { countParked } from '../../shared/telemetry/metrics.ts';
import { traceIn } from '../../shared/telemetry/spans.ts';
import { isOn } from '../../shared/telemetry/state.ts';

/** A quarantine that tells of each message parked in it: counted, and a record in the message's own trace. */
export function tellingQuarantine(store: QuarantineStore): QuarantineStore {
  return {
    ...store,
    async park(parked) {
      const unparked = await store.park(parked);
      if (isOn()) {
        const left = new Set(unparked.map(({ message }) => message));
        for (const one of parked) if (!left.has(one.message)) tell(one);
      }
      return unparked;
    },
  };
}

function tell({ message, refusal }: ParkedMessage): void {
  const { messageId, subscription, applicationProperties } = message;
  countParked(subscription, refusal.reason);
  // What the sender says that it is about: the body could perhaps not be read.
  const { cloudEvents_subject: subject } = applicationProperties;
  const ids = { 'message.id': messageId, subscription };
  const item = typeof subject === 'string' ? { 'item.id': subject } : {};
  // Not the refusal's detail, which may say of a message whom it names.
  const why = { reason: refusal.reason };
  logRecord('warn', 'message-parked', { ...ids, ...item, ...why }, traceIn(applicationProperties));
}
