import { promisedIn } from '../domain/compare-reservations.ts';
import { type Correction, correctStock } from '../domain/correction.ts';
import { moveBackIn } from '../domain/overflow.ts';
import { eachOnce, type Finding, positionKey, sumOnHand } from '../domain/position.ts';
import { emptyStock, replacePositions, type Stock } from '../domain/stock.ts';
import type { WriteOutcome } from '../ports/stock-store.ts';
import type { LiveStock } from './read-stocks.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/**
 * Stores corrections of an item over what was compared. They are journalled first: one that is journalled and was not
 * stored says nothing but what the WMS had at that time.
 *
 * @param findings of the stock that have been noted, and leave it
 * @throws {StoreUnavailable} when the journal does not take them, or the lines cannot be read
 */
export async function correctItem(
  live: LiveStock,
  corrections: readonly Correction[],
  findings: readonly Finding[],
  { stock: store, journal, lines }: Pick<ReconciliationPorts, 'stock' | 'journal' | 'lines'>,
): Promise<WriteOutcome> {
  await journal.append(corrections.map((correction) => ({ kind: 'correction', correction })));
  const { overflow, etag } = live;
  const isTotalRight = !live.stock || live.stock.onHand === sumOnHand(eachOnce(live.stock.positions));
  if (corrections.length === 0 && findings.length === 0 && isTotalRight) return { status: 'stored' };
  const held = live.stock ?? (await withPromises(emptyStock(overflow), lines));
  const back = moveBackIn(held, overflow, corrections.map(positionKey));
  const noted = new Set(findings);
  const kept = { ...back.stock, findings: back.stock.findings.filter((finding) => !noted.has(finding)) };
  const once = { ...kept, positions: eachOnce(kept.positions) };
  const stock =
    corrections.length > 0
      ? correctStock(once, corrections)
      : replacePositions(once, once.positions, once.asOf);
  if (back.overflow !== overflow && live.overflowEtag !== undefined)
    return store.writeWithOverflow({ stock, etag }, { overflow: back.overflow, etag: live.overflowEtag });
  const resting = overflow.positions.length;
  const counted = live.stock || resting === 0 ? stock : { ...stock, overflowed: resting };
  const [outcome] = await store.write([{ stock: counted, etag }]);
  return outcome ?? { status: 'unavailable', detail: 'the store left a document unanswered' };
}

/** A stock whose document is gone: what is promised of it stands in the lines. */
async function withPromises(stock: Stock, lines: ReconciliationPorts['lines']): Promise<Stock> {
  return { ...stock, ...promisedIn(stock.warehouseId, await lines.readLinesOfItem(stock.itemId)) };
}
