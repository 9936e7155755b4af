import { createHash } from 'node:crypto';
import { odata, type TableClient, type TableEntity } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import { quarantineIdSchema } from '../contracts/quarantine.ts';
import { deadLetterId } from '../ports/dead-letters.ts';
import type {
  KeptMessages,
  ParkedCounts,
  ParkedMessage,
  ParkedPage,
  ParkedState,
  ParkedSummary,
} from '../ports/quarantine-store.ts';
import { bodyPreview, firstMessageId } from '../ports/received-message.ts';
import type { Storage } from './connection.ts';
import { isNotFound, unavailable } from './failure.ts';
import { type Row, type RowPlace, readToken, rowsOf, tokenOf } from './key-pages.ts';

/** Rows that one list looks through for those that match. Each is some 5 KB. */
const LOOKED_THROUGH = 5_000;

/** Messages in one partition of table `parked`, their bodies in the container of that name. */
export type KeptPlace = {
  readonly table: TableClient;
  readonly blobs: ContainerClient;
  readonly partition: string;
  /** What stands before the id in a blob's name. */
  readonly blobPrefix: string;
};

/** The partition of the messages in that state. */
export function keptPlace(storage: Storage, partition: 'parked' | 'deleted'): KeptPlace {
  return {
    table: storage.table('parked'),
    blobs: storage.blobContainer('parked'),
    partition,
    blobPrefix: partition === 'parked' ? '' : `${partition}/`,
  };
}

/** What is done with messages wherever they are kept. @param summaryOf a row as a list shows it */
export function keptMessages<Summary extends ParkedSummary>(
  place: KeptPlace,
  summaryOf: (row: Row) => Summary,
): KeptMessages<Summary> {
  return {
    list: (limit, token, matches) => list(place, { limit, token, matches, summaryOf }),
    count: (limit) => count(place, limit),
    get: (id) => get(place, id),
    remove: (id) => remove(place, id),
  };
}

/**
 * Keyed by subscription, message id and sequence number of the first journey: parking again after a crash or a retry
 * keeps one. A dead letter keeps the id that it had on the bus.
 */
export function parkedId({ message, isDeadLetter }: Pick<ParkedMessage, 'message' | 'isDeadLetter'>): string {
  if (isDeadLetter) return deadLetterId(message);
  const { subscription, messageId, sequenceNumber } = message;
  return createHash('sha256')
    .update(`${subscription}\n${firstMessageId(messageId)}\n${sequenceNumber}`)
    .digest('hex')
    .slice(0, 32);
}

/** Stores it with columns of its own: the blob first, so that a row never points at nothing. */
export async function putMessage(
  { table, blobs, partition, blobPrefix }: KeptPlace,
  kept: ParkedMessage,
  columns: Readonly<Record<string, string>> = {},
): Promise<void> {
  const id = parkedId(kept);
  await blobs.getBlockBlobClient(blobPrefix + id).uploadData(kept.message.body);
  await table.upsertEntity(
    { partitionKey: partition, rowKey: id, ...messageColumns(kept), ...columns },
    'Replace',
  );
}

function messageColumns({
  message,
  refusal,
  isDeadLetter,
}: ParkedMessage): Omit<TableEntity, 'partitionKey' | 'rowKey'> {
  return {
    subscription: message.subscription,
    messageId: message.messageId,
    sequenceNumber: message.sequenceNumber,
    attempt: message.attempt,
    receivedAt: new Date(message.enqueuedAt).toISOString(),
    reason: refusal.reason,
    detail: refusal.detail.slice(0, 4_000),
    bytes: message.body.byteLength,
    preview: bodyPreview(message),
    applicationProperties: JSON.stringify(message.applicationProperties),
    ...(isDeadLetter && { state: 'dead-lettered' }),
  };
}

function stateOf(row: Row): ParkedState {
  return row.state === 'dead-lettered' ? 'dead-lettered' : 'parked';
}

/** A row as a list shows it. */
export function toSummary(row: Row): ParkedSummary {
  return {
    id: String(row.rowKey),
    state: stateOf(row),
    subscription: String(row.subscription),
    messageId: String(row.messageId),
    sequenceNumber: String(row.sequenceNumber),
    reason: String(row.reason),
    detail: String(row.detail),
    receivedAt: String(row.receivedAt),
    bytes: Number(row.bytes),
    body: String(row.preview),
  };
}

type Listing<Summary> = {
  readonly limit: number;
  readonly token: string | undefined;
  readonly matches: ((message: Summary) => boolean) | undefined;
  readonly summaryOf: (row: Row) => Summary;
};

/** The token is the place of the last row looked at: rows that come or go in between push no other out. */
async function list<Summary>(
  { table, partition }: KeptPlace,
  { limit, token, matches, summaryOf }: Listing<Summary>,
): Promise<ParkedPage<Summary>> {
  const messages: Summary[] = [];
  const isHere = (place: RowPlace) => place.partitionKey === partition;
  const filter =
    token === undefined
      ? odata`PartitionKey eq ${partition}`
      : odata`PartitionKey eq ${partition} and RowKey gt ${readToken(token, isHere).rowKey}`;
  let looked = 0;
  for await (const { row, isLast } of rowsOf(table, { filter }, matches ? undefined : limit)) {
    const summary = summaryOf(row);
    if (matches === undefined || matches(summary)) messages.push(summary);
    looked += 1;
    if (!isLast && (messages.length >= limit || looked >= LOOKED_THROUGH))
      return {
        messages,
        continuationToken: tokenOf({ partitionKey: partition, rowKey: String(row.rowKey) }),
      };
  }
  return { messages };
}

async function count({ table, partition }: KeptPlace, limit: number): Promise<ParkedCounts> {
  const byKind = new Map<string, { state: ParkedState; reason: string; messages: number }>();
  const query = { filter: odata`PartitionKey eq ${partition}`, select: ['state', 'reason'] };
  let counted = 0;
  for await (const { row } of rowsOf(table, query)) {
    if (counted === limit) return { counts: [...byKind.values()], more: true };
    counted += 1;
    const kind = { state: stateOf(row), reason: String(row.reason), messages: 0 };
    const name = `${kind.state}|${kind.reason}`;
    byKind.set(name, { ...kind, messages: (byKind.get(name)?.messages ?? 0) + 1 });
  }
  return { counts: [...byKind.values()], more: false };
}

async function get(
  { table, blobs, partition, blobPrefix }: KeptPlace,
  id: string,
): Promise<ParkedMessage | undefined> {
  // Storage refuses to look for what can be no key.
  if (!quarantineIdSchema.safeParse(id).success) return undefined;
  try {
    const row = await table.getEntity<Record<string, unknown>>(partition, id);
    const body = await blobs.getBlockBlobClient(blobPrefix + id).downloadToBuffer();
    return {
      message: {
        body,
        messageId: String(row.messageId),
        sequenceNumber: String(row.sequenceNumber),
        enqueuedAt: Date.parse(String(row.receivedAt)),
        subscription: String(row.subscription),
        attempt: Number(row.attempt),
        applicationProperties: JSON.parse(String(row.applicationProperties)),
      },
      refusal: { reason: String(row.reason), detail: String(row.detail) },
      ...(stateOf(row) === 'dead-lettered' && { isDeadLetter: true }),
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw unavailable(error);
  }
}

/** The row first: a blob without a row is only litter, a row without a blob is a lie. */
async function remove({ table, blobs, partition, blobPrefix }: KeptPlace, id: string): Promise<void> {
  try {
    await table.deleteEntity(partition, id);
    await blobs.getBlockBlobClient(blobPrefix + id).deleteIfExists();
  } catch (error) {
    if (!isNotFound(error)) throw unavailable(error);
  }
}
