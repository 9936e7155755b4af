import { describe, expect, test } from 'vitest';
import { chanceOf } from './chance.ts';
import { startProcess } from './process.ts';
import { BEGINNING, createWorld, type World } from './world.ts';

/** Three parts that sleep and draw, each as often as `turns` says; what they did, in order. */
async function someRun(seed: string, turns = 50): Promise<{ world: World; done: string[] }> {
  const world = createWorld(seed);
  const done: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    const { runtime } = startProcess(world, name);
    world.spawn(async () => {
      for (let turn = 0; turn < turns; turn += 1) {
        await runtime.sleep(Math.floor(runtime.random() * 1_000));
        done.push(`${name} ${turn} at ${runtime.now()}`);
      }
    });
  }
  await world.run(() => false);
  return { world, done };
}

describe('The simulated world', () => {
  test('takes the same steps at the same instants for the same seed, and others for another', async () => {
    const [first, again, other] = [await someRun('7'), await someRun('7'), await someRun('8')];
    expect(again.done).toEqual(first.done);
    expect(again.world.trace()).toBe(first.world.trace());
    expect(other.world.trace()).not.toBe(first.world.trace());
  });

  test('moves its clock by its steps alone, in their order, those of one instant as they were put down', async () => {
    const world = createWorld('1');
    const taken: string[] = [];
    const put = (ms: number, name: string) =>
      world.schedule(ms, name, () => taken.push(`${name} ${world.now() - BEGINNING}`));
    put(500, 'late');
    put(10, 'a');
    put(10, 'b');
    const cancel = put(20, 'never');
    cancel();
    world.schedule(5, 'first', () => put(5, 'c'));
    await world.run(() => false);
    expect(taken).toEqual(['a 10', 'b 10', 'c 10', 'late 500']);
  });

  test('lets everything follow from a step before it takes the next', async () => {
    const world = createWorld('1');
    const done: string[] = [];
    world.schedule(1, 'deep', async () => {
      for (let depth = 0; depth < 1_000; depth += 1) await Promise.resolve();
      done.push('deep');
    });
    world.schedule(1, 'next', () => done.push('next'));
    await world.run(() => false);
    expect(done).toEqual(['deep', 'next']);
  });

  test('fails with the first failure of what runs in it', async () => {
    const world = createWorld('1');
    world.spawn(async () => {
      throw new Error('first');
    });
    world.schedule(1, 'second', () => world.fail(new Error('second')));
    await expect(world.run(() => false)).rejects.toThrow('first');
  });

  test('keeps a killed process from going on: it neither wakes nor runs out of patience', async () => {
    const world = createWorld('1');
    const { runtime, kill } = startProcess(world, 'victim');
    const done: string[] = [];
    world.spawn(async () => {
      await runtime.sleep(10);
      done.push('woke');
      await runtime.within(new Promise(() => undefined), 100);
      done.push('went on');
    });
    world.schedule(50, 'kill', kill);
    await world.run(() => false);
    expect(done).toEqual(['woke']);
  });

  test('waits for work no longer than it is told to', async () => {
    const world = createWorld('1');
    const { runtime } = startProcess(world, 'patient');
    const seen: unknown[] = [];
    world.spawn(async () => {
      seen.push(
        await runtime.within(
          runtime.sleep(20).then(() => 'in time'),
          30,
        ),
      );
      seen.push(
        await runtime.within(
          runtime.sleep(20).then(() => 'too late'),
          10,
        ),
      );
      seen.push(runtime.now() - BEGINNING);
    });
    await world.run(() => false);
    expect(seen).toEqual(['in time', undefined, 30]);
  });
});

describe('Chance', () => {
  test('is spread evenly, and no stream of it follows another', () => {
    const chance = chanceOf('42');
    const draws = Array.from({ length: 20_000 }, () => chance.next());
    const buckets = Array.from({ length: 10 }, (_, index) =>
      draws.filter((draw) => Math.floor(draw * 10) === index),
    );
    for (const bucket of buckets) expect(bucket.length).toBeGreaterThan(1_800);
    const [one, two] = [chance.stream('one'), chance.stream('two')];
    expect(one.next()).not.toBe(two.next());
    expect(chanceOf('42').stream('one').next()).toBe(chanceOf('42').stream('one').next());
  });

  test('gives UUIDs of version 4, no two of them the same', () => {
    const chance = chanceOf('42');
    const ids = Array.from({ length: 10_000 }, () => chance.uuid());
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
