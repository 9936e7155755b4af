import type { OrchestrationHandler, RetryOptions } from 'durable-functions';
import type { Orchestrations } from '../../../shared/ports/orchestrations.ts';
import { type Call, unreliable } from '../calls.ts';
import type { Faults } from '../faults.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { asJson, type Decision, type HistoryEvent, replay } from './replay.ts';

/** What an activity does; what is given and answered is JSON. */
export type Activity = (input: never) => Promise<unknown>;

export type TaskHub = {
  /** A process works for the hub as long as it lives. */
  join(process: Process, activities: Readonly<Record<string, Activity>>): void;
  /** The durable client, as a process reaches it. */
  clientBy(call: Call): Orchestrations;
  /** Instances that run, but for the reconciliation, which comes and goes, and investigations, which wait for people. */
  running(): number;
  /** The ids of some that run. */
  someRunning(limit: number): string[];
  /** Orchestrations that failed; there should be none. */
  readonly failures: readonly { readonly instanceId: string; readonly reason: string }[];
};

type Instance = {
  readonly instanceId: string;
  readonly name: string;
  readonly parent: { readonly instance: Instance; readonly taskId: number } | undefined;
  input: unknown;
  generation: number;
  history: HistoryEvent[];
  inbox: HistoryEvent[];
  /** What was begun of this generation, by number; what is to be done to take a timer back. */
  begun: Map<number, (() => void) | undefined>;
  /** What was answered of this generation, by number. */
  answered: Set<number>;
  isDue: boolean;
};

type Worker = { readonly process: Process; readonly activities: Readonly<Record<string, Activity>> };

type Work = {
  readonly instance: Instance;
  readonly generation: number;
  readonly decision: Decision & { kind: 'activity' };
};

/** Orchestrations that nobody waits for. */
const COME_AND_GO: ReadonlySet<string> = new Set(['reconcile', 'investigate']);

/** What a process that ends was doing is done again by another after so many milliseconds. */
const TAKEN_OVER_MS = 30_000;

/**
 * Durable Functions: instances by their history, activities at least once, timers, events and sub-orchestrations
 * (functions-host-protocol.md, 8). What the hub has stored outlives every process.
 */
export function createTaskHub(
  world: World,
  faults: Faults,
  orchestrators: Readonly<Record<string, OrchestrationHandler>>,
): TaskHub {
  const chance = world.chance.stream('task hub');
  const instances = new Map<string, Instance>();
  const failures: { instanceId: string; reason: string }[] = [];
  let workers: Worker[] = [];

  function begin(instanceId: string, name: string, input: unknown, parent: Instance['parent']): void {
    const instance: Instance = {
      ...{ instanceId, name, input, parent },
      ...{ generation: 0, history: [], inbox: [], begun: new Map(), answered: new Set(), isDue: false },
    };
    instances.set(instanceId, instance);
    note(instance, 'begins');
    runSoon(instance);
  }

  function tell(instance: Instance, generation: number, event: HistoryEvent): void {
    if (instances.get(instance.instanceId) !== instance || instance.generation !== generation) return;
    if (event.kind === 'completed' || event.kind === 'failed') {
      // An activity that was done twice is answered once.
      if (instance.answered.has(event.id)) return;
      instance.answered.add(event.id);
    }
    instance.inbox.push(event);
    runSoon(instance);
  }

  function runSoon(instance: Instance): void {
    if (instance.isDue) return;
    instance.isDue = true;
    world.schedule(chance.between(1, 50), `${instance.name} goes on`, () => {
      instance.isDue = false;
      if (instances.get(instance.instanceId) === instance) runEpisode(instance);
    });
  }

  function runEpisode(instance: Instance): void {
    const { instanceId, name, input } = instance;
    const handler = orchestrators[name];
    if (!handler) throw new Error(`There is no orchestration ${name}.`);
    instance.history.push({ kind: 'episode', at: world.now() }, ...instance.inbox);
    instance.inbox = [];
    const { decisions, cancelled, state, value } = replay(
      handler,
      { instanceId, input, version: '1' },
      instance.history,
    );
    for (const decision of decisions) if (!instance.begun.has(decision.id)) beginDecision(instance, decision);
    for (const id of cancelled) instance.begun.get(id)?.();
    if (state === 'continued') continueAsNew(instance, value);
    else if (state !== 'running') end(instance, state, value);
  }

  function beginDecision(instance: Instance, decision: Decision): void {
    const { generation } = instance;
    instance.begun.set(decision.id, undefined);
    if (decision.kind === 'timer') {
      const fire = () => tell(instance, generation, { kind: 'completed', id: decision.id, result: null });
      instance.begun.set(
        decision.id,
        world.schedule(decision.at - world.now(), `a timer of ${instance.name} fires`, fire),
      );
    } else if (decision.kind === 'activity') {
      runActivity({ instance, generation, decision: { ...decision, input: asJson(decision.input) } }, 1);
    } else if (instances.has(decision.instanceId)) {
      // As on the real host: the child is no child of this one, which waits for ever.
      note(instance, `waits for ever for ${decision.instanceId}, which runs already`);
    } else {
      begin(decision.instanceId, decision.name, asJson(decision.input), { instance, taskId: decision.id });
    }
  }

  function runActivity(work: Work, attempt: number): void {
    workers = workers.filter(({ process }) => process.isAlive());
    const [worker] = workers.length > 0 ? [chance.oneOf(workers)] : [];
    if (!worker) {
      world.schedule(1_000, 'an activity waits for a process', () => runActivity(work, attempt));
      return;
    }
    const { name } = work.decision;
    let isStored = false;
    const store = (event: HistoryEvent) => {
      if (isStored) return;
      isStored = true;
      tell(work.instance, work.generation, event);
    };
    const again = () => {
      if (!isStored) runActivity(work, attempt);
      isStored = true;
    };
    const onEnd = () =>
      world.schedule(chance.between(1_000, TAKEN_OVER_MS), `activity ${name} is taken over`, again);
    worker.process.onEnd(onEnd);
    worker.process.after(chance.between(1, 20), `activity ${name}`, () => {
      if (faults.happens('activity-repeated')) runActivity(work, attempt);
      perform(worker, work).then(
        (result) => {
          if (!worker.process.isAlive()) return;
          worker.process.offEnd(onEnd);
          store({ kind: 'completed', id: work.decision.id, result: asJson(result) });
        },
        (error) => {
          if (!worker.process.isAlive()) return;
          worker.process.offEnd(onEnd);
          if (!isExpected(error)) return world.fail(error);
          retryLater(work, attempt, error, store);
          isStored = true;
        },
      );
    });
  }

  async function perform({ activities }: Worker, { decision }: Work): Promise<unknown> {
    const activity = activities[decision.name];
    if (!activity) throw new Error(`There is no activity ${decision.name}.`);
    // The orchestration's input is what the activity's type says: both are of one app.
    return activity(asJson(decision.input) as never);
  }

  function retryLater(work: Work, attempt: number, error: Error, store: (event: HistoryEvent) => void): void {
    const { retry, name, id } = work.decision;
    if (attempt >= retry.maxNumberOfAttempts) {
      store({ kind: 'failed', id, reason: `Activity function '${name}' failed:  ${error.message}` });
      return;
    }
    world.schedule(retryDelay(retry, attempt), `activity ${name} is tried again`, () =>
      runActivity(work, attempt + 1),
    );
  }

  function continueAsNew(instance: Instance, input: unknown): void {
    instance.generation += 1;
    Object.assign(instance, { input, history: [], begun: new Map(), answered: new Set() });
    runSoon(instance);
  }

  function end(instance: Instance, state: 'completed' | 'failed', value: unknown): void {
    instances.delete(instance.instanceId);
    note(instance, state);
    const { parent } = instance;
    if (state === 'failed') failures.push({ instanceId: instance.instanceId, reason: String(value) });
    if (!parent) return;
    const { taskId } = parent;
    const { generation } = parent.instance;
    tell(
      parent.instance,
      generation,
      state === 'completed'
        ? { kind: 'completed', id: taskId, result: value }
        : { kind: 'failed', id: taskId, reason: String(value) },
    );
  }

  function note({ instanceId }: Instance, text: string): void {
    world.note(() => ({
      entities: instanceId.split(':').slice(0, 1),
      text: `orchestration ${instanceId} ${text}`,
    }));
  }

  return {
    failures,
    join: (process, activities) => workers.push({ process, activities }),
    running: () => [...instances.values()].filter(({ name }) => !COME_AND_GO.has(name)).length,
    someRunning: (limit) => [...instances.keys()].slice(0, limit),
    clientBy(call) {
      const ask = unreliable(call, faults, 'hub-away', 'the task hub');
      return {
        start: ({ name, instanceId, input }) =>
          ask(`${name} is started`, async () => {
            if (!instances.has(instanceId)) begin(instanceId, name, asJson(input), undefined);
          }),
        raise: (instanceId, name, data) =>
          ask('an event is raised', async () => {
            const instance = instances.get(instanceId);
            if (instance) tell(instance, instance.generation, { kind: 'raised', name, data: asJson(data) });
          }),
      };
    },
  };
}

/** An activity throws what it is tried again for; a fault of the code ends the run. */
function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isAway = ({ name }: Error) => ['StoreUnavailable', 'WmsUnavailable', 'WmsRestored'].includes(name);
  // Those of the reconciliation name the side that did not answer.
  return isAway(error) || (error.cause instanceof Error && isAway(error.cause));
}

/** Milliseconds before the next attempt. */
function retryDelay(retry: RetryOptions, attempt: number): number {
  const { firstRetryIntervalInMilliseconds: first, backoffCoefficient = 1 } = retry;
  const longest = retry.maxRetryIntervalInMilliseconds ?? 6 * 24 * 3_600_000;
  return Math.min(first * (backoffCoefficient ?? 1) ** (attempt - 1), longest);
}
