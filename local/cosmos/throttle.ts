import { CosmosError } from './errors.ts';

/** Decides whether a request on a container's items is turned away; asked before each, told of the charge after it. */
export type Throttle = {
  /** Throws 429 with `x-ms-retry-after-ms`. */
  admit(container: string, method: string): void;
  spend(container: string, charge: number): void;
};

/** Asked before each request on items: the milliseconds to wait before trying again, or undefined to let it pass. */
export type ThrottleRule = (request: { container: string; method: string }) => number | undefined;

/**
 * A budget of `unitsPerSecond` request units for each container and each second of `now` (milliseconds), as provisioned throughput works: a request
 * is let in while the budget is not used up, and may overdraw it; and a `rule` of a test.
 */
export function createThrottle(
  now: () => number,
  unitsPerSecond: number | undefined,
  rule: ThrottleRule | undefined,
): Throttle {
  const spent = new Map<string, { second: number; units: number }>();
  return {
    admit(container, method) {
      const wait = rule?.({ container, method }) ?? budgetWait(container);
      if (wait !== undefined) throw tooManyRequests(wait);
    },
    spend(container, charge) {
      if (unitsPerSecond === undefined) return;
      const second = Math.floor(now() / 1000);
      const entry = spent.get(container);
      if (entry?.second === second) entry.units += charge;
      else spent.set(container, { second, units: charge });
    },
  };

  function budgetWait(container: string): number | undefined {
    const entry = spent.get(container);
    const at = now();
    if (unitsPerSecond === undefined || entry === undefined) return undefined;
    if (entry.second !== Math.floor(at / 1000) || entry.units < unitsPerSecond) return undefined;
    return Math.max(1, 1000 - (at % 1000));
  }
}

function tooManyRequests(retryAfter: number): CosmosError {
  return new CosmosError(
    429,
    'Request rate is large. More Request Units may be needed, so no changes were made.',
    {
      substatus: 3200,
      charge: 0,
      retryAfter: Math.ceil(retryAfter),
    },
  );
}
