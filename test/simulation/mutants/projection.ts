import type { ReceivedMessage } from '../../../shared/ports/received-message.ts';
import { PROJECTION_SUBSCRIPTION } from '../../../shared/service-bus/inventory-message.ts';
import type { Mutant } from './mutant.ts';
import { completedFirst, doing } from './wrappers.ts';

/** Defects in what the cloud makes of the events of a warehouse. */
export const PROJECTION_MUTANTS = {
  'completes-before-the-write': {
    text: 'the projection completes its messages before their effect is stored',
    scans: 800,
    mutations: { work: doing(PROJECTION_SUBSCRIPTION, completedFirst) },
  },
  'writes-without-if-match': {
    text: 'a stock is written over whatever is there: a conflict counts as stored',
    scans: 800,
    mutations: {
      stock: (store) => ({
        ...store,
        write: async (writes) =>
          (await store.write(writes)).map((outcome) =>
            outcome.status === 'conflict' ? { status: 'stored' } : outcome,
          ),
      }),
    },
  },
  'version-off-by-one': {
    text: 'a version counts as new although it is the one held',
    mutations: {
      stock: (store) => ({
        ...store,
        read: async (keys) =>
          (await store.read(keys)).map((outcome) =>
            outcome.status !== 'found'
              ? outcome
              : {
                  ...outcome,
                  stock: {
                    ...outcome.stock,
                    positions: outcome.stock.positions.map((position) =>
                      position.version === undefined
                        ? position
                        : { ...position, version: position.version - 1 },
                    ),
                  },
                },
          ),
      }),
    },
  },
  'receives-by-on-hand': {
    text: 'a receipt takes off what was expected by how much on hand grew, not by what was scanned',
    mutations: {
      work: doing(
        PROJECTION_SUBSCRIPTION,
        (work) => (messages) => work(messages.map(withoutScannedQuantity)),
      ),
    },
  },
  'journal-gives-up': {
    text: 'an entry that the journal does not take is left out of it',
    mutations: {
      journal: (journal) => ({
        ...journal,
        append: (entries) => journal.append(entries).catch(() => undefined),
      }),
    },
  },
  'parks-nothing': {
    text: 'what could not be parked counts as parked',
    mutations: { quarantine: (quarantine) => ({ ...quarantine, park: async () => [] }) },
  },
} satisfies Record<string, Mutant>;

function withoutScannedQuantity(message: ReceivedMessage): ReceivedMessage {
  const text = String(message.body);
  // What is no event stays as it is.
  if (!text.includes('"scannedQuantity"')) return message;
  const { scannedQuantity: _scanned, ...event } = JSON.parse(text);
  return { ...message, body: Buffer.from(JSON.stringify(event)) };
}
