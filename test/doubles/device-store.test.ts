import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceStore } from '../../apps/scanner/core/device-store.ts';
import type { RecountTask } from '../../apps/scanner/core/scanner-device.ts';
import { openDeviceStore } from '../../apps/scanner/store/device-store.ts';
import { AT, deviceStoreContract, receipt } from '../../apps/scanner/store/device-store-contract.ts';
import { openNodeSqlite } from '../../apps/scanner/store/node-sqlite.ts';
import { deviceStore } from './device-store.ts';

deviceStoreContract('in memory without SQL', () => {
  const store = deviceStore();
  return () => store;
});

const PICK = { type: 'pick', allocationId: 'O-1:1:1' } as const;
const COUNT = { type: 'count' } as const;

const scanNumber = fc.integer({ min: 0, max: 7 });
const item = fc.constantFrom('TEAPOT', 'MUG');
const told = fc.option(fc.record({ onHand: fc.nat(20), version: fc.nat(5) }), { nil: undefined });
const problem = { type: 'about:blank', title: 'no', status: 422 };

/** One step of the life of scans, by numbers of scans that may or may not be there. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    scan: scanNumber,
    item,
    work: fc.constantFrom({}, PICK, COUNT),
  }),
  fc.record({ kind: fc.constant('attempted' as const), scan: scanNumber, above: fc.nat(9) }),
  fc.record({ kind: fc.constant('synced' as const), scan: scanNumber, told }),
  fc.record({ kind: fc.constant('refused' as const), scan: scanNumber, told }),
  fc.record({ kind: fc.constant('requeue' as const), scan: scanNumber, item }),
  fc.record({ kind: fc.constant('drop' as const), scan: scanNumber, by: fc.option(scanNumber) }),
  fc.record({ kind: fc.constant('purge' as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const idOf = (scan: number) => `00000000-0000-4000-8000-00000000000${scan}`;

function take(store: DeviceStore, one: Step): unknown {
  switch (one.kind) {
    case 'append': {
      const fields = { transactionId: idOf(one.scan), itemId: one.item, ...one.work };
      return store.scan(idOf(one.scan)) === undefined && store.append(receipt(fields));
    }
    case 'attempted':
      return store.attempted([idOf(one.scan)], one.above);
    case 'synced': {
      const booked = { flags: [], isShort: false };
      const position = one.told && { position: one.told };
      return store.settle([{ transactionId: idOf(one.scan), state: 'synced', booked, ...position }], AT);
    }
    case 'refused': {
      const refusal = { outcome: 'rejected', problem } as const;
      const position = one.told && { position: one.told };
      return store.settle([{ transactionId: idOf(one.scan), state: 'refused', refusal, ...position }], AT);
    }
    case 'requeue':
      return store.requeue(receipt({ transactionId: idOf(one.scan), itemId: one.item }));
    case 'drop': {
      const isNew = one.by !== null && store.scan(idOf(one.by)) === undefined;
      const replacement = isNew && one.by !== null ? receipt({ transactionId: idOf(one.by) }) : undefined;
      return store.drop(idOf(one.scan), { userId: 'ann', at: AT, reason: 'mistake' }, replacement);
    }
    case 'purge':
      return store.purgeSynced('2026-11-22T10:00:00.001Z');
  }
}

/** Everything that a device can read of it. */
function everything(store: DeviceStore) {
  return {
    scans: store.scans({ limit: 99 }),
    refused: store.scans({ limit: 2, state: 'refused' }),
    queued: store.queued(99),
    teapots: store.queuedOfItem('TEAPOT'),
    picks: store.queuedPicks('WH-001'),
    backlog: store.backlog(),
    stock: store.positions({ warehouseIds: ['WH-001'], limit: 99 }),
    pickList: store.pickList('WH-001'),
    recounts: store.recounts('WH-001'),
  };
}

const RECOUNT: RecountTask = {
  ...{ itemId: 'TEAPOT', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null },
  ...{ investigationId: 'WH-001:TEAPOT:1', askedAt: AT, askedBy: 'sue', reason: 'Look behind it.' },
};

test('whatever happens to scans, both stores tell the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const double = deviceStore();
      const sqlite = openDeviceStore(openNodeSqlite(':memory:'));
      const task = { orderId: 'O-1', lineId: '1', itemId: 'TEAPOT', warehouseId: 'WH-001', open: 7 };
      for (const store of [double, sqlite]) {
        store.putPickList('WH-001', [{ ...task, allocationId: PICK.allocationId }], AT);
        store.putRecounts('WH-001', [RECOUNT], AT);
      }
      for (const one of steps) {
        expect(take(double, one)).toEqual(take(sqlite, one));
        expect(everything(double)).toEqual(everything(sqlite));
      }
      sqlite.close();
    }),
    { numRuns: 60 },
  );
});
