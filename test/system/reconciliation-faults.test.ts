import { rename } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wmsFileOf } from '../../local/damage/damage-settings.ts';
import { discrepanciesSchema, type Run, runSchema } from '../../shared/contracts/reconciliation.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import { WITHOUT_TIMED_RUNS } from '../without-timed-runs.ts';
import { cloudFigures, type Fabric, figures, startFabric, transaction, until } from './fabric.ts';
import { omsOf } from './orders.ts';

/** Seconds; long enough for the host to be killed meanwhile. */
const GRACE = 3;
const ITEMS = Array.from({ length: 12 }, (_unused, index) => `ITEM-${index + 10}`);

let fabric: Fabric;

beforeAll(async () => {
  fabric = await startFabric({
    autoRestart: false,
    environment: { ...WITHOUT_TIMED_RUNS, STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: String(GRACE) },
  });
  await fabric.know(ITEMS, ['A-05-02']);
  await fabric.transact(ITEMS.map((itemId) => transaction({ itemId, quantity: 10 })));
  await until(
    async () => (await fabric.cloudStocks()).length,
    (stocks) => stocks === ITEMS.length,
  );
  await ended(await ask('full'));
}, 60_000);
afterAll(() => fabric?.stop());

async function ask(mode: Run['mode']): Promise<string> {
  const { body } = await until(
    () => fabric.postTo('reconciliation/runs', { mode }),
    ({ status }) => status === 202,
  );
  return runSchema.pick({ runId: true }).parse(body).runId;
}

async function read(runId: string): Promise<Run> {
  return runSchema.parse((await fabric.get(`reconciliation/runs/${runId}`)).body);
}

async function ended(runId: string): Promise<Run> {
  return await until(
    () => read(runId),
    ({ status }) => status === 'completed' || status === 'failed',
    60_000,
  );
}

/** Adds a piece to every stock document, as nobody may. */
async function falsify(): Promise<void> {
  const client = new CosmosClient(fabric.stack.connections.cosmos);
  const container = client.database('stockbridge').container('stock');
  for (const itemId of ITEMS) {
    const item = container.item('WH-001', itemId);
    const { resource: stock } = await item.read<Stock>();
    if (!stock) throw new Error(`${itemId} has no document.`);
    const positions = stock.positions.map((position) => ({ ...position, onHand: position.onHand + 1 }));
    await item.replace({ ...stock, positions, onHand: stock.onHand + 1 });
  }
  client.dispose();
}

/** Changes the WMS's own tables, past the adapter, as nobody may. */
function inWms(...statements: readonly string[]): void {
  const file = new DatabaseSync(wmsFileOf(fabric.stack.dataFolder), {
    enableForeignKeyConstraints: false,
    timeout: 10_000,
  });
  for (const statement of statements) file.exec(statement);
  file.close();
}

async function discrepanciesOf({ runId }: Run) {
  const { body } = await fabric.get(`reconciliation/runs/${runId}/discrepancies`);
  return discrepanciesSchema.parse(body).discrepancies;
}

async function expectBothSidesEqual(): Promise<void> {
  expect(cloudFigures(await fabric.cloudStocks())).toEqual(figures(await fabric.wmsPositions()));
}

describe('A run', () => {
  test('whose host is killed while it waits goes on where it was, and counts everything once', {
    timeout: 120_000,
  }, async () => {
    await falsify();
    const runId = await ask('delta');
    await until(
      () => read(runId),
      ({ status }) => status === 'running',
    );
    const pid = fabric.stack.parts.functions?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await fabric.stack.parts.functions?.restart();
    const run = await ended(runId);
    expect(run).toMatchObject({
      status: 'completed',
      total: { corrected: ITEMS.length, piecesOff: ITEMS.length },
    });
    expect((await discrepanciesOf(run)).map(({ itemId, class: name }) => [itemId, name])).toEqual(
      ITEMS.map((itemId) => [itemId, 'calculation-mismatch']),
    );
    await expectBothSidesEqual();
    expect((await ended(await ask('delta'))).total.corrected).toBe(0);
  });

  test('whose WMS goes away while it waits fails by name, and the next one finds what it would have found', {
    timeout: 120_000,
  }, async () => {
    await falsify();
    const file = wmsFileOf(fabric.stack.dataFolder);
    const runId = await ask('delta');
    await until(
      () => read(runId),
      ({ status }) => status === 'running',
    );
    await rename(file, `${file}.away`);
    const run = await ended(runId);
    await rename(`${file}.away`, file);
    expect(run).toMatchObject({ status: 'failed', problem: { code: 'wms-unavailable' } });
    const next = await ended(await ask('delta'));
    expect(next).toMatchObject({ status: 'completed', total: { corrected: ITEMS.length } });
    await expectBothSidesEqual();
  });

  test('with rows in its WMS that cannot be read corrects all others, and these when they are mended', {
    timeout: 120_000,
  }, async () => {
    const [overcounted = '', unplaced = '', promised = ''] = ITEMS;
    const oms = omsOf(fabric);
    const orderId = await oms.order('ORDER-UNREADABLE', [{ itemId: promised, quantity: 7 }]);
    await oms.until(orderId, ({ confirmed }) => confirmed === 7);
    await ended(await ask('delta'));
    await falsify();
    inWms(
      `UPDATE position SET on_hand = 4006381333931 WHERE item_id = '${overcounted}'`,
      `UPDATE position SET location_id = '' WHERE item_id = '${unplaced}'`,
      `UPDATE item_stock SET reserved = 5 WHERE item_id = '${promised}'`,
      `UPDATE allocation SET decision = '{' || decision WHERE item_id = '${promised}'`,
    );
    const run = await ended(await ask('full'));
    expect(run).toMatchObject({
      status: 'completed',
      total: { corrected: ITEMS.length - 2, uncorrected: 3, reservations: 1 },
    });
    const left = (await discrepanciesOf(run)).filter(({ action }) => action === 'none');
    expect(left.map(({ itemId, class: name, detail }) => [itemId, name, detail])).toEqual([
      [overcounted, 'unknown', expect.stringContaining('wms.position.on_hand is 4006381333931')],
      [unplaced, 'unknown', expect.stringContaining('wms.position.location_id is ""')],
      [promised, 'unknown', expect.stringContaining('wms.allocation.decision is "{{')],
    ]);
    const cloud = new Map((await fabric.cloudStocks()).map(({ itemId, onHand }) => [itemId, onHand]));
    expect([overcounted, unplaced, promised].map((itemId) => cloud.get(itemId))).toEqual([11, 11, 10]);
    expect((await oms.read(orderId)).lines[0]).toMatchObject({ confirmed: 7 });

    inWms(
      `UPDATE position SET on_hand = 10 WHERE item_id = '${overcounted}'`,
      `UPDATE position SET location_id = 'A-05-02' WHERE item_id = '${unplaced}'`,
      `UPDATE item_stock SET reserved = 7 WHERE item_id = '${promised}'`,
      `UPDATE allocation SET decision = substr(decision, 2) WHERE item_id = '${promised}'`,
    );
    const next = await ended(await ask('full'));
    expect(next).toMatchObject({
      status: 'completed',
      total: { corrected: 2, uncorrected: 0, reservations: 0 },
    });
    await expectBothSidesEqual();
  });
});
