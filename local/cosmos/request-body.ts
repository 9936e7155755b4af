import type { IncomingMessage } from 'node:http';

/** The body of a request is larger than the service takes. */
export class BodyTooLarge extends Error {}

/** An item may have 2 MB; the rest is room for what surrounds it in a batch or query. */
const LIMIT = 2 * 1024 * 1024 + 64 * 1024;

/** Reads a body as UTF-8. What is larger than the limit is read to its end without being kept, so that the client hears the answer. Throws `BodyTooLarge`. */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('error', reject);
    request.on('end', () => {
      if (size > LIMIT)
        reject(new BodyTooLarge(`Request size is too large: ${size} bytes, ${LIMIT} are allowed`));
      else resolve(Buffer.concat(chunks, size).toString('utf8'));
    });
  });
}
