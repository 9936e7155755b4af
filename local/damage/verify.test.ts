import { expect, test } from 'vitest';
import type { LoggedDamage } from './damage-log.ts';
import type { Discrepancy, ReconciliationRuns, Run } from './reconciliation-runs.ts';
import { verifyDamage } from './verify.ts';

const DAMAGE: LoggedDamage = {
  ...{ at: '2024-11-18T10:00:00.000Z', number: 1, kind: 'drop', itemId: 'ITEM-1', warehouseId: 'WH-001' },
  ...{ locationId: 'A-01', lotNumber: null, version: 4, class: 'lost-event', detail: 'dropped' },
};
const FOUND: Discrepancy = {
  ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null, class: 'lost-event' },
  ...{ expected: { onHand: 5, version: 4 }, found: { onHand: 7, version: 3 }, action: 'corrected' },
  ...{ detail: 'behind', foundAt: '2024-11-18T10:01:00.000Z' },
};

test('What a run of the timer finds, that the run which is asked for has to wait for, is found', async () => {
  const timed = run('timed', { status: 'running' });
  const all = [timed];
  const discrepancies: Record<string, Discrepancy[]> = {};
  const runs: ReconciliationRuns = {
    since: async () => [...all],
    discrepancies: async (runId) => discrepancies[runId] ?? [],
    async run(mode) {
      timed.status = 'completed';
      discrepancies[timed.runId] = [FOUND];
      const asked = run('asked', { mode });
      all.push(asked);
      return asked;
    },
  };
  const { comparison } = await verifyDamage({ damages: [DAMAGE], modes: ['delta'], runs });
  expect(comparison).toMatchObject({ planted: 1, found: 1, complaints: [] });
});

function run(runId: string, changes: Partial<Run>): Run {
  const nothing = { compared: 0, corrected: 0, reservations: 0, inFlight: 0, late: 0, accuracy: null };
  return { runId, mode: 'delta', status: 'completed', warehouses: [], total: nothing, ...changes };
}
