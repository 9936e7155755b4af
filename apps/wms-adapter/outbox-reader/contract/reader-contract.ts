import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutboxSettings } from '../outbox-settings.ts';
import { type ImaginaryWms, movement, settingsOf } from './imaginary-wms.ts';
import {
  allSent,
  away,
  type ReaderFolder,
  type ReaderUnderTest,
  readerFolder,
  startReader,
} from './reader-under-test.ts';

/** Patient with a slow machine. */
const soon = <Value>(read: () => Value) => expect.poll(read, { timeout: 20_000, interval: 5 });

/** What the reader does on every database. */
export function describeReader(name: string, open: () => Promise<ImaginaryWms>): void {
  describe(`The reader of an outbox in ${name}`, () => {
    let wms: ImaginaryWms;
    let folder: ReaderFolder;
    let reading: ReaderUnderTest | undefined;

    beforeEach(async () => {
      [wms, folder] = await Promise.all([open(), readerFolder()]);
    });
    afterEach(async () => {
      await reading?.stop();
      reading = undefined;
      await wms.dispose();
      await folder.dispose();
    });

    function start(order: Record<string, unknown> = {}, rest: Partial<OutboxSettings> = {}): ReaderUnderTest {
      reading = startReader(wms.connection, { ...settingsOf(wms.table, order), ...rest }, folder.path);
      return reading;
    }
    const ids = ({ onBus }: ReaderUnderTest) => onBus.map(({ eventId }) => eventId);
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => movement(from + index));
    const msg = (...seqs: number[]) => seqs.map((seq) => `MSG-${seq}`);

    test.each([['commit-ordered'], ['overlap']])(
      'by %s sends every row once, in order, page by page, and what comes later',
      async (kind) => {
        await wms.insert(...many(1, 25));
        const t = start({ kind }, { pageSize: 10 });
        await soon(() => t.onBus.length).toBe(25);
        await wms.insert(...many(26, 3));
        await t.settled();
        expect(ids(t)).toEqual(msg(...Array.from({ length: 28 }, (_, index) => index + 1)));
        expect(Math.max(...t.pages)).toBeLessThanOrEqual(10);
        expect(t.onBus[0]).toEqual({
          eventId: 'MSG-1',
          timestamp: '2024-11-18T10:00:00.1234560Z',
          eventType: 'InventoryAdjustment',
          itemId: 'ITEM-1',
          warehouseId: 'WH-001',
          locationId: 'A-05-02',
          lotNumber: null,
          quantityChange: -5,
          resultingOnHand: 10,
          transactionId: 'MSG-1',
          scannerId: 'WMS',
          userId: 'warehouse_user_23',
        });
        expect(t.reader.status()).toMatchObject({
          source: 'connected',
          bus: 'connected',
          behind: false,
          parked: 0,
        });
      },
    );

    test('knows since when rows may wait', async () => {
      const t = start({ kind: 'commit-ordered' });
      const caughtUp = () => t.reader.status().caughtUpAt.getTime();
      const started = caughtUp();
      t.pass(60);
      await soon(caughtUp).toBe(started + 60_000);
      t.answerWith(away);
      await wms.insert(movement(1));
      await soon(() => t.reader.status().bus).toBe('away');
      t.pass(120);
      const tries = t.pages.length;
      await soon(() => t.pages.length).toBeGreaterThan(tries);
      expect(caughtUp()).toBe(started + 60_000);
      t.answerWith(allSent);
      await soon(caughtUp).toBe(started + 180_000);
      expect(ids(t)).toEqual(msg(1));
    });

    test('by overlap does not miss a row that is committed late under a lower number, and sends none twice', async () => {
      const t = start();
      const late = await wms.begin();
      await wms.insert(movement(3));
      await soon(() => ids(t)).toEqual(msg(3));
      const later = await wms.begin();
      await wms.insert(...many(4, 3));
      await soon(() => t.onBus.length).toBe(4);
      t.pass(299);
      await t.settled();
      await late.insert(movement(1));
      await late.commit();
      await later.insert(movement(2));
      await later.commit();
      await soon(() => {
        t.pass(5);
        return ids(t).toSorted();
      }).toEqual(msg(1, 2, 3, 4, 5, 6));
      await t.settled();
      expect(t.onBus).toHaveLength(6);
    });

    test('by overlap finds a late row after a restart, also when it came in between', async () => {
      const first = start();
      await wms.insert(movement(2));
      await soon(() => ids(first)).toEqual(msg(2));
      await first.stop();
      await wms.insert(movement(1));
      const second = start();
      await soon(() => ids(second)).toEqual(msg(1));
      await second.settled();
      expect(second.onBus).toHaveLength(1);
    });

    test('by overlap remembers what it sent no longer than the overlap, read again, demands', async () => {
      const t = start({ overlapSeconds: 300 });
      await wms.insert(...many(1, 20));
      await soon(() => t.onBus.length).toBe(20);
      expect(t.state.sentAs('MSG-1')).toBe(1n);
      t.pass(299);
      await t.settled();
      expect([t.state.cursor() < 1n, t.state.head()]).toEqual([true, 20n]);
      await soon(() => {
        t.pass(60);
        return t.state.cursor();
      }).toBe(20n);
      await soon(() => t.state.sentAs('MSG-1')).toBeUndefined();
      expect(t.onBus).toHaveLength(20);
    });

    test('begins after the number the settings name', async () => {
      await wms.insert(...many(1, 5));
      const t = start({ startAfter: 3 });
      await t.settled();
      expect(ids(t)).toEqual(msg(4, 5));
    });

    test('sends rows that share a number together, whatever the size of a page', async () => {
      const pair = (seq: number) => [
        movement(seq, { MSG_ID: `OUT-${seq}` }),
        movement(seq, { MSG_ID: `IN-${seq}` }),
      ];
      await wms.insert(...[1, 2, 3, 4, 5].flatMap(pair));
      const t = start({ kind: 'commit-ordered' }, { pageSize: 3 });
      await soon(() => t.onBus.length).toBe(10);
      expect(new Set(ids(t)).size).toBe(10);
      expect(Math.max(...t.pages)).toBe(2);
    });

    test('says so when more rows share a number than a page holds, and goes on when that is mended', async () => {
      await wms.insert(movement(1), movement(2, { MSG_ID: 'A' }), movement(2, { MSG_ID: 'B' }));
      const t = start({}, { pageSize: 1 });
      await soon(() => t.log.length).toBe(1);
      expect(t.log[0]).toContain('more than 1 rows have 2 in column SEQ: set pageSize higher');
      expect(t.reader.status().source).toBe('away');
      await wms.remove(2);
      await soon(() => t.reader.status().source).toBe('connected');
    });

    test('parks bad rows with the reason, once, and sends the others', async () => {
      await wms.insert(
        movement(1),
        movement(2, { SKU: 'A|B' }),
        movement(3, { MSG_ID: null }),
        movement(4, { TRX_TYPE: 'XXX', QTY: 0.5 }),
        movement(5),
        movement(6, { MSG_ID: 'MSG\n6' }),
      );
      const t = start();
      await soon(() => ids(t)).toEqual(msg(1, 5));
      for (let i = 0; i < 5; i += 1) {
        t.pass(10);
        await t.settled();
      }
      const listed = t.state.parked.list(undefined, 10);
      expect(listed.map(({ id }) => id)).toEqual(['2:MSG-2', '3:#1', '4:MSG-4', '6:#1']);
      expect(listed.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^column SKU \(itemId\) is "A\|B": must be/),
        'column MSG_ID (eventId) is NULL: the event needs it; column MSG_ID (transactionId) is NULL: the event needs it',
        expect.stringMatching(
          /^column TRX_TYPE .*"XXX *": not among eventTypes; column QTY .* not a whole number$/,
        ),
        expect.stringContaining('column MSG_ID (eventId) is "MSG\\n6": must be'),
      ]);
      expect(JSON.parse(listed[0]?.content ?? '')).toMatchObject({
        MSG_ID: 'MSG-2',
        SKU: expect.stringContaining('A|B'),
      });
      expect(t.log).toHaveLength(4);
      expect(t.log.join('')).not.toContain('\n');
      expect(t.log[0]).toMatch(/^Row 2:MSG-2 of \S+ is parked: column SKU/);
      expect(t.reader.status().parked).toBe(4);
      expect(ids(t)).toEqual(msg(1, 5));
    });

    test('replays parked rows that the WMS has mended, one or all, and tells what became of each', async () => {
      await wms.insert(...many(1, 4).map((row) => ({ ...row, SKU: null })), movement(5));
      const t = start({ kind: 'commit-ordered' });
      await soon(() => t.reader.status().parked).toBe(4);
      expect(ids(t)).toEqual(msg(5));
      await wms.update(1, { SKU: 'ITEM-1' });
      await wms.update(2, { SKU: 'ITEM-2', MSG_ID: 'MENDED-2' });
      await wms.remove(3);

      expect(await t.reader.replay({ ids: ['1:MSG-1', '7:MSG-7'] })).toEqual({
        replayed: 1,
        stillParked: 0,
        gone: 0,
        unknown: ['7:MSG-7'],
      });
      expect(ids(t)).toEqual(msg(5, 1));
      expect(await t.reader.replay({})).toEqual({ replayed: 1, stillParked: 1, gone: 1, unknown: [] });
      expect(ids(t)).toEqual(['MSG-5', 'MSG-1', 'MENDED-2']);
      expect(t.log.at(-1)).toMatch(/^Parked row 3:MSG-3 is no longer in \S+: \{"MSG_ID":"MSG-3"/);
      expect(t.state.parked.list(undefined, 10).map(({ id }) => id)).toEqual(['4:MSG-4']);
      t.answerWith(away);
      await wms.update(4, { SKU: 'ITEM-1' });
      await expect(t.reader.replay({})).rejects.toThrow('Service Bus is away: ECONNREFUSED');
      t.answerWith(allSent);
      expect(await t.reader.replay({})).toMatchObject({ replayed: 1 });
      expect(t.reader.status().parked).toBe(0);
      expect(new Set(ids(t)).size).toBe(t.onBus.length);
    });

    test('by overlap sees by itself that a parked row was mended soon', async () => {
      await wms.insert(movement(1, { SKU: null }), movement(2));
      const t = start();
      await soon(() => t.reader.status().parked).toBe(1);
      await wms.update(1, { SKU: 'ITEM-1' });
      await soon(() => {
        t.pass(1);
        return ids(t);
      }).toEqual(msg(2, 1));
      await soon(() => t.reader.status().parked).toBe(0);
    });

    test('parks a row whose event id another row has, rather than taking it for that one', async () => {
      await wms.insert(movement(1), movement(1), movement(2, { MSG_ID: 'MSG-1' }));
      const t = start();
      await t.settled();
      await wms.insert(movement(3, { MSG_ID: 'MSG-1' }));
      await t.settled();
      expect(ids(t)).toEqual(msg(1));
      expect(t.state.parked.list(undefined, 10)).toMatchObject([
        { id: '1:#2', reason: 'column MSG_ID (eventId) is "MSG-1": row 1 has the same, and was sent' },
        { id: '2:MSG-1' },
        { id: '3:MSG-1' },
      ]);
    });

    test.each([['commit-ordered'], ['overlap']])(
      'by %s a replay does not publish a row whose event id another row has, however long that was sent ago',
      async (kind) => {
        await wms.insert(movement(1), movement(2, { MSG_ID: 'MSG-1', QTY: -7 }), movement(3));
        const t = start({ kind });
        await soon(() => ids(t)).toEqual(msg(1, 3));
        await soon(() => {
          t.pass(60);
          return t.state.cursor();
        }).toBe(3n);
        await soon(() => t.state.sentAs('MSG-3')).toBeUndefined();
        expect(await t.reader.replay({})).toMatchObject({ replayed: 0, stillParked: 1 });
        expect(ids(t)).toEqual(msg(1, 3));
        await wms.update(2, { MSG_ID: 'MSG-2' });
        expect(await t.reader.replay({})).toMatchObject({ replayed: 1, stillParked: 0 });
        await soon(() => t.state.sentAs('MSG-1')).toBeUndefined();
      },
    );

    test.each<[string, Parameters<ReaderUnderTest['answerWith']>[0]]>([
      ['was not sent as the bus was away', away],
      [
        'the bus would not take',
        (entries) => ({
          sent: [],
          refused: entries.map(({ sequence }) => ({ sequence, reason: 'too large' })),
        }),
      ],
    ])('a row that %s is not taken for sent because another has its event id', async (_what, answer) => {
      await wms.insert(movement(1), movement(2, { MSG_ID: 'MSG-1', QTY: -7 }));
      const t = start({ kind: 'commit-ordered' });
      t.answerWith(answer);
      await soon(() => t.pages.filter((size) => size > 0).length + t.reader.status().parked).toBeGreaterThan(
        2,
      );
      expect(t.onBus).toEqual([]);
      t.answerWith(allSent);
      await soon(async () => {
        await t.reader.replay({});
        return t.onBus.map(({ eventId, quantityChange }) => [eventId, quantityChange]);
      }).toEqual([['MSG-1', -5]]);
      expect(t.state.parked.list(undefined, 10).map(({ id }) => id)).toEqual(['2:MSG-1']);
    });

    test('a row with the number and event id of another is parked, also where the page was sent in two goes', async () => {
      await wms.insert(movement(1), movement(1), movement(2));
      const t = start();
      t.answerWith((entries) => {
        t.answerWith(allSent);
        const sent = entries.slice(0, 1).map(({ sequence }) => sequence);
        return { sent, refused: [], failure: 'ECONNREFUSED' };
      });
      await soon(() => ids(t)).toEqual(msg(1, 2));
      await t.settled();
      expect(t.state.parked.list(undefined, 10).map(({ id }) => id)).toEqual(['1:#2']);
    });

    test('a row whose event id a parked row has is sent, and the parked one is then at fault for it', async () => {
      await wms.insert(movement(1, { SKU: null }), movement(2, { MSG_ID: 'MSG-1', QTY: -7 }));
      const t = start();
      await soon(() => ids(t)).toEqual(msg(1));
      await wms.update(1, { SKU: 'ITEM-1' });
      expect(await t.reader.replay({})).toMatchObject({ stillParked: 1 });
      expect(t.onBus).toMatchObject([{ quantityChange: -7 }]);
    });

    test('parks each of the rows of one number whose long event ids begin alike', async () => {
      const long = 'x'.repeat(128);
      await wms.insert(movement(1, { MSG_ID: `${long}a` }), movement(1, { MSG_ID: `${long}b` }));
      const t = start();
      await soon(() => t.reader.status().parked).toBe(2);
    });

    test('parks what the bus will never take, and does not try it again by itself', async () => {
      const t = start();
      t.answerWith((entries) => ({
        sent: entries.slice(1).map(({ sequence }) => sequence),
        refused: entries.slice(0, 1).map(({ sequence }) => ({ sequence, reason: 'too large' })),
      }));
      await wms.insert(...many(1, 3));
      await soon(() => ids(t)).toEqual(msg(2, 3));
      t.answerWith(allSent);
      t.pass(5);
      await t.settled();
      expect(ids(t)).toEqual(msg(2, 3));
      expect(t.state.parked.list(undefined, 10)).toMatchObject([
        { reason: 'the bus will not take it: too large' },
      ]);
      await t.reader.replay({});
      expect(ids(t)).toEqual(msg(2, 3, 1));
    });

    test.each([['commit-ordered'], ['overlap']])(
      'by %s waits for the bus, sends then what was not acknowledged, and logs the change only',
      async (kind) => {
        const t = start({ kind });
        let attempts = 0;
        t.answerWith((entries) => {
          if (entries.length > 0) attempts += 1;
          const sent = entries.filter((_, index) => attempts === 1 && index % 2 === 0);
          return { sent: sent.map(({ sequence }) => sequence), refused: [], failure: 'ECONNREFUSED' };
        });
        await soon(() => t.reader.status().bus).toBe('away');
        await wms.insert(...many(1, 5));
        await soon(() => attempts).toBeGreaterThan(2);
        expect(ids(t)).toEqual(msg(1, 3, 5));
        t.pass(42);
        t.answerWith(allSent);
        await soon(() => t.reader.status().bus).toBe('connected');
        await t.settled();
        expect(ids(t)).toEqual(msg(1, 3, 5, 2, 4));
        expect(t.log).toEqual(['Service Bus is away: ECONNREFUSED', 'Service Bus is back after 42 s']);
      },
    );

    test('waits for the WMS database, and logs the change only', async () => {
      const t = start();
      await t.settled();
      t.failSource('connection broken');
      await wms.insert(movement(1));
      await soon(() => t.reader.status().source).toBe('away');
      t.pass(7);
      t.failSource(undefined);
      await soon(() => ids(t)).toEqual(msg(1));
      expect(t.log).toEqual([
        expect.stringMatching(/^The WMS database \(\S+\) is away: connection broken$/),
        expect.stringMatching(/^The WMS database \(\S+\) is back after 7 s$/),
      ]);
    });

    test('goes on where it stopped', async () => {
      const first = start({ kind: 'commit-ordered' });
      await wms.insert(...many(1, 3), movement(4, { SKU: null }));
      await soon(() => first.onBus.length).toBe(3);
      await first.stop();
      await wms.insert(movement(5));
      const second = start({ kind: 'commit-ordered' });
      await soon(() => ids(second)).toEqual(msg(5));
      expect(second.reader.status().parked).toBe(1);
    });

    test('will not take the numbers of one table for those of another, once it has read any', async () => {
      const first = start();
      await first.settled();
      await first.stop();
      const before = startReader(
        wms.connection,
        { ...settingsOf(wms.table, {}), source: ['EARLIER'] },
        folder.path,
      );
      await before.stop();
      const second = start();
      await wms.insert(movement(1));
      await soon(() => second.onBus.length).toBe(1);
      await second.stop();
      reading = undefined;
      const other = { ...settingsOf(wms.table, {}), source: ['OTHER'] };
      expect(() => startReader(wms.connection, other, folder.path)).toThrow(
        /tells how far ".* by SEQ" was read, the settings now say "OTHER by SEQ": remove the file/,
      );
    });

    test('says so when the numbering of the table begins anew', async () => {
      const t = start();
      await wms.insert(movement(1_000));
      await soon(() => t.onBus.length).toBe(1);
      await wms.remove(1_000);
      await wms.insert(movement(1));
      await soon(() => {
        t.pass(61);
        return t.reader.status().numberingWentBack;
      }).toBe(true);
      expect(t.log).toEqual([expect.stringContaining('is 1, but 1000 was read before')]);
    });
  });
}
