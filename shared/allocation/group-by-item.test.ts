import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { groupByItem } from './group-by-item.ts';

/** Work whose groups are held until the test lets them go. */
function heldWork(limit = 3) {
  const groups: { itemId: string; tasks: readonly string[]; finish(error?: Error): void }[] = [];
  const submit = groupByItem<string, string>(
    (task) => task.slice(0, 1),
    limit,
    (itemId, tasks) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error) =>
          error ? reject(error) : resolve(tasks.map((task) => `${task} done`));
        groups.push({ itemId, tasks, finish });
      }),
  );
  return { submit, groups, tasksOf: () => groups.map(({ tasks }) => tasks) };
}

describe('Work on the same item', () => {
  test('that is asked for in the same turn is one group, and each is given its own result', async () => {
    const { submit, groups, tasksOf } = heldWork();
    const results = Promise.all(['A1', 'A2', 'A3'].map(submit));
    await setImmediate();
    expect(tasksOf()).toEqual([['A1', 'A2', 'A3']]);
    groups[0]?.finish();
    expect(await results).toEqual(['A1 done', 'A2 done', 'A3 done']);
  });

  test('that comes while a group is under way waits and becomes the next group', async () => {
    const { submit, groups, tasksOf } = heldWork();
    const first = submit('A1');
    await setImmediate();
    const later = Promise.all([submit('A2'), submit('A3')]);
    await setImmediate();
    expect(tasksOf()).toEqual([['A1']]);
    groups[0]?.finish();
    await first;
    await setImmediate();
    expect(tasksOf()).toEqual([['A1'], ['A2', 'A3']]);
    groups[1]?.finish();
    expect(await later).toEqual(['A2 done', 'A3 done']);
  });

  test('is at most so many a group', async () => {
    const { submit, groups, tasksOf } = heldWork(2);
    const results = Promise.all(['A1', 'A2', 'A3'].map(submit));
    await setImmediate();
    groups[0]?.finish();
    await setImmediate();
    groups[1]?.finish();
    await results;
    expect(tasksOf()).toEqual([['A1', 'A2'], ['A3']]);
  });

  test('that fails fails its own group only', async () => {
    const { submit, groups } = heldWork(1);
    const failing = expect(submit('A1')).rejects.toThrow('away');
    const next = submit('A2');
    await setImmediate();
    groups[0]?.finish(new Error('away'));
    await failing;
    await setImmediate();
    groups[1]?.finish();
    expect(await next).toBe('A2 done');
  });

  test('begins anew after all is done', async () => {
    const { submit, groups, tasksOf } = heldWork();
    for (const task of ['A1', 'A2']) {
      const result = submit(task);
      await setImmediate();
      groups.at(-1)?.finish();
      await result;
    }
    expect(tasksOf()).toEqual([['A1'], ['A2']]);
  });
});

test('Different items do not wait for each other', async () => {
  const { submit, groups } = heldWork();
  const results = [submit('A1'), submit('B1')];
  await setImmediate();
  expect(groups.map(({ itemId }) => itemId)).toEqual(['A', 'B']);
  groups[1]?.finish();
  expect(await results[1]).toBe('B1 done');
  groups[0]?.finish();
  expect(await results[0]).toBe('A1 done');
});

test('A group that leaves a task without a result says so to that task', async () => {
  const submit = groupByItem<string, string>(
    () => 'A',
    9,
    async () => ['only one'],
  );
  const [first, second] = await Promise.allSettled([submit('A1'), submit('A2')]);
  expect(first).toMatchObject({ value: 'only one' });
  expect(second).toMatchObject({ reason: { message: 'No result for task 1 of item A.' } });
});
