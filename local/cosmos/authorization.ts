import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CosmosError } from './errors.ts';

/** The key every Cosmos DB emulator uses; public ("Emulator authentication", Microsoft Learn). */
export const EMULATOR_KEY =
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/**
 * Checks the master key signature of a request: `type=master&ver=1.0&sig=` and the base64 HMAC-SHA256 of verb, resource type, resource link and
 * date, as "Access control in the Azure Cosmos DB SQL API" describes and the SDK's `utils/headers.js` does. The age of the date is
 * not checked: on one machine a replayed request has no sender but the owner.
 * `path` is the decoded path without slashes at its ends. Throws 401.
 */
export function authorize(key: KeyObject, method: string, path: string, headers: IncomingHttpHeaders): void {
  const header = headers.authorization;
  if (header === undefined) throw unauthorized('the required header authorization is missing');
  const match = /^type=master&ver=1\.0&sig=(.+)$/s.exec(decode(header));
  if (match?.[1] === undefined) {
    throw unauthorized('only master keys are accepted (type=master&ver=1.0&sig=…)');
  }
  const date = headers['x-ms-date'] ?? headers.date;
  if (typeof date !== 'string') throw unauthorized('one of the headers x-ms-date and date is required');
  const sent = Buffer.from(match[1], 'base64');
  const [type, link] = resourceOf(path);
  if (signedBy(key, sent, method, type, link, date)) return;
  // Requests by rid sign the lower case rid alone.
  const rid = link.slice(link.lastIndexOf('/') + 1).toLowerCase();
  if (signedBy(key, sent, method, type, rid, date)) return;
  throw unauthorized(
    'the signature does not match; check that the account key is the one the server was started with',
  );
}

function unauthorized(why: string): CosmosError {
  return new CosmosError(401, `The input authorization token can't serve the request: ${why}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A path of an even number of segments names a resource; an odd one a feed, which is signed by its owner. */
function resourceOf(path: string): [type: string, link: string] {
  if (path === '') return ['', ''];
  const segments = path.split('/');
  if (segments.length % 2 === 0) return [segments.at(-2) ?? '', path];
  return [segments.at(-1) ?? '', segments.slice(0, -1).join('/')];
}

function signedBy(
  key: KeyObject,
  sent: Buffer,
  method: string,
  type: string,
  link: string,
  date: string,
): boolean {
  const text = `${method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
  const expected = createHmac('sha256', key).update(text).digest();
  return expected.length === sent.length && timingSafeEqual(expected, sent);
}
