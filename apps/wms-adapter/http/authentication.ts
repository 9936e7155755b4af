import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { type ProblemName, problemType } from '../../../shared/contracts/problem-type.ts';
import { shortened } from '../../../shared/http/problem-details.ts';
import type { Caller } from '../devices/caller.ts';
import { hashOfKey } from '../devices/device-key.ts';
import type { DeviceRegistry } from '../devices/device-registry.ts';
import { isLoopbackHost, isLoopbackOrigin } from '../loopback.ts';
import type { Settings } from '../settings.ts';
import type { ApiEnvironment, Call } from './call.ts';
import { ProblemException } from './problem.ts';

export interface AuthenticationParts {
  readonly settings: Pick<Settings, 'key' | 'keyRequired'>;
  readonly registry: Pick<DeviceRegistry, 'deviceOfKey'>;
}

/**
 * Finds out who calls: the adapter's own key and those of devices come as `Authorization: Bearer` or `x-api-key`. A key that is sent is
 * always checked, also where none is required. Devices are looked up for each call, so that a key is revoked at
 * once, for every process.
 *
 * Where no key is required, a call without one has to be of this machine by its `Host` and `Origin` too: a web page that had its name
 * point to 127.0.0.1 (DNS rebinding) is refused with 403.
 */
export function authenticate({ settings, registry }: AuthenticationParts): MiddlewareHandler<ApiEnvironment> {
  const own = settings.key === undefined ? undefined : digest(settings.key);

  async function callerOf(sent: string): Promise<Caller> {
    if (own !== undefined && timingSafeEqual(digest(sent), own)) return { kind: 'administrator' };
    const device = await registry.deviceOfKey(hashOfKey(sent));
    if (device === undefined) throw unauthenticated('The key is not valid', 'key-not-valid');
    return { kind: 'device', device };
  }

  return async (context, next) => {
    const sent = sentKey(context);
    if (sent === undefined && settings.keyRequired)
      throw unauthenticated('The call brings no key', 'key-missing');
    if (sent === undefined) checkOwnMachine(context);
    context.set('caller', sent === undefined ? { kind: 'open' } : await callerOf(sent));
    await next();
  };
}

function sentKey({ req }: Call): string | undefined {
  const authorization = req.header('authorization');
  const bearer = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  return req.header('x-api-key') ?? bearer ?? authorization;
}

/** @throws ProblemException 403 for a call that was sent by a page of another host, or to another name */
export function checkOwnMachine({ req }: Call): void {
  const host = req.header('host') ?? '';
  const origin = req.header('origin');
  if (isLoopbackHost(host) && (origin === undefined || isLoopbackOrigin(origin))) return;
  const from = origin === undefined ? '' : `, Origin "${shortened(origin)}"`;
  const detail = `without a key a call has to name localhost, 127.x.x.x or [::1] (given: Host "${shortened(host)}"${from}); send a key`;
  const rest = { type: problemType('key-missing'), detail };
  throw new ProblemException(403, 'Not from another host without a key', rest);
}

function unauthenticated(title: string, name: ProblemName): ProblemException {
  const detail = 'send the key of a device, or the adapter’s, as "Authorization: Bearer …" or "x-api-key: …"';
  const rest = { type: problemType(name), detail };
  return new ProblemException(401, title, rest, { 'www-authenticate': 'Bearer' });
}

/** Digests have one length, which the comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
