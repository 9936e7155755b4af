import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './errors.ts';
import { type Json, parseJson } from './json.ts';

/** A request as the handlers see it. `segments` are the decoded parts of the path. */
export type Request = { method: string; segments: string[]; headers: IncomingHttpHeaders; body: string };

/** An answer. `operation` names what was done, for the metrics; `operations` how many there were (a batch has several). */
export type Answer = {
  status: number;
  body?: string | undefined;
  headers?: Record<string, string>;
  /** Request units. */
  charge: number;
  operation: string;
  operations?: number;
};

/** One value of a header. */
export function headerOf(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** True for a header that says `true`, in any case. */
export function flagOf(request: Request, name: string): boolean {
  return headerOf(request, name)?.toLowerCase() === 'true';
}

/** The body as JSON. Throws 400. */
export function jsonBody(request: Request): Json {
  try {
    return parseJson(request.body);
  } catch (error) {
    throw badRequest(
      `The body of the request is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The page size of `x-ms-max-item-count`: at most 1000; 100 when the header is missing, 1000 for -1. Throws 400. */
export function pageSizeOf(request: Request): number {
  const header = headerOf(request, 'x-ms-max-item-count');
  if (header === undefined) return 100;
  const size = Number(header);
  if (!Number.isInteger(size) || size === 0 || size < -1)
    throw badRequest(`x-ms-max-item-count '${header}' must be -1 or a positive number`);
  return size === -1 ? 1000 : Math.min(size, 1000);
}
