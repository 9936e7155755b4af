import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AllocationDecision } from '../../shared/contracts/allocation-messages.ts';
import { recordTelemetry } from '../../test/doubles/recorded-telemetry.ts';
import { tellSettled } from './tell-settled.ts';

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

const CONFIRMED: AllocationDecision = {
  ...{ allocationId: 'O-1:1:1', orderId: 'O-1', lineId: '1', itemId: 'I-1', warehouseId: 'WH-001' },
  ...{ sequence: 1, status: 'confirmed', quantity: 95, picked: 0, decidedAt: '2024-11-18T10:00:02.250Z' },
};

test.each<[string, Partial<AllocationDecision>, string | undefined]>([
  ['all that was asked for', {}, undefined],
  ['95 of 100, as a count found them', { reason: 'insufficient-stock' }, 'insufficient-stock'],
  ['nothing', { status: 'rejected', quantity: 0, reason: 'under-count' }, 'under-count'],
  ['nothing, without a reason', { status: 'rejected', quantity: 0 }, 'unknown'],
  ['less than it had confirmed', { status: 'reduced', reason: 'stock-fell-short' }, 'stock-fell-short'],
  ['less, since the pick was closed', { status: 'reduced', reason: 'short-close' }, undefined],
  ['it back', { status: 'released', quantity: 0 }, undefined],
])('a warehouse that gives %s', async (_what, decision, prevented) => {
  tellSettled({ ...CONFIRMED, ...decision });
  const points = (await telemetry.metrics()).get('stockbridge.oversell.prevented')?.points ?? [];
  expect(points).toEqual(prevented ? [{ attributes: { by: 'wms', reason: prevented }, value: 1 }] : []);
  expect(telemetry.records()).toMatchObject([
    {
      body: `allocation-${decision.status ?? 'confirmed'}`,
      attributes: { 'allocation.id': 'O-1:1:1', 'order.id': 'O-1', 'warehouse.id': 'WH-001' },
    },
  ]);
});
