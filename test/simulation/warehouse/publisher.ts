import type { OutboxEntry } from '../../../apps/wms-adapter/relay/outbox.ts';
import type { Publisher } from '../../../apps/wms-adapter/relay/publisher.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  allocationDecisionMessage,
} from '../../../shared/service-bus/allocation-message.ts';
import { INVENTORY_EVENTS_TOPIC, inventoryMessage } from '../../../shared/service-bus/inventory-message.ts';
import { BusAway, type SimulatedBus } from '../bus/service-bus.ts';
import type { Call } from '../calls.ts';
import type { Line } from './line.ts';

/** Puts the adapter's messages on the simulated bus, a topic after the other. */
export function simulatedPublisher(bus: SimulatedBus, call: Call, line: Line): Publisher {
  return {
    publish: (entries) =>
      call(`the relay publishes ${entries.length}`, async () => {
        const report = { sent: [] as number[], refused: [] };
        if (!line.tryOut()) return { ...report, failure: 'the bus is out of reach' };
        try {
          for (const [topic, own] of [
            [INVENTORY_EVENTS_TOPIC, entries.filter(({ kind }) => kind === 'event')],
            [ALLOCATION_DECISIONS_TOPIC, entries.filter(({ kind }) => kind === 'decision')],
          ] as const) {
            if (own.length > 0) bus.send(topic, own.map(messageOf));
            report.sent.push(...own.map(({ sequence }) => sequence));
          }
          return report;
        } catch (error) {
          if (!(error instanceof BusAway)) throw error;
          return { ...report, failure: error.message };
        }
      }),
    close: async () => {},
  };
}

function messageOf(entry: OutboxEntry) {
  return entry.kind === 'event'
    ? inventoryMessage(entry.event, entry.trace)
    : allocationDecisionMessage(entry.decision, entry.trace);
}
