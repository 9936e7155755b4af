import { type Place, positionKey } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';
import { type StockStore, StoreUnavailable } from '../ports/stock-store.ts';

export type CloudVersionPorts = { readonly stock: Pick<StockStore, 'read' | 'readOverflow'> };

/**
 * Positions with the version at which the cloud holds each, 0 where it holds none: a count above it is a new one.
 *
 * @throws {StoreUnavailable}
 */
export async function withCloudVersions(
  { stock }: CloudVersionPorts,
  key: StockKey,
  places: readonly Place[],
): Promise<(Place & { readonly sinceVersion: number })[]> {
  const [outcome] = await stock.read([key]);
  if (!outcome) throw new StoreUnavailable('The stock was not read.');
  if (outcome.status === 'missing') return places.map((place) => ({ ...place, sinceVersion: 0 }));
  if (outcome.status !== 'found') throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
  const { positions, overflowed } = outcome.stock;
  const resting = overflowed ? (await stock.readOverflow(key)).overflow.positions : [];
  const versions = new Map(
    [...resting, ...positions].map((position) => [positionKey(position), position.version ?? 0]),
  );
  return places.map(({ locationId, lotNumber }) => {
    const sinceVersion = versions.get(positionKey({ locationId, lotNumber })) ?? 0;
    return { locationId, lotNumber, sinceVersion };
  });
}
