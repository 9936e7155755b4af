import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type AdapterProcess, startAdapterProcess } from '../../apps/wms-adapter/adapter-process.ts';
import {
  type ImaginaryWms,
  movement,
  settingsText,
  sqliteWms,
  sqlServerWms,
} from '../../apps/wms-adapter/outbox-reader/contract/imaginary-wms.ts';
import { inventoryEventSchema } from '../../shared/contracts/inventory-event.ts';
import {
  receiveInventoryEvents,
  type ServiceBusProcess,
  serviceBusProcess,
} from '../parts/service-bus-process.ts';
import { runProgram } from './run-program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** The real adapter as reader, the real SDK and the local Service Bus, each in its own process. */

const testSql = process.env.STOCKBRIDGE_TEST_SQL ?? '';
const databases: [string, () => Promise<ImaginaryWms>][] = [
  ['SQLite', sqliteWms],
  ...(testSql === ''
    ? []
    : [['SQL Server', () => sqlServerWms(testSql)] satisfies [string, () => Promise<ImaginaryWms>]]),
];

let folder: string;
let bus: ServiceBusProcess;
let wms: ImaginaryWms | undefined;
let adapter: AdapterProcess | undefined;
let received: ReturnType<typeof receiveInventoryEvents> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'existing-wms-'));
  bus = await serviceBusProcess(join(folder, 'bus'));
  await bus.start();
});

afterEach(async () => {
  await received?.close();
  await adapter?.end('SIGKILL');
  await wms?.dispose();
  await bus.kill();
  await rm(folder, { recursive: true });
  received = adapter = wms = undefined;
});

const soon = <Value>(read: () => Value) => expect.poll(read, { timeout: 60_000 });

async function startAdapter(given: ImaginaryWms, order: object = {}, rest: Record<string, unknown> = {}) {
  const file = join(folder, 'outbox.jsonc');
  await writeFile(file, settingsText(given.table, { ...order }, { pollMilliseconds: 100, ...rest }));
  adapter = await startAdapterProcess({
    STOCKBRIDGE_WMS_OUTBOX: file,
    WmsSqlConnection: given.connection,
    STOCKBRIDGE_DATA: folder,
    ServiceBusConnection: bus.connectionString,
  });
  return adapter;
}

function receive() {
  received ??= receiveInventoryEvents(bus.connectionString);
  return received.messages;
}
const ids = () => receive().map(({ messageId }) => String(messageId));

const healthSchema = z.object({
  source: z.string(),
  bus: z.string(),
  outbox: z.object({ parked: z.int(), behind: z.boolean() }),
});
const parkedSchema = z.object({
  parked: z.array(z.object({ id: z.string(), reason: z.string(), row: z.record(z.string(), z.unknown()) })),
});

async function api(path: string, body?: unknown): Promise<unknown> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return (await fetch(`${adapter?.url}/api/v1${path}`, body === undefined ? {} : init)).json();
}
const health = async () => healthSchema.parse(await api('/health'));

/** How many rows the bus has acknowledged, by the reader's own file. */
function acknowledged(): number {
  const state = new DatabaseSync(join(folder, 'wms-adapter', 'outbox-reader.db'), { readOnly: true });
  const row = state.prepare('SELECT count(*) AS count FROM sent').get();
  state.close();
  return Number(row?.count);
}

/** Numbers from 1 to `count`. */
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe.each(databases)('An existing WMS on %s', (_name, open) => {
  test('has its movements published as they are committed, and its bad rows parked until it mends them', async () => {
    wms = await open();
    await wms.insert(movement(1), movement(2, { SKU: null }), movement(3, { TRX_TYPE: 'PCK', LOT: 'LOT-1' }));
    await startAdapter(wms);
    await soon(ids).toEqual(['MSG-1', 'MSG-3']);
    const [, message] = receive();
    expect(inventoryEventSchema.parse(message?.body)).toEqual(message?.body);
    expect(message).toMatchObject({
      contentType: 'application/json',
      subject: 'ITEM-1',
      body: { eventType: 'InventoryPick', lotNumber: 'LOT-1', timestamp: '2024-11-18T10:00:00.1234560Z' },
      applicationProperties: { cloudEvents_id: 'MSG-3', cloudEvents_type: 'stockbridge.InventoryPick' },
    });
    expect(parkedSchema.parse(await api('/parked'))).toMatchObject({
      parked: [
        {
          id: '2:MSG-2',
          reason: 'column SKU (itemId) is NULL: the event needs it',
          row: { MSG_ID: 'MSG-2' },
        },
      ],
    });
    expect((await health()).outbox.parked).toBe(1);

    await wms.update(2, { SKU: 'ITEM-2' });
    await api('/parked/replay', {});
    await soon(ids).toEqual(['MSG-1', 'MSG-3', 'MSG-2']);
    expect((await health()).outbox.parked).toBe(0);
    expect(await adapter?.end('SIGTERM')).toBe(0);
  });

  test('is read on while the bus is away, and published when it is back', async () => {
    wms = await open();
    await startAdapter(wms);
    await soon(async () => (await health()).bus).toBe('connected');
    await bus.kill();
    await wms.insert(...upTo(500).map((seq) => movement(seq)));
    await soon(async () => (await health()).bus).toBe('away');
    expect((await health()).source).toBe('connected');
    // The adapter restarts meanwhile: what waits is in the WMS's table, not in its memory.
    expect(await adapter?.end('SIGTERM')).toBe(0);
    await startAdapter(wms);
    await bus.start();
    await soon(() => new Set(ids()).size).toBe(500);
    await soon(async () => (await health()).bus).toBe('connected');
  });

  test('loses nothing when the adapter is killed between sending and recording it; that is sent again', async () => {
    wms = await open();
    await startAdapter(wms, { kind: 'commit-ordered' });
    await soon(async () => (await health()).source).toBe('connected');
    // The reader's own file is held, so that it sends but cannot record.
    const held = new DatabaseSync(join(folder, 'wms-adapter', 'outbox-reader.db'));
    held.exec('BEGIN IMMEDIATE');
    await wms.insert(...upTo(20).map((seq) => movement(seq)));
    await soon(() => ids().length).toBe(20);
    await adapter?.end('SIGKILL');
    held.exec('ROLLBACK');
    held.close();
    await startAdapter(wms, { kind: 'commit-ordered' });
    await soon(() => ids().length).toBe(40);
    const expected = upTo(20).map((seq) => `MSG-${seq}`);
    expect(new Set(ids().slice(0, 20))).toEqual(new Set(expected));
    expect(new Set(ids().slice(20))).toEqual(new Set(expected));
  });

  test('killed again and again while it is drained, has every row published', async () => {
    wms = await open();
    await wms.insert(...upTo(2_000).map((seq) => movement(seq)));
    const distinct = () => new Set(ids()).size;
    for (const atLeast of [200, 1_000]) {
      await startAdapter(wms, {}, { pageSize: 100 });
      await soon(distinct).toBeGreaterThan(atLeast);
      await adapter?.end('SIGKILL');
    }
    await startAdapter(wms, {}, { pageSize: 100 });
    await soon(distinct).toBe(2_000);
  });
});

describe('An existing WMS in a SQLite file', () => {
  test('is drained and replayed without a byte of it changed', async () => {
    const file = await sqliteWms();
    wms = file;
    await file.insert(...upTo(5_000).map((seq) => movement(seq)), movement(5_001, { SKU: null }));
    const hash = async () =>
      createHash('sha256')
        .update(await readFile(file.path))
        .digest('hex');
    const before = await hash();
    await startAdapter(file);
    await soon(acknowledged).toBe(5_000);
    expect(await api('/parked/replay', {})).toMatchObject({ stillParked: 1 });
    expect(await hash()).toBe(before);
  });

  test('has a row without a whole number left out and told of, and all behind it published', async () => {
    const file = await sqliteWms();
    wms = file;
    await file.insert(movement(1), movement(2), movement(3));
    const owner = new DatabaseSync(file.path);
    owner.exec('UPDATE STOCK_OUT SET SEQ = 1.5 WHERE SEQ = 2');
    owner.close();
    const started = await startAdapter(file);
    await soon(ids).toEqual(['MSG-1', 'MSG-3']);
    await soon(() => api('/health')).toMatchObject({ status: 'ready', outbox: { misnumbered: true } });
    expect(started.output()).toContain('left out, for column SEQ holds 1.5 where it must hold whole numbers');
  });

  test('that is taken away is waited for', async () => {
    const file = await sqliteWms();
    wms = file;
    const hidden = `${file.path}.hidden`;
    await rename(file.path, hidden);
    const started = await startAdapter(file);
    await soon(() => started.output()).toContain(`is away, ${file.path}`.replace(', ', ': '));
    expect((await fetch(`${started.url}/api/v1/health`)).status).toBe(503);
    await rename(hidden, file.path);
    await file.insert(movement(1));
    await soon(ids).toEqual(['MSG-1']);
    expect((await fetch(`${started.url}/api/v1/health`)).status).toBe(200);
    expect(started.output().match(/is away/g)).toHaveLength(1);
  });
});

describe('The start as reader', () => {
  test('with a bad setting stops with one line that names file, field and value', async () => {
    const file = await sqliteWms();
    wms = file;
    await mkdir(join(folder, 'data'));
    const outbox = join(folder, 'outbox.jsonc');
    const good = settingsText(file.table, {});
    const cases: [string, Record<string, string>, string, ...string[]][] = [
      [
        good,
        {},
        'STOCKBRIDGE_WMS_OUTBOX is set: then the WMS database is another’s and only read',
        '--migrate',
      ],
      [
        good.replace('"itemId":"SKU"', '"itemId":"1"'),
        {},
        `${outbox}: columns.itemId is "1": must be the name`,
      ],
      [
        good.replace('"itemId":"SKU"', '"itemId":"SKUX"'),
        {},
        `${outbox}: columns.itemId is "SKUX": the WMS database says: no such column`,
      ],
      [good.replace('overlap', 'rowversion'), {}, `${outbox}: order.kind is "rowversion": SQLite has none`],
      [
        good,
        { WmsSqlConnection: 'Server=x;Pasword=secret' },
        'WmsSqlConnection: it holds an unknown keyword',
      ],
      [good, { STOCKBRIDGE_WMS_OUTBOX: join(folder, 'none.jsonc') }, 'none.jsonc: ENOENT'],
    ];
    const runs = cases.map(async ([text, settings, message, ...options], index) => {
      const path = join(folder, `outbox-${index}.jsonc`);
      await writeFile(path, text);
      const { code, stderr, stdout } = await runProgram('apps/wms-adapter/main.ts', options, {
        STOCKBRIDGE_ENV: 'development',
        STOCKBRIDGE_ADAPTER_PORT: '0',
        STOCKBRIDGE_DATA: join(folder, 'data'),
        STOCKBRIDGE_WMS_OUTBOX: path,
        WmsSqlConnection: file.connection,
        ServiceBusConnection: bus.connectionString,
        ...settings,
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^WMS adapter cannot start: [^\n]+\n$/);
      expect(stderr).toContain(message.replace(outbox, path));
      expect(stderr).not.toContain('secret');
    });
    await Promise.all(runs);
  });
});
