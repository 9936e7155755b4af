import { z } from 'zod';

/**
 * What a person may do; each role may also what the ones before it may. They are the values of the app roles in Entra ID.
 * - `reader` sees everything.
 * - `controller` works investigations, asks for reconciliations and plans stock.
 * - `operator` replays messages and acts on orders and carts.
 */
export const ROLES = ['reader', 'controller', 'operator'] as const;

export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const personNameSchema = z.string().trim().min(1).max(256);

/** Somebody who has signed in; without a role where nobody has given them one. */
export const personSchema = z.strictObject({ name: personNameSchema, role: roleSchema.optional() });
export type Person = z.infer<typeof personSchema>;

/** How people sign in here: with Entra ID, by saying who they are on a developer's machine, or not at all. */
export const signInSchema = z.object({ kind: z.enum(['entra', 'development', 'none']) });
export type SignInAnswer = z.infer<typeof signInSchema>;

/** True when `role` may do what `least` may. */
export function mayDo(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}
