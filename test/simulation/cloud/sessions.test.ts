import { expect, test } from 'vitest';
import { someStock } from '../../doubles/fixtures.ts';
import { inMemoryStock } from '../../doubles/stock-store.ts';
import type { Faults } from '../faults.ts';
import { createWorld } from '../world.ts';
import { sessionsOf } from './sessions.ts';

const STALE: Faults = {
  happens: (kind) => kind === 'stale-read',
  stop: () => {},
  areOver: () => false,
  counts: () => ({}),
};

/** A stock that somebody else has written twice, and somebody whose every read is as stale as it may be. */
async function writtenTwice() {
  const sessions = sessionsOf(createWorld('1'), STALE);
  const { store } = inMemoryStock({ view: sessions });
  const [writer, reader] = [sessions.open(), sessions.open()];
  const stock = someStock(1);
  const { itemId } = stock;
  const write = (session: typeof writer, onHand: number, etag: string | null) =>
    session.writing([itemId], () => store.write([{ stock: { ...stock, onHand }, etag }]));
  const read = async (session: typeof writer) => {
    const [outcome] = await session.reading(() => store.read([stock]));
    return outcome?.status === 'found' ? outcome : undefined;
  };
  const first = await write(writer, 1, null);
  const second = await write(writer, 2, (await read(writer))?.etag ?? null);
  expect([first, second]).toEqual([[{ status: 'stored' }], [{ status: 'stored' }]]);
  return { read, write, reader, writer };
}

test('Who has written reads what it wrote', async () => {
  const { read, writer } = await writtenTwice();
  expect((await read(writer))?.stock.onHand).toBe(2);
});

test('Who has seen nothing may read what is older, and then nothing older than that', async () => {
  const { read, reader } = await writtenTwice();
  let seen = 0;
  const all: number[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    const onHand = (await read(reader))?.stock.onHand ?? 0;
    expect(onHand).toBeGreaterThanOrEqual(seen);
    seen = onHand;
    all.push(onHand);
  }
  expect(all.some((onHand) => onHand < 2)).toBe(true);
});

test('A write over what is not there any more is refused, and its writer sees what is', async () => {
  const { read, write, reader } = await writtenTwice();
  expect(await write(reader, 9, null)).toEqual([{ status: 'conflict' }]);
  expect((await read(reader))?.stock.onHand).toBe(2);
});
