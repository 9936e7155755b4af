import type { AtpThresholds } from '../../../shared/domain/atp-thresholds.ts';
import type { PlanningStore } from '../../../shared/ports/planning-store.ts';
import type { InMemoryPlanning } from '../../doubles/planning-store.ts';
import type { InMemoryStock } from '../../doubles/stock-store.ts';
import type { Call } from '../calls.ts';
import type { Session } from './sessions.ts';

/** Told of thresholds as they stand after somebody tried to write them. */
export type OnThresholds = (thresholds: AtpThresholds) => void;

/** What is planned, as a process reaches it. */
export function planningStoreBy(
  call: Call,
  session: Session,
  { store }: InMemoryPlanning,
  { items }: Pick<InMemoryStock, 'items'>,
  onThresholds: OnThresholds,
): PlanningStore {
  const read = <Answer>(what: string, perform: () => Promise<Answer>) =>
    call(what, () => session.reading(perform));
  const write = <Answer>(what: string, itemId: string, perform: () => Promise<Answer>) =>
    call(what, () => session.writing([itemId], perform));
  return {
    readStock: (key) => read('a planned stock is read', () => store.readStock(key)),
    setSafetyStock: (key, ...args) =>
      write('safety stock is set', key.itemId, () => store.setSafetyStock(key, ...args)),
    setExpectedReceipts: (key, ...args) =>
      write('expected receipts are set', key.itemId, () => store.setExpectedReceipts(key, ...args)),
    createStock: (stock) => write('a planned stock is created', stock.itemId, () => store.createStock(stock)),
    listBackorders: (query) => read('backorders are listed', () => store.listBackorders(query)),
    readDemand: (itemId) => read('demand is read', () => store.readDemand(itemId)),
    readThresholds: (itemId) => read('thresholds are read', () => store.readThresholds(itemId)),
    writeThresholds: (change) =>
      write('thresholds are written', change.thresholds.itemId, async () => {
        try {
          return await store.writeThresholds(change);
        } finally {
          const kept = items.partition(change.thresholds.itemId)?.thresholds?.value;
          if (kept) onThresholds(kept);
        }
      }),
  };
}
