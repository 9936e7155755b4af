import { createHash } from 'node:crypto';
import type { TableClient, TableEntityResult } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import type { Refusal } from '../contracts/json-message.ts';
import {
  InvalidContinuationToken,
  type ParkedMessage,
  type ParkedPage,
  type ParkedSummary,
  type QuarantineStore,
  type UnparkedMessage,
} from '../ports/quarantine-store.ts';
import { bodyPreview, firstMessageId, type ReceivedMessage } from '../ports/received-message.ts';
import type { Storage } from './connection.ts';
import { isNotFound, isRefusal, statusOf, unavailable } from './failure.ts';

const PARTITION = 'parked';

/** Messages parked at once: each is a blob and a row. */
const PARALLEL = 16;

/** The raw body in a blob, the reason in a row; the blob first, so that a row never points at nothing. */
export function storageQuarantineStore(storage: Storage): QuarantineStore {
  const table = storage.table('parked');
  const blobs = storage.blobContainer('parked');
  return {
    park: (messages) => parkAll(table, blobs, messages),
    list: (limit, continuationToken) => list(table, limit, continuationToken),
    get: (id) => get(table, blobs, id),
    remove: (id) => remove(table, blobs, id),
  };
}

/**
 * Keyed by subscription, message id and sequence number of the first journey: parking again after a crash or a retry
 * keeps one.
 */
export function parkedId({ subscription, messageId, sequenceNumber }: ReceivedMessage): string {
  return createHash('sha256')
    .update(`${subscription}\n${firstMessageId(messageId)}\n${sequenceNumber}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * What a storage that is away does not take is not tried message by message: each try costs the SDK's retries, and the
 * caller's locks end.
 */
async function parkAll(
  table: TableClient,
  blobs: ContainerClient,
  messages: readonly ParkedMessage[],
): Promise<UnparkedMessage[]> {
  const waiting = [...messages];
  const unparked: UnparkedMessage[] = [];
  const park = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await parkOne(table, blobs, next);
      } catch (error) {
        const failure = unavailable(error).message;
        unparked.push({ ...next, failure });
        if (!isRefusal(error)) unparked.push(...waiting.splice(0).map((left) => ({ ...left, failure })));
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, park));
  return unparked;
}

async function parkOne(
  table: TableClient,
  blobs: ContainerClient,
  { message, refusal }: ParkedMessage,
): Promise<void> {
  const id = parkedId(message);
  await blobs.getBlockBlobClient(id).uploadData(message.body);
  await table.upsertEntity(
    {
      partitionKey: PARTITION,
      rowKey: id,
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
    },
    'Replace',
  );
}

type ParkedRow = TableEntityResult<Record<string, unknown>>;

async function list(table: TableClient, limit: number, continuationToken?: string): Promise<ParkedPage> {
  if (continuationToken !== undefined) checkToken(continuationToken);
  const settings =
    continuationToken === undefined ? { maxPageSize: limit } : { maxPageSize: limit, continuationToken };
  try {
    for await (const page of table.listEntities<Record<string, unknown>>().byPage(settings)) {
      const messages = page.map(toSummary);
      return page.continuationToken ? { messages, continuationToken: page.continuationToken } : { messages };
    }
    return { messages: [] };
  } catch (error) {
    if (continuationToken !== undefined && statusOf(error) === 400) throw new InvalidContinuationToken();
    throw unavailable(error);
  }
}

/** The SDK's tokens are JSON in base64 (@azure/data-tables 13.3); on others it fails with what its parser says. */
function checkToken(token: string): void {
  try {
    const keys: unknown = JSON.parse(Buffer.from(token, 'base64').toString('latin1'));
    if (typeof keys === 'object' && keys && 'nextPartitionKey' in keys) return;
  } catch {
    // No JSON: the same as JSON that is no token.
  }
  throw new InvalidContinuationToken();
}

function toSummary(row: ParkedRow): ParkedSummary {
  return {
    id: String(row.rowKey),
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

async function get(
  table: TableClient,
  blobs: ContainerClient,
  id: string,
): Promise<ParkedMessage | undefined> {
  try {
    const row = await table.getEntity<Record<string, unknown>>(PARTITION, id);
    const body = await blobs.getBlockBlobClient(id).downloadToBuffer();
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
      refusal: { reason: row.reason as Refusal['reason'], detail: String(row.detail) },
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw unavailable(error);
  }
}

/** The row first: a blob without a row is only litter, a row without a blob is a lie. */
async function remove(table: TableClient, blobs: ContainerClient, id: string): Promise<void> {
  try {
    await table.deleteEntity(PARTITION, id);
    await blobs.getBlockBlobClient(id).deleteIfExists();
  } catch (error) {
    if (!isNotFound(error)) throw unavailable(error);
  }
}
