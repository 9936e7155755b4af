import type { Findings } from '../contracts/findings.ts';
import type { Stock } from './stock.ts';

/** Gaps and findings of the stocks given, one line each. */
export function findingsOf(
  stocks: readonly Pick<Stock, 'itemId' | 'warehouseId' | 'positions' | 'findings'>[],
): Findings {
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
  };
}
