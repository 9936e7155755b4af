import { beforeEach, describe, expect, test } from 'vitest';
import { quarantineInMemory } from '../../test/doubles/quarantine-fixtures.ts';
import { deleteRequestSchema } from '../contracts/quarantine.ts';
import { deleteMessages, removeDeleted, restoreMessages } from './delete.ts';
import { listQuarantine } from './quarantine.ts';
import { replayQuarantine } from './replay.ts';

let quarantine: ReturnType<typeof quarantineInMemory>;

beforeEach(() => {
  quarantine = quarantineInMemory();
});

const DAY_MS = 86_400_000;
const done = { by: 'ann', why: 'A test of the sender.' };

async function deletedIds(): Promise<string[]> {
  const { messages } = await listQuarantine(quarantine.ports, { limit: 500, state: 'deleted' });
  return messages.map(({ id }) => id);
}

describe('deleting', () => {
  test('takes messages out of quarantine, and keeps them', async () => {
    const [message] = await quarantine.park('not-json', 2);
    const id = await quarantine.idOf(message);
    expect(await deleteMessages(quarantine.ports, { ids: [id, 'gone'], ...done })).toEqual({
      ...{ deleted: 1, remaining: 0, unknown: ['gone'], startedAt: '2024-11-18T10:00:00.000Z' },
    });
    expect(await quarantine.list()).toHaveLength(1);
    expect(await deletedIds()).toEqual([id]);
  });

  test('takes dead letters, and sends nothing', async () => {
    const message = await quarantine.giveUp('by-hand');
    const id = await quarantine.idOf(message);
    expect(await deleteMessages(quarantine.ports, { state: 'dead-lettered', ...done })).toMatchObject({
      deleted: 1,
    });
    expect((await quarantine.bus.deadLetters.list(10)).letters).toEqual([]);
    expect(await quarantine.received('atp-projection')).toEqual([]);
    expect(await deletedIds()).toEqual([id]);
  });

  test('is logged with who did it and why', async () => {
    const [message] = await quarantine.park('not-json');
    const ids = [await quarantine.idOf(message)];
    await deleteMessages(quarantine.ports, { ids, ...done });
    expect(await quarantine.logged()).toMatchObject([
      { kind: 'delete-messages', ...done, status: 'done', count: 1, ids },
    ]);
  });

  test('leaves what cannot be kept where it is', async () => {
    await quarantine.park('not-json');
    await quarantine.giveUp('by-hand');
    quarantine.deleted.away = true;
    await expect(deleteMessages(quarantine.ports, { all: true, ...done })).rejects.toThrow('are away');
    expect(await quarantine.list()).toHaveLength(2);
  });

  test.each([
    { all: true, by: 'ann' },
    { all: true, why: 'so' },
    { ...done },
    { all: true, ...done, why: ' ' },
  ])('asks which, by whom and why: %j is refused', (request) => {
    expect(deleteRequestSchema.safeParse(request).success).toBe(false);
  });
});

describe('restoring', () => {
  test('puts messages back as they were', async () => {
    await quarantine.park('not-json', 2, { body: Uint8Array.of(0xff, 0x00) });
    const before = await quarantine.list();
    const ids = before.map(({ id }) => id);
    await deleteMessages(quarantine.ports, { all: true, ...done });
    expect(await restoreMessages(quarantine.ports, { ids: [...ids, 'gone'], by: 'bob' })).toEqual({
      ...{ restored: 2, unknown: ['gone'] },
    });
    expect(await quarantine.list()).toEqual(before);
    expect(await deletedIds()).toEqual([]);
    expect(await quarantine.logged()).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ kind: 'restore-messages', by: 'bob', count: 2 })]),
    );
  });

  test('a dead letter keeps its state and id, and goes to its subscription alone when it is replayed', async () => {
    const message = await quarantine.giveUp('by-hand');
    const before = await quarantine.list();
    await deleteMessages(quarantine.ports, { all: true, ...done });
    const ids = await deletedIds();
    await restoreMessages(quarantine.ports, { ids, by: 'bob' });
    expect(await quarantine.list()).toEqual(before);
    await replayQuarantine(quarantine.ports, { ids, by: 'bob' });
    expect(await quarantine.received('atp-projection')).toEqual([`${message.messageId}#2`]);
    expect(await quarantine.received('journal')).toEqual([]);
    expect(await quarantine.list()).toEqual([]);
  });

  test('leaves what cannot be parked among the deleted', async () => {
    await quarantine.park('not-json');
    await deleteMessages(quarantine.ports, { all: true, ...done });
    const [id = ''] = await deletedIds();
    quarantine.parked.away = true;
    await expect(restoreMessages(quarantine.ports, { ids: [id], by: 'bob' })).rejects.toThrow();
    expect(await deletedIds()).toEqual([id]);
  });
});

test('what was deleted 30 days ago is removed for good', async () => {
  await quarantine.park('not-json');
  await deleteMessages(quarantine.ports, { all: true, ...done });
  quarantine.runtime.advance(30 * DAY_MS);
  expect(await removeDeleted(quarantine.ports)).toBe(0);
  expect(await deletedIds()).toHaveLength(1);
  quarantine.runtime.advance(1);
  expect(await removeDeleted(quarantine.ports)).toBe(1);
  expect(await deletedIds()).toEqual([]);
});
