import { badRequest } from './errors.ts';
import type { JsonObject } from './json.ts';

/**
 * When an item expires, by the rules of "Time to Live (TTL) in Azure Cosmos DB": without a container default nothing expires; an item's `ttl`
 * (seconds, -1 never) overrides a default; a default of -1 lets only items with a `ttl` expire.
 * `written` is seconds since 1970, `expires` milliseconds. Throws 400 for a `ttl` that is no such number.
 */
export function expiryOf(
  item: JsonObject,
  defaultTtl: number | undefined,
  written: number,
): { ttl: number | null; expires: number | null } {
  const own = Object.hasOwn(item, 'ttl') ? item.ttl : undefined;
  if (own === undefined || own === null) {
    const expires = defaultTtl === undefined || defaultTtl === -1 ? null : 1000 * (written + defaultTtl);
    return { ttl: null, expires };
  }
  if (typeof own !== 'number' || !Number.isInteger(own) || own === 0 || own < -1 || own > 2147483647) {
    throw badRequest(
      `The ttl ${JSON.stringify(own)} is invalid: it must be -1 or a positive number of seconds`,
    );
  }
  return { ttl: own, expires: own === -1 || defaultTtl === undefined ? null : 1000 * (written + own) };
}
