import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { hashOfKey } from '../devices/device-key.ts';
import type { DeviceRegistry } from '../devices/device-registry.ts';
import type { Settings } from '../settings.ts';
import type { ApiEnvironment, Call, Caller } from './call.ts';
import { ProblemException } from './problem.ts';

export interface AuthenticationParts {
  readonly settings: Pick<Settings, 'key' | 'keyRequired'>;
  readonly registry: Pick<DeviceRegistry, 'deviceOfKey'>;
}

/**
 * Finds out who calls: the adapter's own key and those of devices come as `Authorization: Bearer` or `x-api-key`. A key that is sent is
 * always checked, also where none is required. Devices are looked up for each call, so that a key is revoked at
 * once, for every process.
 */
export function authenticate({ settings, registry }: AuthenticationParts): MiddlewareHandler<ApiEnvironment> {
  const own = settings.key === undefined ? undefined : digest(settings.key);

  async function callerOf(sent: string): Promise<Caller> {
    if (own !== undefined && timingSafeEqual(digest(sent), own)) return { kind: 'administrator' };
    const device = await registry.deviceOfKey(hashOfKey(sent));
    if (device === undefined) throw unauthenticated('The key is not valid');
    return { kind: 'device', device };
  }

  return async (context, next) => {
    const sent = sentKey(context);
    if (sent === undefined && settings.keyRequired) throw unauthenticated('The call brings no key');
    context.set('caller', sent === undefined ? { kind: 'open' } : await callerOf(sent));
    await next();
  };
}

function sentKey({ req }: Call): string | undefined {
  const authorization = req.header('authorization');
  const bearer = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  return req.header('x-api-key') ?? bearer ?? authorization;
}

function unauthenticated(title: string): ProblemException {
  const detail = 'send the key of a device, or the adapter’s, as "Authorization: Bearer …" or "x-api-key: …"';
  return new ProblemException(401, title, { detail }, { 'www-authenticate': 'Bearer' });
}

/** Digests have one length, which the comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
