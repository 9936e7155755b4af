import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../shared/contracts/master-data.ts';
import type { MasterDataChanges } from '../../../shared/contracts/master-data-changes.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { DeviceStore, RememberedSignIn, Settlement } from '../core/device-store.ts';
import type { RecountTask, SignedIn } from '../core/scanner-device.ts';

/** Opens what is kept: a new store the first time, then, as after a crash of the app, what was there. */
export type OpenStore = () => DeviceStore;

export const AT = '2026-11-22T10:00:00.000Z';
const LATER = '2026-11-22T11:00:00.000Z';
export const LIMITS: MasterDataChanges['limits'] = {
  maxPieces: 1_000_000_000,
  transactionsPerCall: 500,
  bytesPerCall: 1_048_576,
  clockOffsetMs: 300_000,
  earliestScan: '2000-01-01T00:00:00.000Z',
  lockMs: 1_800_000,
};

/** A receipt of five teapots, unless told otherwise. */
export function receipt(fields: Partial<Transaction> = {}): Transaction {
  return {
    transactionId: randomUUID(),
    type: 'receipt',
    itemId: 'TEAPOT',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    lotNumber: null,
    quantity: 5,
    scannedAt: AT,
    scannerId: 'SCANNER-08',
    userId: 'ann',
    ...fields,
  };
}

export function page(fields: Partial<MasterDataChanges> = {}): MasterDataChanges {
  return {
    version: 1,
    warehouseIds: ['WH-001'],
    items: [],
    locations: [],
    limits: LIMITS,
    hasMore: false,
    ...fields,
  };
}

function synced(
  transactionId: string,
  position?: Settlement['position'],
): Extract<Settlement, { state: 'synced' }> {
  return {
    transactionId,
    state: 'synced',
    booked: { flags: [], isShort: false },
    ...(position && { position }),
  };
}

function refused(transactionId: string): Settlement {
  const problem = { type: 'about:blank', title: 'The transaction was not booked', status: 422 };
  return { transactionId, state: 'refused', refusal: { outcome: 'rejected', problem } };
}

function position(fields: Partial<WmsPosition> = {}): WmsPosition {
  return {
    itemId: 'TEAPOT',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    lotNumber: null,
    onHand: 12,
    reserved: 2,
    version: 3,
    ...fields,
  };
}

const ANN: SignedIn = {
  userId: 'ann',
  name: 'Ann',
  role: 'worker',
  warehouseIds: ['WH-001'],
  validUntil: LATER,
  isOffline: false,
};

/** What every store of a device keeps to. @param newStore makes one that is empty */
export function deviceStoreContract(name: string, newStore: () => OpenStore): void {
  describe(name, () => {
    describe('scans', () => {
      test('are numbered in the order in which they are stored, and listed the newest first', () => {
        const store = newStore()();
        const stored = [receipt(), receipt(), receipt()].map((scan) => store.append(scan));
        expect(stored.map(({ transaction }) => transaction.sequence)).toEqual([1, 2, 3]);
        expect(stored.every(({ state, attempts }) => state === 'queued' && attempts === 0)).toBe(true);
        expect(store.scans({ limit: 10 })).toEqual(stored.toReversed());
        expect(store.queued(10)).toEqual(stored);
        expect(store.queued(2)).toEqual(stored.slice(0, 2));
      });

      test('are listed by pages and by state', () => {
        const store = newStore()();
        const [first, second, third] = [receipt(), receipt(), receipt()].map((scan) => store.append(scan));
        store.settle([synced(second?.transaction.transactionId ?? '')], AT);
        expect(store.scans({ limit: 1, after: 3 }).map(({ transaction }) => transaction.sequence)).toEqual([
          2,
        ]);
        expect(store.scans({ limit: 9, state: 'queued' })).toEqual([third, first]);
        expect(store.scans({ limit: 9, state: 'queued', after: 3 })).toEqual([first]);
        expect(store.scans({ limit: 9, state: 'refused' })).toEqual([]);
      });

      test('are there with all that was scanned when the store is opened again', () => {
        const open = newStore();
        const scan = receipt({
          type: 'transfer',
          toLocationId: 'B-01',
          lotNumber: 'LOT-1',
          reason: 'Rückläufer ✓',
          scanClock: { run: 'boot-1', milliseconds: 12.5 },
          expectedVersion: 0,
        });
        const stored = open().append(scan);
        expect(stored.transaction).toEqual({ ...scan, sequence: 1 });
        expect(open().queued(10)).toEqual([stored]);
      });

      test('have ids in lower case, however they are written', () => {
        const store = newStore()();
        const transactionId = randomUUID();
        const stored = store.append(receipt({ transactionId: transactionId.toUpperCase() }));
        expect(stored.transaction.transactionId).toBe(transactionId);
        expect(store.scan(transactionId.toUpperCase())).toEqual(stored);
        store.settle([synced(transactionId.toUpperCase())], AT);
        expect(store.scan(transactionId)?.state).toBe('synced');
      });

      test('are not stored twice under one id', () => {
        const store = newStore()();
        const scan = receipt();
        store.append(scan);
        expect(() => store.append(scan)).toThrow();
        expect(store.backlog().counts.queued).toBe(1);
      });

      test('never get the number of one that was forgotten', () => {
        const open = newStore();
        const store = open();
        const { transaction } = store.append(receipt());
        store.settle([synced(transaction.transactionId)], AT);
        expect(store.purgeSynced(LATER)).toBe(1);
        expect(open().append(receipt()).transaction.sequence).toBe(2);
      });

      test('count the calls that they were part of', () => {
        const store = newStore()();
        const { transaction } = store.append(receipt());
        store.append(receipt());
        store.attempted([transaction.transactionId]);
        store.attempted([transaction.transactionId.toUpperCase()]);
        expect(store.queued(9).map(({ attempts }) => attempts)).toEqual([2, 0]);
      });

      test('number the calls that they are part of, each higher than all before it and than it has to be', () => {
        const open = newStore();
        const { transaction } = open().append(receipt());
        const ids = [transaction.transactionId];
        expect([open().attempted(ids), open().attempted(ids)]).toEqual([1, 2]);
        expect([open().attempted([], 17), open().attempted(ids, 4)]).toEqual([18, 19]);
      });

      test('that wait are found by item, and picks by the warehouse of their order', () => {
        const store = newStore()();
        const teapot = store.append(receipt());
        const mug = store.append(receipt({ itemId: 'MUG', type: 'pick', allocationId: 'ORDER-1:1:1' }));
        store.append(receipt({ itemId: 'MUG', type: 'pick' }));
        expect(store.queuedOfItem('TEAPOT')).toEqual([teapot]);
        expect(store.queuedPicks('WH-001')).toEqual([mug]);
        expect(store.queuedPicks('WH-002')).toEqual([]);
        store.settle([synced(teapot.transaction.transactionId), synced(mug.transaction.transactionId)], AT);
        expect(store.queuedOfItem('TEAPOT')).toEqual([]);
        expect(store.queuedPicks('WH-001')).toEqual([]);
      });

      test('are counted by state, with the time of the oldest that waits', () => {
        const store = newStore()();
        expect(store.backlog()).toEqual({ counts: { queued: 0, synced: 0, refused: 0, dropped: 0 } });
        const [first] = [receipt(), receipt({ scannedAt: LATER })].map((scan) => store.append(scan));
        expect(store.backlog().oldestQueuedAt).toBe(AT);
        store.settle([refused(first?.transaction.transactionId ?? '')], AT);
        expect(store.backlog()).toEqual({
          counts: { queued: 1, synced: 0, refused: 1, dropped: 0 },
          oldestQueuedAt: LATER,
        });
      });
    });

    describe('an answer', () => {
      test('says what was booked with a scan, or why it was not', () => {
        const store = newStore()();
        const [good, bad] = [receipt(), receipt()].map(
          (scan) => store.append(scan).transaction.transactionId,
        );
        const booked = { flags: ['recount' as const], isShort: true };
        const refusal = { ...refused(bad ?? ''), position: { onHand: 1, version: 4 } };
        store.settle([{ transactionId: good ?? '', state: 'synced', booked }, refusal], AT);
        expect(store.scan(good ?? '')).toMatchObject({ state: 'synced', booked });
        expect(store.scan(bad ?? '')).toMatchObject({ state: 'refused', refusal: { outcome: 'rejected' } });
      });

      test('changes only what waits: not twice, and not against a decision', () => {
        const store = newStore()();
        const id = store.append(receipt()).transaction.transactionId;
        store.settle([synced(id)], AT);
        store.settle([refused(id)], AT);
        expect(store.scan(id)?.state).toBe('synced');
        const other = store.append(receipt()).transaction.transactionId;
        store.settle([refused(other)], AT);
        store.settle([synced(other)], AT);
        expect(store.scan(other)?.state).toBe('refused');
        store.settle([synced(randomUUID())], AT);
        expect(store.backlog().counts).toEqual({ queued: 0, synced: 1, refused: 1, dropped: 0 });
      });

      test('tells the position, unless a newer one is known; what is reserved stays', () => {
        const store = newStore()();
        store.putPositions([position()], AT);
        const query = { warehouseIds: ['WH-001'], limit: 9 };
        const tell = (told: { onHand: number; version: number }, fields: Partial<Transaction> = {}) =>
          store.settle([synced(store.append(receipt(fields)).transaction.transactionId, told)], LATER);
        tell({ onHand: 4, version: 2 });
        expect(store.positions(query)).toEqual([position()]);
        tell({ onHand: 17, version: 4 });
        expect(store.positions(query)).toEqual([position({ onHand: 17, version: 4 })]);
        tell({ onHand: 5, version: 1 }, { lotNumber: 'LOT-1' });
        expect(store.positions(query)).toEqual([
          position({ onHand: 17, version: 4 }),
          position({ lotNumber: 'LOT-1', onHand: 5, version: 1, reserved: 0 }),
        ]);
        store.finishStock('WH-001', LATER);
        expect(store.positions(query)).toHaveLength(2);
      });
    });

    describe('a person', () => {
      test('sends a red scan again as it should be, under its number', () => {
        const store = newStore()();
        const { transaction } = store.append(receipt());
        store.append(receipt());
        store.attempted([transaction.transactionId]);
        expect(store.requeue({ ...transaction, quantity: 6 })).toBe(false);
        store.settle([refused(transaction.transactionId)], AT);
        expect(store.requeue({ ...transaction, itemId: 'MUG', quantity: 6 })).toBe(true);
        const again = { ...transaction, itemId: 'MUG', quantity: 6 };
        expect(store.queued(1)).toEqual([{ transaction: again, state: 'queued', attempts: 0 }]);
        expect(store.queuedOfItem('MUG')).toHaveLength(1);
        expect(store.queuedOfItem('TEAPOT')).toHaveLength(1);
      });

      test('drops a red scan, which stays and says who, when and why', () => {
        const store = newStore()();
        const { transactionId } = store.append(receipt()).transaction;
        const dropped = { userId: 'ann', at: LATER, reason: 'scanned by mistake' };
        expect(store.drop(transactionId, dropped)).toBeUndefined();
        store.settle([refused(transactionId)], AT);
        expect(store.drop(transactionId, dropped)).toMatchObject({ state: 'dropped', dropped });
        expect(store.drop(transactionId, dropped)).toBeUndefined();
        expect(store.requeue(receipt({ transactionId }))).toBe(false);
      });

      test('has another scan go in its place, and both say so', () => {
        const store = newStore()();
        const { transactionId } = store.append(receipt()).transaction;
        store.settle([refused(transactionId)], AT);
        const other = receipt({ quantity: 6 });
        const dropped = { userId: 'ann', at: LATER, reason: '' };
        const gone = store.drop(transactionId, dropped, other);
        expect(gone).toMatchObject({ state: 'dropped', replacedBy: other.transactionId });
        expect(store.queued(9)).toEqual([
          {
            transaction: { ...other, sequence: 2 },
            state: 'queued',
            attempts: 0,
            replaces: transactionId,
          },
        ]);
      });
    });

    test('only what is synced is ever forgotten, once it is old', () => {
      const store = newStore()();
      const ids = [AT, AT, AT, AT, LATER].map(
        (scannedAt) => store.append(receipt({ scannedAt })).transaction.transactionId,
      );
      const [queued = '', red = '', dropped = '', old = '', young = ''] = ids;
      store.settle([refused(red), refused(dropped), synced(old), synced(young)], AT);
      store.drop(dropped, { userId: 'ann', at: AT, reason: 'mistake' });
      expect(store.purgeSynced(LATER)).toBe(1);
      expect(store.scan(old)).toBeUndefined();
      expect([queued, red, dropped, young].map((id) => store.scan(id)?.state)).toEqual([
        'queued',
        'refused',
        'dropped',
        'synced',
      ]);
    });

    describe('master data', () => {
      const teapot: Item = { itemId: 'TEAPOT', barcodes: ['4006381333931', 'TEA'], maxQuantity: 50 };

      test('is taken over page by page, and says what to ask for next', () => {
        const open = newStore();
        const store = open();
        expect(store.masterData()).toEqual({ version: 0, items: 0, locations: 0 });
        const place = { warehouseId: 'WH-001', locationId: 'A-05-02' };
        store.putMasterData(page({ version: 7, items: [teapot], locations: [place], hasMore: true }), AT);
        const last = page({ version: 9, mark: 'item|MUG', items: [{ itemId: 'MUG' }], locations: [place] });
        store.putMasterData(last, LATER);
        expect(open().masterData()).toEqual({
          version: 9,
          mark: 'item|MUG',
          items: 2,
          locations: 1,
          limits: LIMITS,
          syncedAt: LATER,
        });
        expect(store.item('TEAPOT')).toEqual(teapot);
        expect(store.item('JUG')).toBeUndefined();
        expect(store.hasLocation(place)).toBe(true);
        expect(store.hasLocation({ ...place, warehouseId: 'WH-002' })).toBe(false);
      });

      test('finds items by id and bar code, whether a GTIN has leading zeros or not', () => {
        const store = newStore()();
        store.putMasterData(page({ items: [teapot, { itemId: 'TEA' }] }), AT);
        for (const code of ['TEAPOT', '4006381333931', '04006381333931'])
          expect(store.itemsOfCode(code)).toEqual([teapot]);
        expect(store.itemsOfCode('TEA').map(({ itemId }) => itemId)).toEqual(['TEA', 'TEAPOT']);
        expect(store.itemsOfCode('4006381333932')).toEqual([]);
      });

      test('replaces an item by its newer state, with its bar codes', () => {
        const store = newStore()();
        store.putMasterData(page({ items: [teapot] }), AT);
        store.putMasterData(page({ version: 2, items: [{ itemId: 'TEAPOT', barcodes: ['NEW'] }] }), AT);
        expect(store.itemsOfCode('NEW')).toEqual([{ itemId: 'TEAPOT', barcodes: ['NEW'] }]);
        expect(store.itemsOfCode('TEA')).toEqual([]);
      });

      test('finds every warehouse that has a location', () => {
        const store = newStore()();
        const places = ['WH-008', 'WH-001'].map((warehouseId) => ({ warehouseId, locationId: 'A-05-02' }));
        store.putMasterData(page({ locations: places }), AT);
        expect(store.placesOf('A-05-02')).toEqual(places.toReversed());
        expect(store.placesOf('B-01')).toEqual([]);
      });

      test('starts anew where the server says so', () => {
        const store = newStore()();
        const place = { warehouseId: 'WH-001', locationId: 'A-05-02' };
        store.putMasterData(page({ version: 7, items: [teapot], locations: [place] }), AT);
        store.putMasterData(page({ version: 2, items: [{ itemId: 'MUG' }], reset: true }), AT);
        expect(store.masterData()).toMatchObject({ version: 2, items: 1, locations: 0 });
        expect(store.itemsOfCode('TEA')).toEqual([]);
      });

      test('stay until all that takes their place is there, over a restart too', () => {
        const open = newStore();
        const store = open();
        const [here, there] = ['A-05-02', 'B-01'].map((locationId) => ({
          warehouseId: 'WH-001',
          locationId,
        }));
        if (here === undefined || there === undefined) throw new Error('no places');
        const mug = { itemId: 'MUG' };
        store.putMasterData(page({ version: 7, items: [teapot, mug], locations: [here, there] }), AT);
        store.putMasterData(page({ version: 1, items: [mug], reset: true, hasMore: true }), AT);
        // Without a network from here on nothing but this could be scanned.
        expect(store.itemsOfCode('TEA')).toEqual([teapot]);
        expect(store.hasLocation(there)).toBe(true);
        const again = open();
        again.putMasterData(page({ version: 2, locations: [here] }), AT);
        expect(again.masterData()).toMatchObject({ version: 2, items: 1, locations: 1 });
        expect(again.item('MUG')).toEqual(mug);
        expect(again.itemsOfCode('TEA')).toEqual([]);
        expect([here, there].map(again.hasLocation)).toEqual([true, false]);
        again.putMasterData(page({ version: 3 }), AT);
        expect(again.masterData()).toMatchObject({ version: 3, items: 1, locations: 1 });
      });

      test('and stock are forgotten by a device that comes to other warehouses, scans are not', () => {
        const open = newStore();
        const store = open();
        expect(store.enrolment()).toBeUndefined();
        const card = { scannerId: 'SCANNER-08', key: 'sbk_1' };
        store.enrol({ ...card, warehouseIds: ['WH-001', 'WH-002'] });
        store.putMasterData(page({ items: [teapot] }), AT);
        store.putPositions([position()], AT);
        store.finishStock('WH-001', AT);
        store.append(receipt());
        store.enrol({ ...card, key: 'sbk_2', warehouseIds: ['WH-002', 'WH-001'] });
        expect(open().enrolment()).toEqual({ ...card, key: 'sbk_2', warehouseIds: ['WH-002', 'WH-001'] });
        expect(store.masterData().version).toBe(1);
        store.enrol({ ...card, warehouseIds: ['WH-001'] });
        expect(store.masterData()).toEqual({ version: 0, items: 0, locations: 0 });
        expect(store.positions({ warehouseIds: ['WH-001'], limit: 9 })).toEqual([]);
        expect(store.stockAsOf('WH-001')).toBeUndefined();
        expect(store.backlog().counts.queued).toBe(1);
      });
    });

    describe('stock', () => {
      test('is found by warehouse, item and location, in this order', () => {
        const store = newStore()();
        const all = [
          position({ itemId: 'MUG' }),
          position(),
          position({ lotNumber: 'LOT-1' }),
          position({ locationId: 'B-01' }),
          position({ warehouseId: 'WH-002' }),
        ];
        store.putPositions(all.toReversed(), AT);
        const warehouseIds = ['WH-002', 'WH-001'];
        expect(store.positions({ warehouseIds, limit: 9 })).toEqual(all);
        expect(store.positions({ warehouseIds, limit: 2 })).toEqual(all.slice(0, 2));
        expect(store.positions({ warehouseIds, itemId: 'TEAPOT', limit: 9 })).toEqual(all.slice(1));
        expect(store.positions({ warehouseIds: ['WH-001'], locationId: 'B-01', limit: 9 })).toEqual([all[3]]);
      });

      test('that was not told any more is forgotten when all of a warehouse was told', () => {
        const open = newStore();
        const store = open();
        const other = position({ warehouseId: 'WH-002' });
        store.putPositions([position(), position({ locationId: 'B-01' }), other], AT);
        store.putPositions([position({ onHand: 3, version: 2 })], LATER);
        store.finishStock('WH-001', LATER);
        expect(store.positions({ warehouseIds: ['WH-001', 'WH-002'], limit: 9 })).toEqual([
          position({ onHand: 3, version: 2 }),
          other,
        ]);
        expect(open().stockAsOf('WH-001')).toBe(LATER);
        expect(store.stockAsOf('WH-002')).toBeUndefined();
      });
    });

    describe('the pick list', () => {
      const task = {
        allocationId: 'O-1:1:1',
        orderId: 'O-1',
        lineId: '1',
        itemId: 'TEAPOT',
        warehouseId: 'WH-001',
        open: 5,
      };
      const next = { ...task, allocationId: 'O-1:2:1', lineId: '2' };

      test('is replaced as a whole, by warehouse, and keeps its order', () => {
        const open = newStore();
        const store = open();
        expect(store.pickList('WH-001')).toEqual({ tasks: [] });
        store.putPickList('WH-001', [task], AT);
        store.putPickList('WH-002', [{ ...task, warehouseId: 'WH-002' }], AT);
        store.putPickList('WH-001', [next, task], LATER);
        expect(open().pickList('WH-001')).toEqual({ tasks: [next, task], asOf: LATER });
      });

      test('tells nothing of an allocation whose pick it may tell of already, until it is told again', () => {
        const store = newStore()();
        const pick = (quantity: number) =>
          store.append(receipt({ type: 'pick', quantity, allocationId: task.allocationId })).transaction
            .transactionId;
        const repeat = (id: string) => store.settle([{ ...synced(id), isRepeat: true }], LATER);
        store.putPickList('WH-001', [task], AT);
        // Its answer was lost when the list was there.
        const first = pick(1);
        store.attempted([first]);
        repeat(first);
        expect(store.pickList('WH-001').tasks).toEqual([{ ...task, open: 4 }]);
        const [second, third] = [pick(2), pick(1)];
        store.attempted([second]);
        store.putPickList('WH-001', [{ ...task, open: 2 }, next], LATER);
        repeat(second);
        expect(store.pickList('WH-001').tasks).toEqual([next]);
        store.putPickList('WH-001', [{ ...task, open: 2 }, next], LATER);
        expect(store.pickList('WH-001').tasks).toEqual([{ ...task, open: 2 }, next]);
        repeat(third);
        expect(store.pickList('WH-001').tasks).toEqual([{ ...task, open: 1 }, next]);
      });

      test('is less by what was booked since', () => {
        const store = newStore()();
        store.putPickList('WH-001', [task, next], AT);
        const pick = (fields: Partial<Transaction>) =>
          store.append(receipt({ type: 'pick', ...fields })).transaction.transactionId;
        store.settle([synced(pick({ quantity: 2, allocationId: task.allocationId }))], AT);
        expect(store.pickList('WH-001').tasks).toEqual([{ ...task, open: 3 }, next]);
        store.settle([refused(pick({ quantity: 3, allocationId: task.allocationId }))], AT);
        store.settle([synced(pick({ quantity: 9, allocationId: task.allocationId }))], AT);
        expect(store.pickList('WH-001').tasks).toEqual([next]);
        const closing = { quantity: 1, allocationId: next.allocationId, closesAllocation: true };
        store.settle([synced(pick(closing))], AT);
        expect(store.pickList('WH-001').tasks).toEqual([]);
      });
    });

    describe('what is to be counted', () => {
      const task: RecountTask = {
        ...{ itemId: 'TEAPOT', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null },
        ...{ investigationId: 'WH-001:TEAPOT:1', askedAt: AT, askedBy: 'sue', reason: 'Look behind it.' },
      };
      const lot = { ...task, lotNumber: 'LOT-1' };

      test('is replaced as a whole, by warehouse, and keeps its order', () => {
        const open = newStore();
        const store = open();
        expect(store.recounts('WH-001')).toEqual({ tasks: [] });
        store.putRecounts('WH-001', [task], AT);
        store.putRecounts('WH-002', [{ ...task, warehouseId: 'WH-002' }], AT);
        store.putRecounts('WH-001', [lot, task], LATER);
        expect(open().recounts('WH-001')).toEqual({ tasks: [lot, task], asOf: LATER });
      });

      test('is done by a count of the position that was booked, for all who asked, and by nothing else', () => {
        const store = newStore()();
        const elsewhere = { ...task, locationId: 'B-01' };
        const other = { ...task, investigationId: 'WH-001:TEAPOT:2' };
        store.putRecounts('WH-001', [task, lot, elsewhere, other], AT);
        const append = (fields: Partial<Transaction>) =>
          store.append(receipt(fields)).transaction.transactionId;
        store.settle([synced(append({})), refused(append({ type: 'count' }))], AT);
        append({ type: 'count' });
        expect(store.recounts('WH-001').tasks).toHaveLength(4);
        store.settle([synced(append({ type: 'count', quantity: 0 }))], AT);
        expect(store.recounts('WH-001').tasks).toEqual([lot, elsewhere]);
        store.settle([synced(append({ type: 'count', lotNumber: 'LOT-1' }))], AT);
        expect(store.recounts('WH-001').tasks).toEqual([elsewhere]);
      });

      test('is forgotten by a device that comes to other warehouses', () => {
        const store = newStore()();
        store.enrol({ scannerId: 'SCANNER-08', warehouseIds: ['WH-001'] });
        store.putRecounts('WH-001', [task], AT);
        store.enrol({ scannerId: 'SCANNER-08', warehouseIds: ['WH-001', 'WH-002'] });
        expect(store.recounts('WH-001')).toEqual({ tasks: [] });
      });
    });

    describe('people', () => {
      test('stay signed in over a restart, until they sign out', () => {
        const open = newStore();
        const store = open();
        expect(store.session()).toBeUndefined();
        store.putSession(ANN);
        expect(open().session()).toEqual(ANN);
        store.putSession(undefined);
        expect(open().session()).toBeUndefined();
      });

      test('find over a restart what they have not saved yet, and leave nothing of it to the next', () => {
        const open = newStore();
        const store = open();
        expect(store.form()).toBeUndefined();
        store.putSession(ANN);
        const form = {
          transactionId: randomUUID(),
          warehouseId: 'WH-001',
          screen: { kind: 'receive' as const },
          draft: { locationId: 'A-05-02', quantity: 3 },
        };
        store.putForm({ form, keptAt: 5 });
        expect(open().form()).toEqual({ form, keptAt: 5 });
        store.putForm(undefined);
        expect(open().form()).toBeUndefined();
        store.putForm({ form, keptAt: 6 });
        store.putSession(undefined);
        expect(open().form()).toBeUndefined();
      });

      test('and how late it is are known over a restart', () => {
        const open = newStore();
        const store = open();
        expect(store.latestTime()).toBeUndefined();
        store.putLatestTime(AT);
        store.putLatestTime(LATER);
        expect(open().latestTime()).toBe(LATER);
      });

      test('are remembered by their badge, until their time is over', () => {
        const open = newStore();
        const store = open();
        const { isOffline: _, ...user } = ANN;
        const ann: RememberedSignIn = {
          badge: 'B-1',
          user,
          salt: 'AAAA',
          iterations: 600_000,
          verifier: 'BBBB',
          wrong: 0,
        };
        store.remember(ann);
        store.remember({ ...ann, wrong: 2, lockedUntil: AT });
        expect(open().remembered('B-1')).toEqual({ ...ann, wrong: 2, lockedUntil: AT });
        expect(store.remembered('B-2')).toBeUndefined();
        store.forgetSignIns(LATER);
        expect(store.remembered('B-1')).toBeDefined();
        store.forgetSignIns('2026-11-22T11:00:00.001Z');
        expect(store.remembered('B-1')).toBeUndefined();
      });
    });
  });
}
