import type { Stock, StockKey } from '../../../shared/domain/stock.ts';
import type { JournalStore } from '../../../shared/ports/journal-store.ts';
import type { QuarantineStore } from '../../../shared/ports/quarantine-store.ts';
import { type StockStore, StoreUnavailable } from '../../../shared/ports/stock-store.ts';
import type { InMemoryJournal } from '../../doubles/journal-store.ts';
import type { InMemoryQuarantine } from '../../doubles/quarantine-store.ts';
import type { InMemoryStock } from '../../doubles/stock-store.ts';
import type { Call } from '../calls.ts';
import type { Faults } from '../faults.ts';
import type { World } from '../world.ts';

/** A storm of conflicts lasts so many milliseconds. */
const STORM_MS = 2_000;

/** Lets the stock store fail as Cosmos DB does, whoever asks. */
export function troubleStock(memory: InMemoryStock, world: World, faults: Faults): void {
  const chance = world.chance.stream('stock store');
  const stormUntil = new Map<string, number>();
  memory.fault = ({ kind }) => {
    if (faults.happens('throttled'))
      return { status: 'throttled', detail: '429', retryAfterMs: chance.between(1, 1_000) };
    if (faults.happens('store-away')) return { status: 'unavailable', detail: '503' };
    const isWrite = kind === 'write' || kind === 'write-with-overflow';
    return isWrite && faults.happens('answer-lost') ? 'answer-lost' : undefined;
  };
  memory.beforeWrite = ({ itemId, warehouseId }) => {
    const name = `${itemId}|${warehouseId}`;
    if (faults.happens('conflict-storm')) stormUntil.set(name, world.now() + STORM_MS);
    if (faults.areOver() || (stormUntil.get(name) ?? 0) < world.now()) return;
    const stock = memory.stock({ itemId, warehouseId });
    // The same again, under another etag.
    if (stock) memory.put(stock);
  };
}

/** The stock store as a process reaches it. */
export function stockStoreBy(
  call: Call,
  { store, stock }: InMemoryStock,
  onWrite: (stock: Stock) => void,
): StockStore {
  // Whatever the answer was: what stands there now was written.
  const onWritten = (key: StockKey) => {
    const written = stock(key);
    if (written) onWrite(written);
  };
  return {
    read: (keys) => call(`${keys.length} stocks are read`, () => store.read(keys)),
    write: (writes) =>
      call(`${writes.length} stocks are written`, async () => {
        const outcomes = await store.write(writes);
        for (const { stock } of writes) onWritten(stock);
        return outcomes;
      }),
    readOverflow: (key) => call('an overflow is read', () => store.readOverflow(key)),
    writeWithOverflow: (write, overflow) =>
      call('a stock is written with its overflow', async () => {
        const outcome = await store.writeWithOverflow(write, overflow);
        onWritten(write.stock);
        return outcome;
      }),
  };
}

/** The journal as a process reaches it. */
export function journalBy(call: Call, journal: InMemoryJournal, faults: Faults): JournalStore {
  return {
    ...journal,
    append: (entries) =>
      call(`${entries.length} entries are appended to the journal`, async () => {
        if (faults.happens('storage-away')) throw new StoreUnavailable('the journal does not answer');
        await journal.append(entries);
        if (faults.happens('storage-away')) throw new StoreUnavailable('the answer of the journal was lost');
      }),
  };
}

/** The quarantine as a process reaches it. */
export function quarantineBy(call: Call, quarantine: InMemoryQuarantine, faults: Faults): QuarantineStore {
  return {
    ...quarantine,
    park: (messages) =>
      call(`${messages.length} messages are parked`, async () => {
        if (faults.happens('storage-away'))
          return messages.map((message) => ({ ...message, failure: 'the quarantine does not answer' }));
        return quarantine.park(messages);
      }),
  };
}
