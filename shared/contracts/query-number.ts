import { z } from 'zod';

/** A whole number in a query, such as `limit=50`: digits and nothing else, not `1e3`, `0x10` or nothing at all. */
export function queryNumber(
  least: number,
  most: number,
  hint: string = `must be a whole number from ${least} to ${most}`,
) {
  return z.string().regex(/^\d+$/, hint).transform(Number).pipe(z.int(hint).min(least, hint).max(most, hint));
}
