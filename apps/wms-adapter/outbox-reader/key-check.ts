import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { ProblemException } from '../http/problem.ts';
import type { Settings } from '../settings.ts';

/**
 * Lets a call pass that brings the adapter's key as `Authorization: Bearer` or `x-api-key`. There are no devices in this mode. Where no
 * key is required, one that is sent is still checked, if there is one to check it by.
 */
export function requireKey({ key, keyRequired }: Pick<Settings, 'key' | 'keyRequired'>): MiddlewareHandler {
  return async ({ req }, next) => {
    const authorization = req.header('authorization');
    const bearer = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    const sent = req.header('x-api-key') ?? bearer ?? authorization;
    if (sent === undefined ? keyRequired : key !== undefined && !isSame(sent, key)) {
      throw new ProblemException(
        401,
        sent === undefined ? 'The call brings no key' : 'The key is not valid',
        { detail: 'send the adapter’s key as "Authorization: Bearer …" or "x-api-key: …"' },
        { 'www-authenticate': 'Bearer' },
      );
    }
    await next();
  };
}

/** Compares digests: they have one length, which the comparison in constant time needs. */
function isSame(sent: string, key: string): boolean {
  const [one, other] = [sent, key].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
