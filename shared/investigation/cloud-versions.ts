import { type Place, positionKey } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';
import { type StockStore, StoreUnavailable } from '../ports/stock-store.ts';

/** What the cloud holds of a position: its version, 0 where it holds none, and when that was committed (UTC, by the WMS's clock). */
export type CloudVersion = { readonly sinceVersion: number; readonly sinceChangedAt?: string };

export type CloudVersionPorts = { readonly stock: Pick<StockStore, 'read' | 'readOverflow'> };

/**
 * Positions with the version at which the cloud holds each: a count above it, or later, is a new one.
 *
 * @throws {StoreUnavailable}
 */
export async function withCloudVersions(
  { stock }: CloudVersionPorts,
  key: StockKey,
  places: readonly Place[],
): Promise<(Place & CloudVersion)[]> {
  const [outcome] = await stock.read([key]);
  if (!outcome) throw new StoreUnavailable('The stock was not read.');
  if (outcome.status === 'missing') return places.map((place) => ({ ...place, sinceVersion: 0 }));
  if (outcome.status !== 'found') throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
  const { positions, overflowed } = outcome.stock;
  const resting = overflowed ? (await stock.readOverflow(key)).overflow.positions : [];
  const held = new Map([...resting, ...positions].map((position) => [positionKey(position), position]));
  return places.map(({ locationId, lotNumber }) => {
    const position = held.get(positionKey({ locationId, lotNumber }));
    const sinceVersion = position?.version ?? 0;
    return { locationId, lotNumber, sinceVersion, ...(position && { sinceChangedAt: position.changedAt }) };
  });
}
