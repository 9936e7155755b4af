import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openConnection } from '../../apps/wms-adapter/sqlite/connection.ts';
import { type Look, underWayOf, watchWms } from './wms-watch.ts';

describe('The watch over the database of the WMS', () => {
  let folder: string;
  let file: string;
  let database: DatabaseSync;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wms-watch-'));
    file = join(folder, 'wms.db');
    database = openConnection(file);
    database.exec(`
      INSERT INTO warehouse (warehouse_id) VALUES ('WH-001');
      INSERT INTO position (warehouse_id, item_id, location_id, lot_number, on_hand, shortfall, version) VALUES
        ('WH-001', 'A', 'A-01-01', '', 2, 0, 1), ('WH-001', 'A', 'A-01-02', '', 3, 0, 1);`);
  });

  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  const reserve = (id: string, itemId: string, reserved: number, picked: number) =>
    database
      .prepare(`INSERT INTO allocation (allocation_id, order_id, line_id, item_id, warehouse_id, priority, ordered_at,
        requested, reserved, picked, status, sequence, decided_at, decision)
        VALUES (?, 'O', 'L', ?, 'WH-001', 0, '', 9, ?, ?, 'confirmed', 1, '', '{}')`)
      .run(id, itemId, reserved, picked);

  /** What the first look says. */
  async function look() {
    const watch = watchWms(file, async () => undefined);
    await vi.waitFor(() => expect(JSON.stringify(watch.checked())).not.toContain('could read it'));
    await watch.stop();
    return watch.checked();
  }

  test('finds nothing where all that is reserved is there', async () => {
    reserve('O:L:1', 'A', 7, 4);
    reserve('O:L:2', 'A', 2, 0);
    expect(await look()).toMatchObject({
      findings: [],
      seen: [expect.stringContaining('never exceeded stock')],
    });
  });

  test('names the item that is reserved beyond what is on hand, once', async () => {
    reserve('O:L:1', 'A', 4, 0);
    reserve('O:L:2', 'A', 2, 0);
    reserve('O:L:3', 'B', 1, 1);
    const { findings } = await look();
    expect(findings).toMatchObject([
      { kind: 'oversold', count: 1, text: expect.stringContaining('A in WH-001: 6 of 5 pieces at ') },
    ]);
  });

  test('a database that nobody can read is not taken for sound', async () => {
    const watch = watchWms(join(folder, 'none.db'), async () => undefined);
    await vi.waitFor(() => expect(JSON.stringify(watch.checked())).toContain('none of 1 could read it'));
    await watch.stop();
  });
});

describe('Events that may not have been in the journal', () => {
  const look = (at: number, committed: number, unsent: number, journalWaitsSince?: number | null): Look => ({
    ...{ at, askedAt: at, committed, unsent, journalWaitsSince, oversold: [] },
  });

  test.each<[string, Look[], { after: number; upTo: number }]>([
    ['nothing waited: only what came later', [look(10, 5, 6), look(40, 9, 10)], { after: 5, upTo: 9 }],
    ['the bus had not all of it', [look(10, 5, 3), look(40, 9, 10)], { after: 2, upTo: 9 }],
    [
      'the journal was behind: what was unsent before its oldest message came',
      [look(10, 5, 3), look(20, 7, 8, 15), look(40, 9, 10)],
      { after: 2, upTo: 9 },
    ],
    [
      'the bus was away: what is known from before',
      [look(10, 5, 6), look(20, 7, 8, null)],
      { after: 5, upTo: 7 },
    ],
    ['nobody had looked: all of it', [look(40, 9, 10)], { after: 0, upTo: 9 }],
  ])('%s', (_what, looks, range) => {
    expect(underWayOf(looks, 30, 35)).toEqual(range);
  });
});
