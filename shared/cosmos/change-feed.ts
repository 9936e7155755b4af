import { ChangeFeedStartFrom, type Container, StatusCodes } from '@azure/cosmos';
import type { Allocation } from '../domain/order-line.ts';
import { ChangeFeedGone, type CloudStock } from '../ports/cloud-stock.ts';
import { unavailable } from './failure.ts';

/** The service gives no more items a page. */
const PAGE = 1_000;

/** A document of the container `stock`, of whatever kind. */
type Document = {
  readonly kind?: unknown;
  readonly itemId: string;
  readonly warehouseId: string;
  readonly allocations: readonly Allocation[];
};
type Feed = ReturnType<typeof openFeed>;
type Page = Awaited<ReturnType<Feed['readNext']>>;

/** The place behind all that is stored. @throws {StoreUnavailable} */
export async function presentPlace(container: Container): Promise<string> {
  const page = await readPage(openFeed(container, ChangeFeedStartFrom.Now(), PAGE));
  return page.continuationToken;
}

/** Reads the feed from a place, or from the beginning, until `limit` documents were read or nothing more changed. */
export async function changesSince(
  container: Container,
  since: string | undefined,
  limit: number,
): ReturnType<CloudStock['changes']> {
  const changed = new Map<string, Set<string>>();
  const feed = openFeed(container, startFrom(since), Math.min(limit, PAGE));
  let read = 0;
  for (;;) {
    const page = await readPage(feed);
    const next = page.continuationToken;
    // The feed has no end; "not modified" says that nothing more has changed up to now.
    if (page.statusCode === StatusCodes.NotModified) return { changed, next, more: false };
    for (const document of page.result) noteChange(changed, document);
    read += page.result.length;
    if (read >= limit) return { changed, next, more: true };
  }
}

function noteChange(changed: Map<string, Set<string>>, document: Document): void {
  for (const warehouseId of warehousesOf(document)) {
    const items = changed.get(warehouseId);
    if (items) items.add(document.itemId);
    else changed.set(warehouseId, new Set([document.itemId]));
  }
}

/** The warehouses whose stock or promises of the item a document speaks of. Only this folder writes them, so their shape is trusted. */
function warehousesOf(document: Document): readonly string[] {
  switch (document.kind) {
    case 'stock':
    case 'overflow':
      return [document.warehouseId];
    case 'order-line':
      return document.allocations.map(({ warehouseId }) => warehouseId);
    default:
      return [];
  }
}

function openFeed(container: Container, changeFeedStartFrom: ChangeFeedStartFrom, maxItemCount: number) {
  return container.items.getChangeFeedIterator<Document>({ changeFeedStartFrom, maxItemCount });
}

function startFrom(since: string | undefined): ChangeFeedStartFrom {
  if (since === undefined) return ChangeFeedStartFrom.Beginning();
  if (!isPlace(since)) throw new ChangeFeedGone(`"${since}" is no place in the change feed`);
  return ChangeFeedStartFrom.Continuation(since);
}

/** What the SDK makes of the ranges of a container and the places in each (`CompositeContinuationToken.js`). */
function isPlace(text: string): boolean {
  try {
    const token: unknown = JSON.parse(text);
    return (
      typeof token === 'object' &&
      token !== null &&
      'Continuation' in token &&
      Array.isArray(token.Continuation)
    );
  } catch {
    return false;
  }
}

async function readPage(feed: Feed): Promise<Page> {
  const page = await feed.readNext().catch((error: unknown) => {
    throw isGone(error) ? new ChangeFeedGone(error.message, { cause: error }) : unavailable(error);
  });
  // The SDK hands over a 410 that is none of a split, without having read anything.
  if (page.statusCode === StatusCodes.Gone) throw new ChangeFeedGone('Cosmos DB answered 410');
  return page;
}

/**
 * True for a place that the service does not take (400, 410), and for one of another container, which the SDK tells only by its message
 * (@azure/cosmos 4.10, `ChangeFeedForEpkRange.js`).
 */
function isGone(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (code === StatusCodes.BadRequest || code === StatusCodes.Gone) return true;
  return code === undefined && error.message.includes('continuation token');
}
