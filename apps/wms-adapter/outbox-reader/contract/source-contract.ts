import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SettingError } from '../../../../shared/settings.ts';
import { createEventMapping } from '../event-mapping.ts';
import { openSource } from '../open-source.ts';
import type { OutboxSource } from '../source.ts';
import { type ImaginaryWms, movement, settingsOf } from './imaginary-wms.ts';

/** What every database as a source has to do. */
export function describeSource(name: string, open: () => Promise<ImaginaryWms>): void {
  describe(`An outbox in ${name}`, () => {
    let wms: ImaginaryWms;
    let source: OutboxSource;
    const opened: OutboxSource[] = [];

    beforeEach(async () => {
      wms = await open();
      source = sourceOf();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
      await wms.dispose();
    });

    function sourceOf(changes: Record<string, unknown> = {}): OutboxSource {
      const settings = settingsOf(wms.table, {}, changes);
      const made = openSource({ WmsSqlConnection: wms.connection }, settings, Math.random);
      opened.push(made);
      return made;
    }

    const numbersOf = async (rows: ReturnType<OutboxSource['page']>) =>
      (await rows).map(({ number }) => Number(number));

    test('is read page by page in the order of its numbers, within bounds, without what has no number yet', async () => {
      await wms.insert(...[5, 3, 9, 3, 1].map((seq) => movement(seq)), movement(0, { SEQ: null }));
      expect(await numbersOf(source.page({ after: 0n, limit: 3 }))).toEqual([1, 3, 3]);
      expect(await numbersOf(source.page({ after: 3n, limit: 3 }))).toEqual([5, 9]);
      expect(await numbersOf(source.page({ after: 1n, upTo: 5n, limit: 10 }))).toEqual([3, 3, 5]);
      expect(await numbersOf(source.page({ after: 9n, limit: 10 }))).toEqual([]);
      expect(await numbersOf(source.page({ after: -(2n ** 63n), limit: 1 }))).toEqual([1]);
    });

    test('has numbers beyond 2^53, which a JavaScript number cannot tell apart', async () => {
      const large = 2 ** 53;
      await wms.insert(movement(large));
      const [row] = await source.page({ after: BigInt(large) - 1n, limit: 2 });
      expect(row?.number).toBe(BigInt(large));
      expect(await source.page({ after: BigInt(large), limit: 2 })).toEqual([]);
    });

    test('is read by numbers, and knows its highest', async () => {
      expect(await source.highest()).toBeUndefined();
      expect(await source.rowsAt([])).toEqual([]);
      await wms.insert(...[5, 3, 9, 3].map((seq) => movement(seq)));
      expect(await numbersOf(source.rowsAt([9n, 3n, 4n]))).toEqual([3, 3, 9]);
      expect(await source.highest()).toBe(9n);
    });

    test('gives dates, decimals, padded and empty columns in a form that makes an event', async () => {
      const settings = settingsOf(wms.table, {});
      await wms.insert(movement(1, { LOT: 'LOT-1', QTY: -12 }), movement(2, { LOT: ' ', TRX_TYPE: 'PCK' }));
      const mapping = createEventMapping(settings);
      const rows = await source.page({ after: 0n, limit: 10 });
      expect(rows.map((row) => mapping.eventOf(row))).toMatchObject([
        {
          event: {
            eventId: 'MSG-1',
            timestamp: '2024-11-18T10:00:00.1234560Z',
            itemId: 'ITEM-1',
            lotNumber: 'LOT-1',
            quantityChange: -12,
          },
        },
        { event: { eventType: 'InventoryPick', lotNumber: null } },
      ]);
    });

    test('is checked: a table or column that is not there is named with its setting', async () => {
      await expect(source.check()).resolves.toBeUndefined();
      const columns = JSON.parse(JSON.stringify(settingsOf(wms.table, {}).columns));
      const broken = [
        [{ source: 'NO_SUCH_TABLE' }, 'source is "NO_SUCH_TABLE"'],
        [{ order: { column: 'NO_SEQ', kind: 'overlap' } }, 'order.column is "NO_SEQ"'],
        [{ columns: { ...namesOf(columns), itemId: 'SKUX' } }, 'columns.itemId is "SKUX"'],
        [{ columns: { ...namesOf(columns), itemId: '[x"; DROP]' } }, 'columns.itemId is "x"; DROP"'],
      ] as const;
      for (const [changes, message] of broken) {
        const check = sourceOf(changes).check();
        await expect(check).rejects.toThrow(SettingError);
        await expect(check).rejects.toThrow(message);
      }
    });
  });
}

/** The columns as they are written in the file. */
function namesOf(columns: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(columns).map(([field, name]) => [field, name.join('.')]));
}
