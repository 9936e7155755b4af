import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Person } from '../../shared/contracts/access.ts';
import { jsonBody } from './http.ts';

/** Stands in for `by` while a body is checked whose caller has signed in. */
const SIGNED_IN = 'signed-in';

/**
 * The body of a call that says `by` whom it is made. That is who has signed in, whatever the body says, and it need
 * not say; of a program that comes with a key it is whom the body names.
 *
 * @throws {Problem} 400, 413 or 415
 */
export async function jsonBodyBy<Body extends { by: string }>(
  request: HttpRequest,
  schema: z.ZodType<Body>,
  person: Person | undefined,
): Promise<Body> {
  if (!person) return jsonBody(request, schema);
  const isObject = (input: unknown) => typeof input === 'object' && input !== null && !Array.isArray(input);
  const signed = z.preprocess(
    (input) => (isObject(input) ? { ...Object(input), by: SIGNED_IN } : input),
    schema,
  );
  return { ...(await jsonBody(request, signed)), by: person.name };
}
