import { z } from 'zod';
import { ROLES } from './roles.ts';

export { mayDo, ROLES, type Role } from './roles.ts';

export const roleSchema = z.enum(ROLES);

export const personNameSchema = z.string().trim().min(1).max(256);

/** Somebody who has signed in; without a role where nobody has given them one. */
export const personSchema = z.strictObject({ name: personNameSchema, role: roleSchema.optional() });
export type Person = z.infer<typeof personSchema>;

/** How people sign in here: with Entra ID, by saying who they are on a developer's machine, or not at all. */
export const signInSchema = z.object({ kind: z.enum(['entra', 'development', 'none']) });
export type SignInAnswer = z.infer<typeof signInSchema>;
