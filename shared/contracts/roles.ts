/**
 * What a person may do; each role may also what the ones before it may. They are the values of the app roles in Entra ID.
 * - `reader` sees everything.
 * - `controller` works investigations, asks for reconciliations and plans stock.
 * - `operator` replays, deletes and restores messages and acts on orders and carts.
 */
export const ROLES = ['reader', 'controller', 'operator'] as const;

export type Role = (typeof ROLES)[number];

/** True when `role` may do what `least` may. */
export function mayDo(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}
