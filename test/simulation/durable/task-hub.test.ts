import type { OrchestrationContext, Task } from 'durable-functions';
import { RetryOptions } from 'durable-functions';
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../shared/ports/stock-store.ts';
import { faultsOf } from '../faults.ts';
import { startProcess } from '../process.ts';
import { BEGINNING, createWorld } from '../world.ts';
import { createTaskHub } from './task-hub.ts';

type Generate = Generator<Task, unknown, unknown>;

/** A hub with one orchestration `it`, which two processes work for; `done` is what its activity was given. */
function setUp(
  orchestrate: (context: OrchestrationContext) => Generate,
  fail: (call: number) => boolean = () => false,
) {
  const world = createWorld('1');
  const hub = createTaskHub(world, faultsOf(world, []), { it: orchestrate, child: childOf });
  const done: unknown[] = [];
  let calls = 0;
  const processes = ['one', 'two'].map((name) => startProcess(world, name));
  for (const process of processes)
    hub.join(process, {
      work: async (input) => {
        calls += 1;
        if (fail(calls)) throw new StoreUnavailable('away');
        done.push(input);
        await process.runtime.sleep(10);
        return `${String(input)} done`;
      },
    });
  const client = hub.clientBy((_what, perform) => perform());
  const start = () => client.start({ name: 'it', instanceId: 'I', input: { holdId: 'H' } } as never);
  return { world, hub, done, processes, client, start };
}

function* childOf({ df }: OrchestrationContext): Generate {
  yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + 1_000));
  return `child of ${String(df.getInput())}`;
}

const RETRY = new RetryOptions(1_000, 3);

describe('The simulated task hub', () => {
  test('gives each activity its input and the orchestrator the answers, in whatever order they come', async () => {
    const results: unknown[] = [];
    const { world, hub, done, start } = setUp(function* ({ df }) {
      const all = df.Task.all(['a', 'b'].map((name) => df.callActivityWithRetry('work', RETRY, name)));
      results.splice(0, Number.POSITIVE_INFINITY, yield all);
      results.push(yield df.callSubOrchestrator('child', 'it', 'C'));
    });
    await start();
    await world.run(() => false);
    expect(results).toEqual([['a done', 'b done'], 'child of it']);
    expect(done.toSorted()).toEqual(['a', 'b']);
    expect([hub.running(), hub.failures]).toEqual([0, []]);
  });

  test('ends an orchestrator that has gone on without an answer once that has come', async () => {
    const { world, hub, start } = setUp(function* ({ df }) {
      const [quick, slow] = [
        df.createTimer(new Date(BEGINNING + 1)),
        df.createTimer(new Date(BEGINNING + 5_000)),
      ];
      yield df.Task.any([quick, slow]);
    });
    await start();
    await world.run(() => false);
    expect(hub.someRunning(1)).toEqual([]);
  });

  test('does an activity again that fails, after a while, and tells the orchestrator when it gives up', async () => {
    let failure = '';
    const { world, done, start } = setUp(
      function* ({ df }) {
        yield df.callActivityWithRetry('work', RETRY, 'first');
        try {
          yield df.callActivityWithRetry('work', RETRY, 'second');
        } catch (error) {
          failure = String(error);
        }
      },
      (call) => call === 1 || call > 2,
    );
    await start();
    await world.run(() => false);
    expect(done).toEqual(['first']);
    expect(failure).toContain("Activity function 'work' failed:  away");
    expect(world.now() - BEGINNING).toBeGreaterThan(3_000);
  });

  test('does an activity elsewhere whose process ends, and nothing is lost when all of them do', async () => {
    const { world, hub, done, processes, start } = setUp(function* ({ df }) {
      yield df.callActivityWithRetry('work', RETRY, 'a');
    });
    await start();
    world.schedule(60, 'kill', () => processes[0]?.kill());
    await world.run(() => hub.running() === 0);
    expect(done.length).toBeGreaterThanOrEqual(1);
  });

  test('wakes who waits for an event, keeps one that nobody waits for yet, and takes a timer back', async () => {
    const seen: unknown[] = [];
    const { world, hub, client, start } = setUp(function* ({ df }) {
      const timer = df.createTimer(new Date(df.currentUtcDateTime.getTime() + 3_600_000));
      const event = df.waitForExternalEvent('go');
      const first = yield df.Task.any([event, timer]);
      seen[0] = first === event && event.isCompleted ? event.result : 'timer';
      timer.cancel();
      seen[1] = yield df.waitForExternalEvent('kept');
    });
    await start();
    await client.raise('I', 'kept', 2);
    world.schedule(1_000, 'raise', () => void client.raise('I', 'go', 1));
    await world.run(() => hub.running() === 0);
    expect(seen).toEqual([1, 2]);
    expect(world.now() - BEGINNING).toBeLessThan(2_000);
  });

  test('begins anew with another input, and starts no instance that runs', async () => {
    const inputs: unknown[] = [];
    const { world, start } = setUp(function* ({ df }) {
      const { round = 0 } = df.getInput<{ round?: number }>();
      yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + 1_000));
      inputs[round] = round;
      if (round < 3) df.continueAsNew({ round: round + 1 });
    });
    await start();
    await start();
    await world.run(() => false);
    expect(inputs).toEqual([0, 1, 2, 3]);
  });
});
