import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { movement, settingsOf, sqliteWms } from './contract/imaginary-wms.ts';
import { describeReader } from './contract/reader-contract.ts';
import { readerFolder, startReader } from './contract/reader-under-test.ts';
import { describeSource } from './contract/source-contract.ts';

describeSource('SQLite', sqliteWms);
describeReader('SQLite', sqliteWms);

describe('A SQLite file of a WMS', () => {
  test('is not changed by a single byte', async () => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    await wms.insert(
      ...Array.from({ length: 50 }, (_, index) => movement(index + 1)),
      movement(51, { SKU: null }),
    );
    const hash = async () =>
      createHash('sha256')
        .update(await readFile(wms.path))
        .digest('hex');
    const before = await hash();
    const t = startReader(wms.connection, settingsOf(wms.table, {}), folder.path);
    await expect.poll(() => t.onBus.length).toBe(50);
    await t.reader.replay({});
    await t.settled();
    await t.stop();
    expect(await hash()).toBe(before);
    await wms.dispose();
    await folder.dispose();
  });
});
