import type { Container } from './catalog.ts';
import { badRequest, notSupported } from './errors.ts';
import { type Answer, headerOf, pageSizeOf, type Request } from './exchange.ts';
import { feedBody, PAGE_BYTES } from './item-feed.ts';
import { rangeOfScope, scopeOf } from './partition-scope.ts';
import { feedCharge } from './request-charge.ts';

/**
 * A page of the change feed in "latest version" mode: each item once, at the place of its last write; deletes do not appear. The
 * continuation is the log sequence number, given as the etag and sent back in `If-None-Match` (`*`: from now on); else
 * `If-Modified-Since` (whole seconds); else from the beginning. 304 when there is nothing new, with the etag to go on from.
 * Source: "List documents" of the REST API ("A-IM: Incremental feed") and the SDK's `ChangeFeedForEpkRange.js`. Throws 400, 501.
 */
export function readChangeFeed(container: Container, request: Request, at: number): Answer {
  const mode = headerOf(request, 'a-im');
  if (mode?.toLowerCase() !== 'incremental feed') throw notSupported(`change feed mode '${mode}'`);
  const pageSize = pageSizeOf(request);
  const range = rangeOfScope(scopeOf(request, container));
  const documents: string[] = [];
  let bytes = 0;
  let lsn = startOf(container, request);
  let full = false;
  for (const item of container.items.changesAfter(lsn, range, at)) {
    if (documents.length === pageSize || bytes > PAGE_BYTES) {
      full = true;
      break;
    }
    documents.push(`${item.body.slice(0, -1)},"_lsn":${item.lsn}}`);
    bytes += item.body.length;
    lsn = item.lsn;
  }
  // A drained reader need not look at what was already passed over.
  if (!full) lsn = Math.max(lsn, container.items.lastLsn());
  const headers = { etag: `"${lsn}"`, 'x-ms-item-count': String(documents.length) };
  if (documents.length === 0) return { status: 304, headers, charge: 1, operation: 'ChangeFeed' };
  return {
    status: 200,
    body: feedBody(container, documents),
    headers,
    charge: feedCharge(bytes),
    operation: 'ChangeFeed',
  };
}

function startOf(container: Container, request: Request): number {
  const continuation = headerOf(request, 'if-none-match');
  if (continuation === '*') return container.items.lastLsn();
  if (continuation !== undefined) {
    const lsn = /^"?(\d{1,15})"?$/.exec(continuation)?.[1];
    // Numbers are never given again, so one that was not given yet is from another data folder: its changes would be left out.
    if (lsn === undefined || Number(lsn) > container.items.lastLsn())
      throw badRequest(`The change feed continuation ${continuation} is invalid`);
    return Number(lsn);
  }
  const since = headerOf(request, 'if-modified-since');
  if (since === undefined) return 0;
  const time = Date.parse(since);
  if (Number.isNaN(time)) throw badRequest(`If-Modified-Since '${since}' is not a date`);
  return container.items.lsnBefore(Math.floor(time / 1000));
}
