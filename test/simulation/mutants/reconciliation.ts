import { positionKey, sumOnHand } from '../../../shared/domain/position.ts';
import type { Stock } from '../../../shared/domain/stock.ts';
import type { WmsStock } from '../../../shared/domain/wms-stock.ts';
import type { Mutant } from './mutant.ts';

/** Defects in the reconciliation. */
export const RECONCILIATION_MUTANTS = {
  'takes-late-for-lost': {
    text: 'the reconciliation does not ask what is still on its way',
    scans: 1000,
    mutations: { eventsOnTheWay: () => ({ oldestCommit: async () => null }) },
  },
  'corrects-by-an-old-snapshot': {
    text: 'the reconciliation takes what it read of the WMS before the grace time for what the WMS has now',
    scans: 1000,
    mutations: {
      reconciliation: (ports) => {
        const seen = new Map<string, WmsStock>();
        return {
          ...ports,
          wms: {
            ...ports.wms,
            stocksOf: async (warehouseId, itemIds) =>
              (await ports.wms.stocksOf(warehouseId, itemIds)).map((stock) => {
                const name = `${warehouseId}|${stock.itemId}`;
                const old = seen.get(name) ?? stock;
                seen.set(name, old);
                return old;
              }),
          },
        };
      },
    },
  },
  'marks-without-comparing': {
    text: 'the mark moves on without looking at what changed since the last one',
    story: 'damaged',
    scans: 1000,
    mutations: {
      reconciliation: (ports) => ({
        ...ports,
        wms: { ...ports.wms, changedItems: async () => ({ itemIds: [] }) },
        cloud: {
          ...ports.cloud,
          changes: async (since, limit) => ({
            ...(await ports.cloud.changes(since, limit)),
            changed: new Map(),
          }),
        },
      }),
    },
  },
  'corrects-twice': {
    text: 'a correction adds the difference to what was corrected already',
    story: 'damaged',
    mutations: {
      reconciliation: (ports) => ({
        ...ports,
        stock: {
          ...ports.stock,
          write: async (writes) => {
            const before = await ports.stock.read(writes.map(({ stock }) => stock));
            return ports.stock.write(
              writes.map((write, index) => {
                const held = before[index];
                return held?.status === 'found'
                  ? { ...write, stock: addedTwice(held.stock, write.stock) }
                  : write;
              }),
            );
          },
        },
      }),
    },
  },
  'restore-not-noticed': {
    text: 'nobody looks whether the WMS has gone back to a backup',
    story: 'restored',
    mutations: {
      reconciliation: (ports) => ({ ...ports, wms: { ...ports.wms, continues: async () => true } }),
    },
  },
  'corrections-not-journalled': {
    text: 'the journal does not hear of corrections',
    story: 'damaged',
    mutations: {
      reconciliation: (ports) => ({ ...ports, journal: { ...ports.journal, append: async () => {} } }),
    },
  },
  'corrects-in-silence': {
    text: 'what the reconciliation corrects is not recorded',
    story: 'damaged',
    mutations: {
      reconciliation: (ports) => ({
        ...ports,
        store: { ...ports.store, putDiscrepancies: async () => {} },
      }),
    },
  },
} satisfies Record<string, Mutant>;

function addedTwice(before: Stock, after: Stock): Stock {
  const onHand = new Map(before.positions.map((position) => [positionKey(position), position.onHand]));
  const positions = after.positions.map((position) => {
    const change = position.onHand - (onHand.get(positionKey(position)) ?? 0);
    return { ...position, onHand: Math.max(position.onHand + change, 0) };
  });
  return { ...after, positions, onHand: sumOnHand(positions) };
}
