import { expect, test } from 'vitest';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import { openDeviceStore } from '../store/device-store.ts';
import { receipt } from '../store/device-store-contract.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import type { Answer, PageOf } from './adapter-client.ts';
import { type KnownStockParts, knownPickList, knownStock } from './known-stock.ts';
import type { PickTask } from './scanner-device.ts';

const AT = '2026-11-22T10:00:00.000Z';
const WH = 'WH-001';
const SCAN = '00000000-0000-4000-8000-000000000001';

/** Ann, with a pick of two of five teapots that waits, and a server whose books the test keeps. */
function shelf() {
  const store = openDeviceStore(openNodeSqlite(':memory:'));
  store.enrol({ scannerId: 'SCANNER-08', warehouseIds: [WH] });
  const task = { allocationId: 'O-1:1:1', orderId: 'O-1', lineId: '1', itemId: 'TEAPOT', warehouseId: WH };
  const place = { itemId: 'TEAPOT', warehouseId: WH, locationId: 'A-05-02', lotNumber: null };
  const pick = { type: 'pick', allocationId: task.allocationId, quantity: 2 } as const;
  store.append(receipt({ ...pick, transactionId: SCAN }));
  const server = { open: 5, onHand: 5, version: 1 };
  const book = () => {
    server.open -= 2;
    server.onHand -= 2;
    server.version += 1;
  };
  /** The answer to the upload, with the position as the booking left it. */
  const settle = () =>
    store.settle(
      [
        {
          ...{ transactionId: SCAN, state: 'synced', booked: { flags: [], isShort: false } },
          position: { onHand: server.onHand, version: server.version },
        },
      ],
      AT,
    );
  const parts: KnownStockParts = {
    store,
    client: {
      pickList: async () => answered<PickTask>({ ...task, open: server.open }),
      positions: async () => answered<WmsPosition>({ ...place, reserved: 0, ...told(server) }),
    },
    now: () => AT,
    isOffline: () => false,
    within: (work) => work,
  };
  return { store, parts, server, book, settle };
}

const told = ({ onHand, version }: { onHand: number; version: number }) => ({ onHand, version });

function answered<Row>(row: Row): Answer<PageOf<Row>> {
  return { kind: 'answered', body: { rows: [row] } };
}

/** Calls as `client` does, and lets `meanwhile` happen before the first answer arrives. */
function slowly<Query, Result>(call: (query: Query) => Promise<Result>, meanwhile: () => void) {
  let calls = 0;
  return async (query: Query): Promise<Result> => {
    const answer = await call(query);
    calls += 1;
    if (calls === 1) meanwhile();
    return answer;
  };
}

test('a pick that is booked while the pick list comes is not to be picked again', async () => {
  const { parts, book, settle } = shelf();
  const { client } = parts;
  const pickList = slowly(client.pickList, () => {
    book();
    settle();
  });
  const list = await knownPickList({ ...parts, client: { ...client, pickList } }, WH);
  expect(list).toMatchObject({ tasks: [{ open: 3 }], isLive: true });
});

test('stock that comes while a scan is booked tells of it', async () => {
  const { parts, book, settle } = shelf();
  const { client } = parts;
  const positions = slowly(client.positions, () => {
    book();
    settle();
  });
  const stock = await knownStock(
    { ...parts, client: { ...client, positions } },
    { itemId: 'TEAPOT', warehouseId: WH },
  );
  expect(stock).toMatchObject({ positions: [{ onHand: 3, waiting: 0, version: 2 }], isLive: true });
});

test('where scans are booked all the time, what is known so far is shown, and not as the latest', async () => {
  const { store, parts } = shelf();
  const { client } = parts;
  store.putPickList(WH, [], AT);
  let scans = 1;
  /** One more is booked with each call. */
  const settleAnother = () => {
    scans += 1;
    const transactionId = SCAN.replace(/1$/, String(scans));
    store.append(receipt({ transactionId }));
    store.settle([{ transactionId, state: 'synced', booked: { flags: [], isShort: false } }], AT);
  };
  const pickList: typeof client.pickList = async (warehouseId) => {
    settleAnother();
    return client.pickList(warehouseId);
  };
  const list = await knownPickList({ ...parts, client: { ...client, pickList } }, WH);
  expect(list).toEqual({ tasks: [], isLive: false, asOf: AT });
  expect(scans).toBeLessThan(10);
});

test('the first page of more stock than fits is not taken for all of it', async () => {
  const { parts } = shelf();
  const positions: typeof parts.client.positions = async (query) => {
    const answer = await parts.client.positions(query);
    return answer.kind === 'answered' ? { ...answer, body: { ...answer.body, next: 'more' } } : answer;
  };
  const stock = await knownStock({ ...parts, client: { ...parts.client, positions } }, { warehouseId: WH });
  expect(stock).toMatchObject({ positions: [{ onHand: 5, waiting: -2 }], isLive: false });
});
