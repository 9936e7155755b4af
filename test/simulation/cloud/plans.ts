import type { AtpThresholds } from '../../../shared/domain/atp-thresholds.ts';
import type { PlanningStore } from '../../../shared/ports/planning-store.ts';
import type { InMemoryPlanning } from '../../doubles/planning-store.ts';
import type { InMemoryStock } from '../../doubles/stock-store.ts';
import type { Call } from '../calls.ts';

/** Told of thresholds as they stand after somebody tried to write them. */
export type OnThresholds = (thresholds: AtpThresholds) => void;

/** What is planned, as a process reaches it. */
export function planningStoreBy(
  call: Call,
  { store }: InMemoryPlanning,
  { items }: Pick<InMemoryStock, 'items'>,
  onThresholds: OnThresholds,
): PlanningStore {
  return {
    readStock: (key) => call('a planned stock is read', () => store.readStock(key)),
    setSafetyStock: (...args) => call('safety stock is set', () => store.setSafetyStock(...args)),
    setExpectedReceipts: (...args) =>
      call('expected receipts are set', () => store.setExpectedReceipts(...args)),
    createStock: (stock) => call('a planned stock is created', () => store.createStock(stock)),
    listBackorders: (query) => call('backorders are listed', () => store.listBackorders(query)),
    readDemand: (itemId) => call('demand is read', () => store.readDemand(itemId)),
    readThresholds: (itemId) => call('thresholds are read', () => store.readThresholds(itemId)),
    writeThresholds: (write) =>
      call('thresholds are written', async () => {
        try {
          return await store.writeThresholds(write);
        } finally {
          const kept = items.partition(write.thresholds.itemId)?.thresholds?.value;
          if (kept) onThresholds(kept);
        }
      }),
  };
}
