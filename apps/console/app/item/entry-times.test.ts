import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../../../shared/contracts/history.ts';
import { slowestOf, stepsOf } from './entry-times.ts';

const at = (ms: number) => new Date(Date.UTC(2024, 10, 18, 10) + ms).toISOString();

/** A receipt with these times: milliseconds after the scan. */
function entry(wms: number, times: { scan?: number; bus?: number; projection?: number }): HistoryEntry {
  const { scan, bus, projection } = times;
  return {
    ...{ eventId: 'evt-1', transactionId: 'TRX-1', eventType: 'InventoryReceipt', timestamp: at(wms) },
    ...{ locationId: 'A-05-02', lotNumber: null, version: 1, quantityChange: 1, resultingOnHand: 1 },
    ...{ scannerId: 'SCANNER-08', userId: 'wanda' },
    ...(scan !== undefined && { scannedAt: at(scan) }),
    ...(bus !== undefined && { busAt: at(bus) }),
    ...(projection !== undefined && { projectedAt: at(projection) }),
  };
}

/** By station. */
function tookOf(of: HistoryEntry) {
  return Object.fromEntries(stepsOf(of).map(({ station, ms }) => [station, ms]));
}

test('a step is counted from the station before of which the time is known', () => {
  expect(tookOf(entry(100, { scan: 0, bus: 140, projection: 300 }))).toEqual({
    ...{ scan: undefined, wms: 100, bus: 40, projection: 160 },
  });
  expect(tookOf(entry(100, { projection: 300 }))).toEqual({ wms: undefined, projection: 200 });
});

test('what seems to have come before the station before took no time', () => {
  expect(tookOf(entry(100, { scan: 150 })).wms).toBe(0);
});

test.each([
  ['its scanner', entry(5_000, { scan: 0, bus: 5_040, projection: 5_200 }), 'wms'],
  ['the outbox', entry(100, { scan: 0, bus: 3_000, projection: 3_100 }), 'bus'],
  ['the projection', entry(100, { scan: 0, bus: 140, projection: 2_500 }), 'projection'],
  ['the projection, its scan unknown', entry(100, { bus: 140, projection: 2_500 }), 'projection'],
])('a late transaction lost its time at %s', (_where, late, station) => {
  expect(slowestOf(stepsOf(late))).toBe(station);
});

test('what was as fast as is promised lost none', () => {
  expect(slowestOf(stepsOf(entry(100, { scan: 0, bus: 140, projection: 2_000 })))).toBeUndefined();
});
