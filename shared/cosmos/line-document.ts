import type { JSONObject } from '@azure/cosmos';
import {
  backorderRank,
  leastUseful,
  lineKey,
  type OrderLine,
  openState,
  settledState,
} from '../domain/order-line.ts';
import type { StoredLine } from '../ports/allocation-store.ts';
import { SETTLED_TTL_SECONDS } from './retention.ts';
import { withoutSystemProperties } from './system-properties.ts';

/** Id of the document that says whether an item is watched. */
export const WATCH_ID = 'item';

/**
 * How a line lies in the container `stock`: partition key `/itemId`, id `{kind}|{orderId}|{lineId}`. `rank` is there
 * only while it waits, and `openState` while it is open, so that indexes over them stay small; `leastUseful` goes with `rank`.
 * `settled` is there afterwards: what a line of an order has come to, and when it was written.
 *
 * @param writtenAt UTC
 */
export function toLineDocument(line: OrderLine, writtenAt: string): JSONObject {
  const rank = backorderRank(line);
  const open = openState(line);
  const state = settledState(line);
  const document: object = {
    id: lineKey(line),
    ...line,
    ...(rank !== undefined && { rank, leastUseful: leastUseful(line) }),
    ...(open === undefined ? { ttl: SETTLED_TTL_SECONDS } : { openState: open }),
    ...(state !== undefined && { settled: `${state}|${writtenAt}` }),
  };
  return document as JSONObject;
}

/** The reverse; what Cosmos DB and the indexes add falls away. Only this file writes such documents, so the shape is trusted. */
export function fromLineDocument(document: object): StoredLine {
  const { own, etag } = withoutSystemProperties(document);
  const {
    id: _id,
    rank: _rank,
    leastUseful: _least,
    openState: _open,
    settled: _settled,
    ttl: _ttl,
    ...line
  } = own;
  return { line: line as OrderLine, etag };
}

export function watchDocument(itemId: string, watched: boolean): JSONObject {
  return { id: WATCH_ID, kind: 'item', itemId, watched };
}
