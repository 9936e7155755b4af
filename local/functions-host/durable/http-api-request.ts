import type { IncomingMessage } from 'node:http';
import { RUNTIME_STATUSES, type RuntimeStatus, type TaskHub } from './task-hub.ts';

/** Largest body of a start or an event, in bytes. The real host has no such limit but keeps what is over 60 kB in blobs. */
const MAX_API_BODY_BYTES = 16 * 1024 * 1024;

/** One request to the HTTP API, with what answers it. */
export interface ApiCall {
  hub: TaskHub;
  hubName: string;
  /** System key of the extension; the links that are handed out carry it. */
  systemKey: string;
  request: IncomingMessage;
  /** `http://HOST` of the request, where links point to. */
  origin: string;
  query: Query;
}

/** The last part of the URL; names compare case-insensitively, a repeated one is joined by commas, as in ASP.NET. */
export interface Query {
  text(name: string): string | undefined;
  /** `true` or `false` in any case, anything else is no answer. */
  flag(name: string): boolean | undefined;
  /** A number, anything else is no answer. */
  number(name: string): number | undefined;
  /** Milliseconds UTC of an ISO 8601 date and time, UTC unless it says otherwise; anything else is no answer. */
  time(name: string): number | undefined;
  /** Runtime statuses from a comma list; unknown ones are left out, and nothing known is no answer (H:list). */
  statuses(name: string): RuntimeStatus[] | undefined;
}

/** When a body is larger than `MAX_API_BODY_BYTES`. */
export class ApiBodyTooLargeError extends Error {
  override name = 'ApiBodyTooLargeError';
}

/** @param url path and query of the request line */
export function queryOf(url: string): Query {
  const values = new Map<string, string>();
  const at = url.indexOf('?');
  if (at >= 0) {
    for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
      const before = values.get(name.toLowerCase());
      values.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
    }
  }
  const text = (name: string) => values.get(name.toLowerCase());
  return {
    text,
    flag: (name) => ({ true: true, false: false })[text(name)?.trim().toLowerCase() ?? ''],
    number: (name) => numberOf(text(name)),
    time: (name) => timeOf(text(name)),
    statuses(name) {
      const named = text(name)?.split(',') ?? [];
      const known = RUNTIME_STATUSES.filter((status) => named.some((one) => one.trim() === status));
      return known.length > 0 ? known : undefined;
    },
  };
}

/**
 * The body as text, however it was sent.
 * @throws ApiBodyTooLargeError as soon as it is known to be too large.
 */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = Number(request.headers['content-length'] ?? 0);
  refuseAbove(length);
  length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    refuseAbove(length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuseAbove(length: number): void {
  if (length > MAX_API_BODY_BYTES)
    throw new ApiBodyTooLargeError(`The body is larger than ${MAX_API_BODY_BYTES} bytes.`);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function timeOf(text: string | undefined): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(
    // A plus sign that the caller did not encode has become a space.
    text?.trim().replace(/ (?=\d\d:\d\d$)/, '+') ?? '',
  );
  if (!match) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = match;
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}
