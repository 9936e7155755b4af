import type { Findings } from '../contracts/findings.ts';
import type { Stock } from './stock.ts';

/** Gaps and findings of the first `limit` of the stocks given, one line each. */
export function findingsOf(
  given: readonly Pick<Stock, 'itemId' | 'warehouseId' | 'positions' | 'findings'>[],
  limit: number,
): Findings {
  const stocks = given.slice(0, limit);
  return {
    gaps: stocks.flatMap(({ itemId, warehouseId, positions }) =>
      positions.flatMap(({ locationId, lotNumber, version, missing }) =>
        missing && version !== undefined
          ? [{ itemId, warehouseId, locationId, lotNumber, version, missing }]
          : [],
      ),
    ),
    findings: stocks.flatMap(({ itemId, warehouseId, findings }) =>
      findings.map((finding) => ({ itemId, warehouseId, ...finding })),
    ),
    more: given.length > limit,
  };
}
