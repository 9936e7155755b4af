import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type { Position } from '../../../shared/domain/position.ts';
import type { Stock, StockKey } from '../../../shared/domain/stock.ts';
import { Violation } from './violation.ts';
import type { WatchedBooks } from './wms-books.ts';

/** Looks at every stock document that is written. */
export type WatchedStock = {
  /** @throws {Violation} */
  written(stock: Stock): void;
  /** Somebody damaged the position (by `positionKeyText`): what is known of it is not known any more. */
  forget(name: string): void;
};

/** Whether damage is why a position holds this. */
export type Excuse = (name: string, held: { readonly version: number; readonly onHand: number }) => boolean;

/**
 * A document may be behind the WMS, never beside it: a position says of a version what the WMS booked under it, its
 * versions only grow, and the totals are those of the positions.
 */
export function watchStock(books: WatchedBooks, excuses: Excuse = () => false): WatchedStock {
  const newest = new Map<string, { readonly version: number; readonly onHand: number }>();
  return {
    forget: (name) => newest.delete(name),
    written(stock) {
      let sum = 0;
      for (const position of stock.positions) {
        sum += position.onHand;
        const name = positionKeyText({ ...keyOf(stock), ...position });
        const version = position.version ?? 0;
        const known = newest.get(name);
        if (isForgotten(position) && (version === 0 || !books.positions.has(name))) continue;
        const held = { version, onHand: position.onHand };
        if (known?.version === version && known.onHand === held.onHand) continue;
        if (excuses(name, held)) continue;
        checkPosition(stock, position, version, known?.version ?? 0, books);
        newest.set(name, held);
      }
      if (sum !== stock.onHand)
        throw new Violation(
          'On hand is the sum of the positions',
          `${stock.itemId} in ${stock.warehouseId} says ${stock.onHand}, its positions ${sum}`,
          [stock.itemId],
        );
    },
  };
}

function checkPosition(
  stock: Stock,
  position: Position,
  version: number,
  known: number,
  books: WatchedBooks,
) {
  const name = positionKeyText({ ...keyOf(stock), ...position });
  if (version < known)
    throw new Violation('The version of a position never falls', `${name} goes from ${known} to ${version}`, [
      stock.itemId,
    ]);
  const booked = books.positions.get(name)?.onHand[version - 1];
  if (booked !== position.onHand)
    throw new Violation(
      'The cloud says of a version what the WMS booked under it',
      `${name} has ${position.onHand} pieces at version ${version}, the WMS booked ${booked}`,
      [stock.itemId],
    );
}

/** What a correction leaves of a position that the WMS does not know, so that its events never count again. */
function isForgotten({ onHand, corrected }: Position): boolean {
  return onHand === 0 && corrected !== undefined;
}

function keyOf({ itemId, warehouseId }: StockKey): StockKey {
  return { itemId, warehouseId };
}
