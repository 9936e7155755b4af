import type { Context } from 'hono';

/**
 * A JSON answer that tells its length, by which `compress` sees whether it is worth it: most answers are a line, and a list may be
 * a megabyte.
 */
export function jsonAnswer(context: Context, value: unknown, status: 200 | 201 | 503 = 200): Response {
  const text = JSON.stringify(value);
  const length = String(Buffer.byteLength(text));
  return context.body(text, status, { 'content-type': 'application/json', 'content-length': length });
}
