import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { processIdentity } from '../stack/process-identity.ts';
import { type OutboxTap, openOutboxTap } from './outbox-tap.ts';

const TABLES = `
  CREATE TABLE event (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, kind TEXT NOT NULL) STRICT;
  CREATE TABLE outbox (sequence INTEGER PRIMARY KEY REFERENCES event, committed_at TEXT NOT NULL,
    traceparent TEXT NOT NULL, tracestate TEXT) STRICT;
  CREATE TABLE outbox_claim (first_sequence INTEGER PRIMARY KEY, last_sequence INTEGER NOT NULL,
    relay_id TEXT NOT NULL, until TEXT NOT NULL) STRICT;`;

let folder = '';
let adapter: DatabaseSync;
let tool: DatabaseSync;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-tap-'));
  adapter = new DatabaseSync(join(folder, 'wms.db'));
  adapter.exec(`PRAGMA journal_mode = WAL; ${TABLES}`);
  tool = new DatabaseSync(join(folder, 'wms.db'));
});
afterEach(async () => {
  vi.useRealTimers();
  adapter.close();
  tool.close();
  await rm(folder, { recursive: true, force: true });
});

/** Writes messages as the adapter does. */
function write(count: number, kind = 'event', body: object = { itemId: 'ITEM-1' }): void {
  const event = adapter.prepare('INSERT INTO event (kind, body) VALUES (?, ?)');
  const outbox = adapter.prepare(
    "INSERT INTO outbox VALUES (?, '2024-11-18T10:00:00.000Z', '00-1-2-01', 'vendor=1')",
  );
  adapter.exec('BEGIN');
  for (let index = 0; index < count; index += 1)
    outbox.run(event.run(kind, JSON.stringify(body)).lastInsertRowid);
  adapter.exec('COMMIT');
}

const sequences = (tap: OutboxTap) => tap.taken().map(({ sequence }) => sequence);
const count = (table: string) =>
  Number(adapter.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);

describe('the tap on the outbox', () => {
  test('takes about the share of the events that it is told, the same ones for the same seed', () => {
    const first = openOutboxTap(tool, { seed: 7, rate: 0.1 });
    write(5_000);
    const taken = sequences(first);
    expect(taken.length).toBeGreaterThan(400);
    expect(taken.length).toBeLessThan(600);
    first.release();
    adapter.exec('DELETE FROM outbox; DELETE FROM event');
    write(5_000);
    expect(sequences(first)).toEqual(taken);
    const other = openOutboxTap(tool, { seed: 8, rate: 0.1 });
    adapter.exec('DELETE FROM outbox; DELETE FROM event');
    write(5_000);
    expect(sequences(other)).not.toEqual(taken);
  });

  test('takes no decisions and nothing about counts', () => {
    const tap = openOutboxTap(tool, { seed: 1, rate: 1 });
    write(3, 'decision');
    write(3, 'event', { countLock: { lockId: 'LOCK-1' } });
    write(1);
    expect(sequences(tap)).toEqual([7]);
    expect(tap.taken()).toMatchObject([
      { event: { itemId: 'ITEM-1' }, trace: { traceparent: '00-1-2-01', tracestate: 'vendor=1' } },
    ]);
  });

  test('keeps what it took from the adapter by a claim, until it is removed or released', () => {
    const tap = openOutboxTap(tool, { seed: 1, rate: 1 });
    write(3);
    tap.remove(2);
    expect(count('outbox')).toBe(2);
    expect(sequences(tap)).toEqual([1, 3]);
    tap.shut();
    write(1);
    expect(sequences(tap)).toEqual([1, 3]);
    tap.release();
    expect(count('outbox_claim')).toBe(0);
    expect(count('outbox')).toBe(3);
    expect(adapter.prepare("SELECT * FROM sqlite_master WHERE type = 'trigger'").all()).toEqual([]);
  });

  test('ends by itself when nobody renews it, as after a kill', () => {
    vi.useFakeTimers({ now: Date.now() - 120_000 });
    const tap = openOutboxTap(tool, { seed: 1, rate: 1 });
    vi.useRealTimers();
    write(1);
    expect(sequences(tap)).toEqual([]);
    tap.renew();
    write(1);
    expect(sequences(tap)).toEqual([2]);
  });

  test('that a killed process left is replaced, one of a process that runs is not', () => {
    openOutboxTap(tool, { seed: 1, rate: 1 });
    write(1);
    const text = String(adapter.prepare("SELECT sql FROM sqlite_master WHERE type = 'trigger'").get()?.sql);
    const leaveAs = (pid: number, identity: string) => {
      adapter.exec('DROP TRIGGER damage_tap');
      adapter.exec(text.replace(/process \d+ \S*/, `process ${pid} ${identity}`));
    };
    leaveAs(process.pid + 1, 'of-another-time');
    const next = openOutboxTap(tool, { seed: 1, rate: 1 });
    expect(sequences(next)).toEqual([]);

    leaveAs(process.ppid, processIdentity(process.ppid) ?? '');
    expect(() => openOutboxTap(tool, { seed: 1, rate: 1 })).toThrow(
      `Process ${process.ppid} is damaging this stack already`,
    );
  });
});
