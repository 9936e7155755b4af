import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Settings } from '../settings.ts';
import { ProblemException } from './problem.ts';

/**
 * Lets a call pass that brings the key as `Authorization: Bearer` or `x-api-key`. Where no key is required one that is
 * sent is still checked, if there is one to check it by. Keys of single devices join with the device registry.
 */
export function authenticate({ key, keyRequired }: Pick<Settings, 'key' | 'keyRequired'>): MiddlewareHandler {
  const expected = key === undefined ? undefined : digest(key);
  return async (context, next) => {
    const bearer = /^Bearer +(\S+)\s*$/i.exec(context.req.header('authorization') ?? '')?.[1];
    const sent = context.req.header('x-api-key') ?? bearer ?? context.req.header('authorization');
    if (
      sent === undefined ? keyRequired : expected !== undefined && !timingSafeEqual(digest(sent), expected)
    ) {
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

/** Digests have one length, which the comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
