import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Environment } from '../../shared/settings.ts';
import { jsonBody } from './http.ts';

/**
 * Set by App Service's own sign-in ("Easy Auth"), which drops it from what a caller sends. Where that is not in front
 * anybody can send it.
 */
const PRINCIPAL_HEADER = 'x-ms-client-principal-name';
/** Set by App Service where its sign-in is on ("Environment variables and app settings", authentication); `True` then. */
const SIGN_IN_SETTING = 'WEBSITE_AUTH_ENABLED';
const MAX_NAME = 256;

/** Stands in for `by` while a body is checked whose caller has signed in. */
const SIGNED_IN = 'signed-in';

/**
 * The body of a call that says `by` whom it is made. Behind App Service's sign-in that is who has signed in, whatever the
 * body says, and it need not say.
 *
 * @throws {Problem} 400, 413 or 415
 */
export async function jsonBodyBy<Body extends { by: string }>(
  request: HttpRequest,
  schema: z.ZodType<Body>,
  environment: Environment = process.env,
): Promise<Body> {
  const user = signedInUser(request, environment);
  if (user === undefined) return jsonBody(request, schema);
  const isObject = (input: unknown) => typeof input === 'object' && input !== null && !Array.isArray(input);
  const signed = z.preprocess(
    (input) => (isObject(input) ? { ...Object(input), by: SIGNED_IN } : input),
    schema,
  );
  return { ...(await jsonBody(request, signed)), by: user };
}

function signedInUser({ headers }: HttpRequest, environment: Environment): string | undefined {
  if (environment[SIGN_IN_SETTING]?.toLowerCase() !== 'true') return undefined;
  const name = headers.get(PRINCIPAL_HEADER)?.trim().slice(0, MAX_NAME);
  return name || undefined;
}
