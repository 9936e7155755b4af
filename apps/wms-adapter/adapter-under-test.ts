import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registeredDeviceSchema } from '../../shared/contracts/device.ts';
import { type TransactionResult, transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import { startAdapterProcess } from './adapter-process.ts';

/** Nothing listens on port 1: a bus that is away. */
export const DEAD_BUS =
  'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;';

type Headers = Record<string, string>;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: globalThis.Headers;
  readonly body: unknown;
}

/** The real process with a database of its own and a bus that is away, and calls of its API. */
export interface AdapterUnderTest {
  readonly url: string;
  readonly pid: number | undefined;
  /** A path below `/api/v1`, called as it is. */
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
  /** Sends JSON, if there is a body. */
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>;
  /** Posts transactions and answers their results; fails unless the call as a whole is answered with 200. */
  post(body: unknown, headers?: Headers): Promise<TransactionResult[]>;
  /** Registers a device; answers the headers that it sends its key with. */
  register(scannerId: string, warehouseIds: string[]): Promise<Headers>;
  /** Ends the process and starts it anew on the same data. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function startAdapterUnderTest(
  environment: Record<string, string> = {},
): Promise<AdapterUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
  const start = () =>
    startAdapterProcess({ STOCKBRIDGE_DATA: folder, ServiceBusConnection: DEAD_BUS, ...environment });
  let adapter = await start();

  const under: AdapterUnderTest = {
    get url() {
      return adapter.url;
    },
    get pid() {
      return adapter.process.pid;
    },
    async send(method, path, init = {}) {
      const response = await fetch(`${adapter.url}/api/v1${path}`, { method, ...init });
      const text = await response.text();
      const { status, headers } = response;
      return {
        status,
        headers,
        type: headers.get('content-type') ?? '',
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
    call(method, path, body, headers = {}) {
      const json = { ...headers, 'content-type': 'application/json' };
      return under.send(
        method,
        path,
        body === undefined ? { headers } : { headers: json, body: JSON.stringify(body) },
      );
    },
    async post(body, headers) {
      const answer = await under.call('POST', '/transactions', body, headers);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
      return transactionResultsSchema.parse(answer.body).results;
    },
    async register(scannerId, warehouseIds) {
      const { body } = await under.call('PUT', `/devices/${scannerId}`, { warehouseIds });
      return { authorization: `Bearer ${registeredDeviceSchema.parse(body).key}` };
    },
    async restart() {
      await adapter.end('SIGTERM');
      adapter = await start();
    },
    async end() {
      await adapter.end('SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
  await under.call('PUT', '/items', [{ itemId: 'ITEM-1' }, { itemId: 'ITEM-2', description: 'Mug' }]);
  await under.call('PUT', '/locations', [
    { warehouseId: 'WH-001', locationId: 'A-05-02' },
    { warehouseId: 'WH-001', locationId: 'B-01' },
    { warehouseId: 'WH-008', locationId: 'A-05-02' },
  ]);
  return under;
}

/** A receipt of one piece, unless told otherwise. */
export function scan(fields: Record<string, unknown> = {}) {
  return {
    transactionId: randomUUID(),
    type: 'receipt',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    quantity: 1,
    scannedAt: '2024-11-18T10:00:00Z',
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
    ...fields,
  };
}
