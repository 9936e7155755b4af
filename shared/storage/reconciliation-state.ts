import { createHash } from 'node:crypto';
import { odata, type TableClient } from '@azure/data-tables';
import { reconciliationStateSchema } from '../contracts/reconciliation-state.ts';
import type { ReconciliationState } from '../ports/reconciliation-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { isNotFound, unavailable } from './failure.ts';
import { type Row, readRow, readRows } from './key-pages.ts';
import { asciiJson, RecordRowError, ROW_UNITS, textColumns, textOfRow } from './record-row.ts';

const PARTITION = 'state';
const HEAD = 'head';

/** Times that a reader goes back to the head, when the state was replaced while it was read. */
const READS = 5;

/**
 * The state in rows of one partition: `head` names a digest, and the rows `part|{digest}|{number}` hold the text. The parts
 * are written before the head that names them, so that a crash in between leaves the old state, whole.
 */
export async function readState(table: TableClient): Promise<ReconciliationState | undefined> {
  for (let read = 0; read < READS; read++) {
    const head = await readHead(table);
    if (!head) return undefined;
    const text = (await partsOf(table, head.digest)).map(textOfRow).join('');
    if (digestOf(text) === head.digest) return parse(text);
  }
  throw new StoreUnavailable(
    'Storage: the state of reconciliation was replaced again and again while it was read',
  );
}

/** Writes nothing when the state is there already. */
export async function writeState(table: TableClient, state: ReconciliationState): Promise<void> {
  const text = asciiJson(reconciliationStateSchema.parse(state));
  const digest = digestOf(text);
  const old = await readHead(table);
  if (old?.digest === digest) return;
  try {
    for (let from = 0, part = 0; from < text.length; from += ROW_UNITS, part++) {
      const rowKey = `part|${digest}|${String(part).padStart(6, '0')}`;
      const columns = textColumns(text.slice(from, from + ROW_UNITS));
      await table.upsertEntity({ partitionKey: PARTITION, rowKey, ...columns }, 'Replace');
    }
    await table.upsertEntity({ partitionKey: PARTITION, rowKey: HEAD, digest }, 'Replace');
  } catch (error) {
    throw unavailable(error);
  }
  await removeOthers(table, digest);
}

/** Parts of older states, those that a crash left behind too. */
async function removeOthers(table: TableClient, digest: string): Promise<void> {
  const filter = odata`PartitionKey eq ${PARTITION} and RowKey ge 'part|' and RowKey lt 'part}'`;
  const parts = await readRows(table, filter, Number.MAX_SAFE_INTEGER);
  for (const { rowKey = '' } of parts) {
    if (rowKey.startsWith(`part|${digest}|`)) continue;
    try {
      await table.deleteEntity(PARTITION, rowKey);
    } catch (error) {
      if (!isNotFound(error)) throw unavailable(error);
    }
  }
}

async function readHead(table: TableClient): Promise<{ digest: string } | undefined> {
  const row = await readRow(table, { partitionKey: PARTITION, rowKey: HEAD });
  return row && { digest: String(row.digest) };
}

function partsOf(table: TableClient, digest: string): Promise<Row[]> {
  const [first, end] = [`part|${digest}|`, `part|${digest}}`];
  const filter = odata`PartitionKey eq ${PARTITION} and RowKey ge ${first} and RowKey lt ${end}`;
  return readRows(table, filter, Number.MAX_SAFE_INTEGER);
}

function parse(text: string): ReconciliationState {
  const parsed = reconciliationStateSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new RecordRowError('The state of reconciliation is not as this product writes it.', {
    cause: parsed.error,
  });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
