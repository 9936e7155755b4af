import type { Container } from './catalog.ts';
import { badRequest, CosmosError, notFound } from './errors.ts';
import { entriesOf } from './index-entries.ts';
import { changedTerms, countTerms, indexTerms, packTerms } from './index-terms.ts';
import type { ItemHead } from './items-table.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';
import { extractPartitionKey, type PartitionKey } from './partition-key.ts';
import { applyPatch, type Patch } from './patch.ts';
import {
  createCharge,
  deleteCharge,
  MINIMUM_CHARGE,
  patchCharge,
  readCharge,
  replaceCharge,
} from './request-charge.ts';
import { itemRid } from './resource-ids.ts';
import { expiryOf } from './time-to-live.ts';

/** `If-Match` and `If-None-Match`, as sent (quoted etags or `*`). */
export type Conditions = { ifMatch?: string | undefined; ifNoneMatch?: string | undefined };

/** The answer to one operation on an item. `body` is JSON text; `charge` request units. */
export type ItemResult = { status: number; etag?: string; body?: string; charge: number };

/** The largest item the service takes, in bytes of JSON. */
const ITEM_LIMIT = 2 * 1024 * 1024;

/** A point read. 304 when `If-None-Match` names the current etag; throws 404. */
export function readItem(
  container: Container,
  key: PartitionKey,
  id: string,
  conditions: Conditions,
  at: number,
): ItemResult {
  const body = container.items.findBody(key, id, at);
  if (body === undefined) throw missing(id);
  const etag = etagIn(body);
  const charge = readCharge(body.length);
  if (conditions.ifNoneMatch !== undefined && matches(conditions.ifNoneMatch, etag))
    return { status: 304, etag, charge };
  return { status: 200, etag, body, charge };
}

/** A create. Throws 409 when the id is taken in this partition. */
export function createItem(
  container: Container,
  key: PartitionKey | undefined,
  draft: Draft,
  at: number,
): ItemResult {
  const { id, partitionKey } = checkDraft(container, key, draft);
  if (container.items.findHead(partitionKey, id, at) !== undefined) {
    throw new CosmosError(409, `Entity with the specified id already exists in the system: '${id}'`, {
      charge: MINIMUM_CHARGE,
    });
  }
  return insert(container, partitionKey, id, draft, at);
}

/** A replace of the item `id` (the body's own id must agree). Throws 404, 412. */
export function replaceItem(
  container: Container,
  key: PartitionKey | undefined,
  id: string,
  draft: Draft,
  conditions: Conditions,
  at: number,
): ItemResult {
  const checked = checkDraft(container, key, draft);
  if (checked.id !== id)
    throw badRequest(`The id in the body, '${checked.id}', differs from the one in the request, '${id}'`);
  const before = container.items.findHead(checked.partitionKey, id, at);
  if (before === undefined) throw missing(id);
  checkConditions(conditions, before);
  return update(container, before, draft, at);
}

/** Creates the item or replaces the one with its id. `If-Match` is only looked at when there is one. */
export function upsertItem(
  container: Container,
  key: PartitionKey | undefined,
  draft: Draft,
  conditions: Conditions,
  at: number,
): ItemResult {
  const { id, partitionKey } = checkDraft(container, key, draft);
  const before = container.items.findHead(partitionKey, id, at);
  if (before === undefined) return insert(container, partitionKey, id, draft, at);
  checkConditions(conditions, before);
  return update(container, before, draft, at);
}

/** Deletes the item. Throws 404, 412. */
export function deleteItem(
  container: Container,
  key: PartitionKey,
  id: string,
  conditions: Conditions,
  at: number,
): ItemResult {
  const before = container.items.findHead(key, id, at);
  if (before === undefined) throw missing(id);
  checkConditions(conditions, before);
  container.items.remove(before);
  return { status: 204, charge: deleteCharge(before.bytes, countTerms(before.terms)) };
}

/** Partial update. Throws 404, 412 (also when the patch's condition does not hold), 400 for an operation that cannot be applied. */
export function patchItem(
  container: Container,
  key: PartitionKey,
  id: string,
  patch: Patch,
  conditions: Conditions,
  at: number,
): ItemResult {
  const before = container.items.find(key, id, at);
  if (before === undefined) throw missing(id);
  checkConditions(conditions, before);
  const item = parseJson(before.body) as JsonObject;
  if (patch.condition !== undefined && !patch.condition(item)) {
    throw new CosmosError(412, `The condition of the patch does not hold for item '${id}'`, {
      charge: MINIMUM_CHARGE,
    });
  }
  const patched = applyPatch(item, patch.operations, container.definition.partitionKey);
  const result = update(container, before, draftOf(patched), at);
  const charge = patchCharge(result.body?.length ?? 0, result.changedTerms, patch.operations.length);
  return { ...result, charge };
}

/** An item a client wants stored: parsed, and as JSON text without system properties. */
export type Draft = { item: JsonObject; text: string };

const SYSTEM_PROPERTIES = ['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn'];

/** A draft of a parsed body; `text`, when it is known, is what `item` was parsed from and spares writing it again. Throws 400. */
export function draftOf(item: Json, text?: string): Draft {
  if (!isObject(item)) throw badRequest('The body of an item must be a JSON object');
  let reusable = text;
  for (const name of SYSTEM_PROPERTIES) {
    if (!Object.hasOwn(item, name)) continue;
    delete item[name];
    reusable = undefined;
  }
  return { item, text: reusable?.trim() ?? JSON.stringify(item) };
}

function checkDraft(
  container: Container,
  key: PartitionKey | undefined,
  draft: Draft,
): { id: string; partitionKey: PartitionKey } {
  const { id } = draft.item;
  if (typeof id !== 'string' || id === '')
    throw badRequest("The required property 'id' is missing or not text");
  if (id.length > 1023 || /[/\\#]/.test(id)) {
    throw badRequest(`The id '${id.slice(0, 100)}' is invalid: at most 1023 characters, none of / \\ #`);
  }
  const partitionKey = extractPartitionKey(draft.item, container.definition.partitionKey);
  if (key !== undefined && key.text !== partitionKey.text) {
    throw badRequest(
      `PartitionKey extracted from document doesn't match the one specified in the header: ${partitionKey.text} is not ${key.text}`,
      { substatus: 1001 },
    );
  }
  if (draft.text.length > ITEM_LIMIT || Buffer.byteLength(draft.text) > ITEM_LIMIT) {
    throw new CosmosError(413, `Request size is too large: item '${id}' is larger than ${ITEM_LIMIT} bytes`);
  }
  return { id, partitionKey };
}

function insert(container: Container, key: PartitionKey, id: string, draft: Draft, at: number): ItemResult {
  const lsn = container.items.nextLsn();
  const row = rowOf(container, lsn, lsn, draft, at);
  container.items.insert({ ...row, effective: key.effective, partitionKey: key.text, id }, row.ttl);
  const charge = createCharge(row.body.length, countTerms(row.terms));
  return { status: 201, etag: etagOf(lsn), body: row.body, charge };
}

function update(
  container: Container,
  before: Pick<ItemHead, 'number' | 'effective' | 'terms' | 'entries'>,
  draft: Draft,
  at: number,
): ItemResult & { body: string; changedTerms: number } {
  const lsn = container.items.nextLsn();
  const row = rowOf(container, before.number, lsn, draft, at);
  container.items.update(before, row, row.ttl);
  const changed = changedTerms(before.terms, row.terms);
  return {
    status: 200,
    etag: etagOf(lsn),
    body: row.body,
    charge: replaceCharge(row.body.length, changed),
    changedTerms: changed,
  };
}

function rowOf(container: Container, number: number, lsn: number, draft: Draft, at: number) {
  const written = Math.floor(at / 1000);
  const { ttl, expires } = expiryOf(draft.item, container.definition.defaultTtl, written);
  const terms = packTerms(indexTerms(draft.item, container.policy));
  return {
    number,
    lsn,
    written,
    ttl,
    expires,
    terms,
    entries: entriesOf(draft.item, container.indexed),
    body: withSystemProperties(container, number, lsn, written, draft.text),
  };
}

function withSystemProperties(
  container: Container,
  number: number,
  lsn: number,
  written: number,
  text: string,
): string {
  const { database, rid } = container;
  const own = itemRid(database.number, container.number, number);
  return `${text.slice(0, -1)},"_rid":"${own}","_self":"dbs/${database.rid}/colls/${rid}/docs/${own}/","_etag":${JSON.stringify(etagOf(lsn))},"_attachments":"attachments/","_ts":${written}}`;
}

/** An item's etag: opaque to clients; made from the sequence number of its last write, so it changes with each. */
function etagOf(lsn: number): string {
  const hex = lsn.toString(16).padStart(20, '0');
  return `"${hex.slice(0, 8)}-0000-0000-${hex.slice(8, 12)}-${hex.slice(12)}0000"`;
}

const ETAG_MARK = '"_etag":"\\"';

/** Reads the etag out of a stored body; it is among the last properties. */
function etagIn(body: string): string {
  const start = body.lastIndexOf(ETAG_MARK) + ETAG_MARK.length;
  return `"${body.slice(start, body.indexOf('\\"', start))}"`;
}

function matches(condition: string, etag: string): boolean {
  return condition === '*' || condition === etag || `"${condition}"` === etag;
}

function checkConditions(conditions: Conditions, before: { lsn: number }): void {
  const { ifMatch } = conditions;
  if (ifMatch !== undefined && !matches(ifMatch, etagOf(before.lsn))) {
    throw new CosmosError(
      412,
      'One of the specified pre-condition is not met: the etag of the item is not the one in If-Match',
      {
        charge: MINIMUM_CHARGE,
      },
    );
  }
}

function missing(id: string): CosmosError {
  return notFound('item', id, { charge: MINIMUM_CHARGE });
}
