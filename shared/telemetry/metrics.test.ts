import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordTelemetry } from '../../test/doubles/recorded-telemetry.ts';
import {
  addRequestCharge,
  countEvents,
  countFindings,
  countOversellPrevented,
  countParked,
  countPublished,
  countScans,
  INSTRUMENTS,
  recordAccuracy,
  recordLatency,
  recordOpenInvestigations,
  recordOpenLines,
  watchBacklog,
} from './metrics.ts';

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

test('every instrument reports under its stated name and unit', async () => {
  recordLatency('scan_to_commit', 40, true);
  recordLatency('commit_to_bus', -0.2);
  countEvents('projected', 3);
  countEvents('known', 0);
  countScans('rejected', 2);
  countPublished(5);
  countParked('atp-projection', 'invalid-json');
  countFindings('gap', 2);
  countOversellPrevented('wms', 'insufficient-stock');
  addRequestCharge('batch', 11.5);
  recordAccuracy('WH-001', 0.9976);
  recordOpenLines({
    counts: [
      { state: 'tentative', lines: 3 },
      { state: 'backordered', lines: 0 },
    ],
  });
  recordOpenInvestigations(4);
  watchBacklog(async () => new Map([['outbox', 12.5]]));
  const found = await telemetry.metrics();
  const units = new Map([...found].map(([name, { unit }]) => [name, unit]));
  expect(units).toEqual(new Map(Object.values(INSTRUMENTS).map(({ name, unit }) => [name, unit])));
  const points = (name: string) => found.get(name)?.points;
  expect(points('stockbridge.latency')).toEqual([
    { attributes: { stage: 'scan_to_commit', offline: true }, value: expect.objectContaining({ sum: 40 }) },
    { attributes: { stage: 'commit_to_bus', offline: false }, value: expect.objectContaining({ sum: 0 }) },
  ]);
  expect(points('stockbridge.events')).toEqual([{ attributes: { outcome: 'projected' }, value: 3 }]);
  expect(points('stockbridge.scans')).toEqual([{ attributes: { outcome: 'rejected' }, value: 2 }]);
  expect(points('stockbridge.outbox.published')).toEqual([{ attributes: {}, value: 5 }]);
  expect(points('stockbridge.parked')).toEqual([
    { attributes: { subscription: 'atp-projection', reason: 'invalid-json' }, value: 1 },
  ]);
  expect(points('stockbridge.findings')).toEqual([{ attributes: { kind: 'gap' }, value: 2 }]);
  expect(points('stockbridge.oversell.prevented')).toEqual([
    { attributes: { by: 'wms', reason: 'insufficient-stock' }, value: 1 },
  ]);
  expect(points('stockbridge.cosmos.request_charge')).toEqual([
    { attributes: { operation: 'batch' }, value: 11.5 },
  ]);
  expect(points('stockbridge.reconciliation.accuracy')).toEqual([
    { attributes: { 'warehouse.id': 'WH-001' }, value: 0.9976 },
  ]);
  expect(points('stockbridge.allocations.open')).toEqual([
    { attributes: { state: 'tentative' }, value: 3 },
    { attributes: { state: 'backordered' }, value: 0 },
  ]);
  expect(points('stockbridge.investigations.open')).toEqual([{ attributes: {}, value: 4 }]);
  expect(points('stockbridge.backlog.age')).toEqual([{ attributes: { place: 'outbox' }, value: 12.5 }]);
});

test('a backlog that cannot be looked at reports nothing', async () => {
  watchBacklog(() => Promise.reject(new Error('the bus is away')));
  countPublished(1);
  const found = await telemetry.metrics();
  expect(found.get('stockbridge.backlog.age')?.points ?? []).toEqual([]);
  expect(found.get('stockbridge.outbox.published')?.points).toHaveLength(1);
});

test('the documentation lists every instrument with its unit', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/telemetry.md'), 'utf8');
  for (const { name, unit } of Object.values(INSTRUMENTS))
    expect(page).toMatch(new RegExp(`\\| \`${name.replaceAll('.', '\\.')}\` \\| [a-z ]+ \\| ${unit} \\|`));
});
