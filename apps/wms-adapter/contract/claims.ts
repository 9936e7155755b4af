import { describe, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import type { OutboxEntry } from '../relay/outbox.ts';
import { allEvents, bookOn, NOW, scan, TRACE, unsentOf } from './fixtures.ts';

const UNTIL = new Date('2024-11-18T12:00:30.000Z');
const BEFORE_ITS_END = new Date('2024-11-18T12:00:29.999Z');

/** How relays share an outbox. */
export function describeClaims(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('The outbox', () => {
    /** So many events, of the versions 1, 2, 3 … */
    const write = (events: number) =>
      bookOn(
        databaseOf(),
        Array.from({ length: events }, () => scan({})),
      );
    const claim = (relayId: string, limit: number, now = NOW, until = UNTIL) =>
      databaseOf().claim({ relayId, limit, now, until });
    const versions = async (relayId: string, limit: number, now = NOW, until = UNTIL) =>
      (await claim(relayId, limit, now, until)).map(versionOf);
    const sequences = async () =>
      new Map((await unsentOf(databaseOf())).map((entry) => [versionOf(entry), entry.sequence]));

    test('hands out events in commit order, without those sent or parked', async () => {
      await write(6);
      const entries = await unsentOf(databaseOf(), 4);
      expect(entries.map(versionOf)).toEqual([1, 2, 3, 4]);
      expect(entries.map(({ trace }) => trace)).toEqual(entries.map(() => TRACE));
      const sent = entries.slice(0, 2).map(({ sequence }) => sequence);
      expect(await databaseOf().markSent(sent)).toBe(2);
      await databaseOf().park(entries[2]?.sequence ?? 0, 'too large');
      await reopen();
      expect((await unsentOf(databaseOf())).map(versionOf)).toEqual([4, 5, 6]);
      expect(await databaseOf().backlog()).toEqual({
        unsent: 3,
        oldestCommittedAt: NOW.toISOString(),
        parked: 1,
        parkedExamples: [{ messageId: 'evt-20241118-000003', reason: 'too large' }],
      });
      expect(await allEvents(databaseOf())).toHaveLength(6);
    });

    test('gives two relays different messages, the oldest that are free to each', async () => {
      await write(7);
      expect(await versions('RELAY-A', 2)).toEqual([1, 2]);
      expect(await versions('RELAY-B', 3)).toEqual([3, 4, 5]);
      expect(await versions('RELAY-C', 10)).toEqual([6, 7]);
      expect(await versions('RELAY-D', 10)).toEqual([]);
      await write(2);
      expect(await versions('RELAY-D', 1)).toEqual([8]);
      expect(await databaseOf().backlog()).toMatchObject({ unsent: 9 });
    });

    test('gives a relay again what it holds and has neither marked nor parked, and more where it asks for more', async () => {
      await write(6);
      const held = await claim('RELAY-A', 4);
      await claim('RELAY-B', 1);
      expect(await claim('RELAY-A', 4)).toEqual(held);
      await databaseOf().markSent(held.slice(0, 1).map(({ sequence }) => sequence));
      await databaseOf().park(held[2]?.sequence ?? 0, 'too large');
      expect(await versions('RELAY-A', 4)).toEqual([2, 4, 6]);
    });

    test('holds a claim over a restart until its end, then the messages are anybody’s', async () => {
      await write(4);
      await claim('RELAY-A', 2);
      await reopen();
      expect(await versions('RELAY-B', 9, BEFORE_ITS_END, BEFORE_ITS_END)).toEqual([3, 4]);
      expect(await versions('RELAY-B', 9, UNTIL)).toEqual([1, 2, 3, 4]);
    });

    test('lets a claim go on that is made again before its end', async () => {
      await write(2);
      await claim('RELAY-A', 1);
      await claim('RELAY-A', 1, BEFORE_ITS_END, new Date('2024-11-18T12:00:59.000Z'));
      expect(await versions('RELAY-B', 9, UNTIL, new Date('2024-11-18T12:01:00.000Z'))).toEqual([2]);
    });

    test('takes what a relay gives back, and nothing of the others', async () => {
      await write(4);
      await claim('RELAY-A', 2);
      await claim('RELAY-B', 1);
      await databaseOf().release('RELAY-A');
      await databaseOf().release('RELAY-A');
      expect(await versions('RELAY-C', 9)).toEqual([1, 2, 4]);
    });

    test('tells a relay which of its messages others have sent as well', async () => {
      await write(3);
      const held = (await claim('RELAY-A', 3)).map(({ sequence }) => sequence);
      const again = (await claim('RELAY-B', 2, UNTIL)).map(({ sequence }) => sequence);
      expect(again).toEqual(held.slice(0, 2));
      expect(await databaseOf().markSent(again)).toBe(2);
      expect(await databaseOf().markSent(held)).toBe(1);
      expect(await databaseOf().markSent(held)).toBe(0);
      expect(await databaseOf().markSent([])).toBe(0);
      expect(await databaseOf().backlog()).toEqual({ unsent: 0, parked: 0, parkedExamples: [] });
    });

    test('parks nothing that was sent meanwhile, and nothing twice', async () => {
      await write(2);
      const of = await sequences();
      await databaseOf().markSent([of.get(1) ?? 0]);
      await databaseOf().park(of.get(1) ?? 0, 'too large');
      await databaseOf().park(of.get(2) ?? 0, 'too large');
      await databaseOf().park(of.get(2) ?? 0, 'much too large');
      expect(await databaseOf().backlog()).toMatchObject({
        unsent: 0,
        parked: 1,
        parkedExamples: [{ messageId: 'evt-20241118-000002', reason: 'too large' }],
      });
    });

    test('keeps what a relay works on apart from what is written beside it', async () => {
      await write(3);
      const held = await claim('RELAY-A', 2);
      await write(3);
      expect(await versions('RELAY-B', 2)).toEqual([3, 4]);
      await databaseOf().markSent(held.map(({ sequence }) => sequence));
      expect(await versions('RELAY-A', 9)).toEqual([5, 6]);
    });
  });
}

function versionOf(entry: OutboxEntry): number | undefined {
  return entry.kind === 'event' ? entry.event.version : undefined;
}
