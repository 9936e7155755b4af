import type { Container } from './catalog.ts';
import { badRequest } from './errors.ts';
import { type Answer, headerOf, pageSizeOf, type Request } from './exchange.ts';
import type { ScannedItem, ScanPosition } from './items-table.ts';
import { parseJson } from './json.ts';
import { scanScope, scopeOf } from './partition-scope.ts';
import { feedCharge } from './request-charge.ts';

/** Bytes of items in one page, as the service limits a response. */
export const PAGE_BYTES = 4 * 1024 * 1024;

/** Reads a page of all items of a container or partition, in the order of the primary index. */
export function listItems(container: Container, request: Request, at: number): Answer {
  const pageSize = pageSizeOf(request);
  const after = parsePosition(headerOf(request, 'x-ms-continuation'));
  const page: ScannedItem[] = [];
  let bytes = 0;
  let more = false;
  for (const item of scanScope(container, scopeOf(request, container), after, at)) {
    if (page.length === pageSize || bytes > PAGE_BYTES) {
      more = true;
      break;
    }
    page.push(item);
    bytes += item.body.length;
  }
  const last = page.at(-1);
  return {
    status: 200,
    body: feedBody(
      container,
      page.map((item) => item.body),
    ),
    headers: {
      'x-ms-item-count': String(page.length),
      ...(more && last !== undefined ? { 'x-ms-continuation': positionToken(last) } : {}),
    },
    charge: feedCharge(bytes),
    operation: 'ReadFeed',
  };
}

/** A page of items, given as JSON texts. */
export function feedBody(container: Container, documents: readonly string[]): string {
  return `{"_rid":"${container.rid}","Documents":[${documents.join(',')}],"_count":${documents.length}}`;
}

/** A continuation token for what comes after `item` in the order of the primary index; ASCII, since it travels in a header. */
function positionToken(item: ScannedItem): string {
  return Buffer.from(JSON.stringify([item.effective, item.partitionKey, item.id])).toString('base64url');
}

/** Reads a token of `positionToken`. Throws 400. */
function parsePosition(token: string | undefined): ScanPosition | undefined {
  if (token === undefined) return undefined;
  try {
    const parts = parseJson(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parts)) {
      const [effective, partitionKey, id] = parts;
      if (typeof effective === 'string' && typeof partitionKey === 'string' && typeof id === 'string') {
        return { effective, partitionKey, id };
      }
    }
  } catch {
    // Falls through to the same answer: it is not a token of this server.
  }
  throw badRequest(`The continuation token '${token}' is invalid`);
}
