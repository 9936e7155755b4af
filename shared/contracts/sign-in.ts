import { z } from 'zod';
import { userIdSchema, warehouseIdSchema } from './identifiers.ts';
import { problemType } from './problem-type.ts';

/** What a badge holds: a code that a handheld can scan. It names a person and proves nothing. */
export const badgeSchema = z
  .string()
  .regex(
    /^[!-~](?:[ -~]{0,62}[!-~])?$/,
    'must be 1 to 64 characters of printable ASCII, without a space at either end',
  );

/** What only the person knows. Answers never hold it. */
export const pinSchema = z
  .string()
  .regex(/^\d{4,12}$/, 'must be 4 to 12 digits')
  .meta({ writeOnly: true });

/** Who wants to work on a device. */
export const signInRequestSchema = z.object({ badge: badgeSchema, pin: pinSchema });

/** Who it is, and how long the device may go by it without asking again. */
export const signInAnswerSchema = z.object({
  userId: userIdSchema,
  name: z.string().describe('The user id, where the user has no name.'),
  role: z.enum(['worker', 'supervisor']),
  warehouseIds: z
    .array(warehouseIdSchema)
    .describe('Those of the user; for a device only those that are its own too.'),
  validForMs: z.int().min(1).describe('Milliseconds.'),
});

/** The `type` of the problem for a badge and PIN that do not let anybody in, whatever the reason (401). */
export const SIGN_IN_REFUSED = problemType('sign-in-refused');

/** The `type` of the problem after too many of them (429, with `Retry-After`). */
export const TOO_MANY_SIGN_INS = problemType('too-many-sign-ins');

export type SignInRequest = z.infer<typeof signInRequestSchema>;
export type SignInAnswer = z.infer<typeof signInAnswerSchema>;
