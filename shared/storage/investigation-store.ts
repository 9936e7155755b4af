import { odata, type TableClient, type TableEntity } from '@azure/data-tables';
import { type Investigation, investigationSchema } from '../contracts/investigation.ts';
import type { InvestigationStore, StoredInvestigation, Told } from '../ports/investigation-store.ts';
import type { Page } from '../ports/reconciliation-store.ts';
import { statusOf, unavailable } from './failure.ts';
import { type Row, type RowPlace, readPage, readRow, readRows } from './key-pages.ts';
import { keyPart, RecordRowError, recordColumns, recordOf } from './record-row.ts';

/** Numbers count down in keys, so that the newest of an item comes first. */
const MAX_NUMBER = 9_999_999_999;

/**
 * Investigations in Table storage. Partition = warehouse; row = item (empty: the warehouse as a whole) and number, counted
 * down: the newest of an item is the first row of a range. The record is JSON, over as many columns as it needs, with a
 * column for everything that a list can be asked for.
 */
export function tableInvestigationStore(table: TableClient): InvestigationStore {
  return {
    read: (investigationId) => read(table, investigationId),
    newest: (key) => newest(table, key),
    put: async (investigation, told, etag) => put(table, toRow(investigation, told), etag),
    list: (query) => list(table, query),
  };
}

/** Where an investigation is kept; undefined when the id is not `{warehouseId}:{itemId}:{number}`. */
export function investigationKey(investigationId: string): RowPlace | undefined {
  const [, warehouseId, itemId = '', number] = /^([^:]+):([^:]*):(\d{1,10})$/.exec(investigationId) ?? [];
  if (warehouseId === undefined || number === undefined) return undefined;
  const countedDown = String(MAX_NUMBER - Number(number)).padStart(10, '0');
  return { partitionKey: keyPart(warehouseId), rowKey: `${keyPart(itemId)}|${countedDown}` };
}

/** Whether an investigation may be kept there, as far as the form goes. */
export function isInvestigationPlace({ rowKey }: RowPlace): boolean {
  return /^[^|]*\|\d{10}$/.test(rowKey);
}

async function read(table: TableClient, investigationId: string): Promise<StoredInvestigation | undefined> {
  const key = investigationKey(investigationId);
  const row = key && (await readRow(table, key));
  return row && fromRow(row);
}

async function newest(
  table: TableClient,
  { warehouseId, itemId }: Parameters<InvestigationStore['newest']>[0],
): Promise<StoredInvestigation | undefined> {
  const [row] = await readRows(table, ofItem(warehouseId, itemId ?? ''), 1);
  return row && fromRow(row);
}

async function put(
  table: TableClient,
  row: TableEntity,
  etag: string | null,
): Promise<'stored' | 'conflict'> {
  try {
    if (etag === null) await table.createEntity(row);
    else await table.updateEntity(row, 'Replace', { etag });
    return 'stored';
  } catch (error) {
    // 404: it was removed; 409: there is one already; 412: it is another than was read.
    const status = statusOf(error);
    if (status === 404 || status === 409 || status === 412) return 'conflict';
    throw unavailable(error);
  }
}

async function list(
  table: TableClient,
  { status, warehouseId, itemId, assignee, ...page }: Parameters<InvestigationStore['list']>[0],
): Promise<Page<Investigation>> {
  const filters: string[] = [];
  if (warehouseId !== undefined && itemId !== undefined) filters.push(ofItem(warehouseId, itemId));
  else if (warehouseId !== undefined) filters.push(odata`PartitionKey eq ${keyPart(warehouseId)}`);
  else if (itemId !== undefined) filters.push(odata`itemId eq ${itemId}`);
  if (status === 'open') filters.push(odata`status ne 'closed'`);
  else if (status !== undefined) filters.push(odata`status eq ${status}`);
  if (assignee !== undefined) filters.push(odata`assignee eq ${assignee}`);
  const filter = filters.length > 0 ? filters.join(' and ') : odata`PartitionKey ge ''`;
  const { rows, ...rest } = await readPage(table, filter, page, isInvestigationPlace);
  return { rows: rows.map((row) => recordOf(row, investigationSchema)), ...rest };
}

function ofItem(warehouseId: string, itemId: string): string {
  const [first, end] = [`${keyPart(itemId)}|`, `${keyPart(itemId)}}`];
  return odata`PartitionKey eq ${keyPart(warehouseId)} and RowKey ge ${first} and RowKey lt ${end}`;
}

/** @throws {RangeError} when its id is not in the form of one */
function toRow(investigation: Investigation, told: Told): TableEntity {
  const { investigationId, status, itemId, assignee } = investigation;
  const key = investigationKey(investigationId);
  if (!key) throw new RangeError(`"${investigationId}" is no id of an investigation.`);
  return {
    ...key,
    ...{ status, toldTopic: told.topic, toldWebhook: told.webhook },
    ...(told.recountSentAt !== undefined && { recountSentAt: told.recountSentAt }),
    ...(itemId !== null && { itemId }),
    ...(assignee !== undefined && { assignee }),
    ...recordColumns(investigation),
  };
}

function fromRow(row: Row): StoredInvestigation {
  const { toldTopic: topic, toldWebhook: webhook, recountSentAt, etag } = row;
  if (typeof topic !== 'number' || typeof webhook !== 'number' || !etag)
    throw new RecordRowError(`Row ${row.partitionKey} / ${row.rowKey} does not say who was told of it.`);
  const sent = typeof recountSentAt === 'string' ? { recountSentAt } : {};
  return { investigation: recordOf(row, investigationSchema), told: { topic, webhook, ...sent }, etag };
}
