import type { OrchestrationContext, OrchestrationHandler, RetryOptions } from 'durable-functions';

/** What an instance has been told, in the order in which it was stored. Results are JSON. */
export type HistoryEvent =
  /** Begins an episode; the orchestrator's clock stands at it. Milliseconds UTC. */
  | { readonly kind: 'episode'; readonly at: number }
  | { readonly kind: 'completed'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
  | { readonly kind: 'raised'; readonly name: string; readonly data: unknown };

/**
 * Something the orchestrator wants done, numbered in the order of wanting. Inputs are as it gave them: a replay wants
 * again all that was begun long ago, so whoever begins something makes JSON of its input.
 */
export type Decision =
  | {
      readonly kind: 'activity';
      readonly id: number;
      readonly name: string;
      readonly input: unknown;
      readonly retry: RetryOptions;
    }
  | {
      readonly kind: 'child';
      readonly id: number;
      readonly name: string;
      readonly input: unknown;
      readonly instanceId: string;
    }
  | { readonly kind: 'timer'; readonly id: number; readonly at: number };

export type Outcome = {
  readonly decisions: readonly Decision[];
  readonly cancelled: ReadonlySet<number>;
  readonly state: 'running' | 'completed' | 'failed' | 'continued';
  /** Of a failed one its reason, of a continued one the new input, of a completed one what it returned. */
  readonly value?: unknown;
};

class Task {
  id: number | string | undefined;
  readonly want: ((id: number) => Decision) | undefined;
  children: readonly Task[] | undefined;
  /** Of a compound task: looks whether it has come to an end. */
  look: (() => void) | undefined;
  state: 'running' | 'completed' | 'failed' = 'running';
  result: unknown;
  readonly parents: Task[] = [];
  cancel: (() => void) | undefined;

  constructor(want?: (id: number) => Decision) {
    this.want = want;
  }

  get isCompleted(): boolean {
    return this.state === 'completed';
  }
}

/**
 * Runs an orchestrator through its history, as the SDK does (durable-functions 3.5, `TaskOrchestrationExecutor`): each yielded
 * task gets its number when it is first yielded; of two waits for one event the later is served first; events that nobody waits
 * for are kept. Retries are one task here, since the hub makes them.
 */
export function replay(
  handler: OrchestrationHandler,
  about: { readonly instanceId: string; readonly input: unknown; readonly version: string },
  history: readonly HistoryEvent[],
): Outcome {
  const decisions: Decision[] = [];
  const cancelled = new Set<number>();
  const openTasks = new Map<number, Task>();
  const openEvents = new Map<string, Task[]>();
  const deferred = new Map<number | string, (() => void)[]>();
  let clock = 0;
  let next = 0;
  let continued: { readonly input: unknown } | undefined;
  let outcome: Pick<Outcome, 'state' | 'value'> | undefined;

  const df = {
    instanceId: about.instanceId,
    version: about.version,
    isReplaying: false,
    getInput: () => about.input,
    get currentUtcDateTime() {
      return new Date(clock);
    },
    callActivityWithRetry: (name: string, retry: RetryOptions, input?: unknown) =>
      new Task((id) => ({ kind: 'activity', id, name, input, retry })),
    callSubOrchestrator: (name: string, input: unknown, instanceId: string) =>
      new Task((id) => ({ kind: 'child', id, name, input, instanceId })),
    createTimer: (at: Date) => {
      const task = new Task((id) => ({ kind: 'timer', id, at: at.getTime() }));
      task.cancel = () => {
        if (typeof task.id === 'number') cancelled.add(task.id);
      };
      return task;
    },
    waitForExternalEvent: (name: string) => {
      const task = new Task();
      task.id = name;
      return task;
    },
    continueAsNew: (input: unknown) => {
      continued = { input: asJson(input) };
    },
    Task: {
      any: (children: Task[]) =>
        compound(children, (task) => {
          const first = children.find(({ state }) => state !== 'running');
          if (first) settle(task, 'completed', first);
        }),
      all: (children: Task[]) =>
        compound(children, (task) => {
          const failed = children.find(({ state }) => state === 'failed');
          if (failed) settle(task, 'failed', failed.result);
          else if (children.every(({ state }) => state === 'completed'))
            settle(
              task,
              'completed',
              children.map(({ result }) => result),
            );
        }),
    },
  };

  // What the orchestrators use of the context is here; anything else is missing, and fails.
  const context = { df } as unknown as OrchestrationContext;
  const generator = handler(context) as unknown as Generator<Task, unknown, unknown>;
  let current = new Task();
  current.state = 'completed';
  let hasBegun = false;

  function track(task: Task): void {
    if (task.children) {
      for (const child of task.children) track(child);
      if (task.state === 'running') task.look?.();
      return;
    }
    if (task.id === undefined && task.want) {
      task.id = next;
      next += 1;
      openTasks.set(task.id, task);
      decisions.push(task.want(task.id));
    } else if (typeof task.id === 'string') {
      openEvents.set(task.id, [...(openEvents.get(task.id) ?? []), task]);
    }
    if (task.id === undefined) return;
    deferred.get(task.id)?.shift()?.();
  }

  function resume(): void {
    while (!outcome && current.state !== 'running') {
      try {
        const step =
          current.state === 'completed' ? generator.next(current.result) : generator.throw(current.result);
        if (step.done) {
          outcome = continued
            ? { state: 'continued', value: continued.input }
            : { state: 'completed', value: asJson(step.value) };
          return;
        }
        current = step.value;
      } catch (error) {
        outcome = { state: 'failed', value: error instanceof Error ? error.message : String(error) };
        return;
      }
      if (current.state === 'running') track(current);
    }
  }

  function tell(key: number | string, state: 'completed' | 'failed', result: unknown): void {
    const task = typeof key === 'number' ? openTasks.get(key) : openEvents.get(key)?.pop();
    if (!task) {
      deferred.set(key, [...(deferred.get(key) ?? []), () => tell(key, state, result)]);
      return;
    }
    if (typeof key === 'number') openTasks.delete(key);
    settle(task, state, result);
  }

  // Those after the outcome, too: what is still open then ends by them.
  for (const event of history) {
    if (event.kind === 'episode') {
      clock = Math.max(clock, event.at);
      if (!hasBegun) resume();
      hasBegun = true;
      continue;
    }
    if (event.kind === 'completed') tell(event.id, 'completed', event.result);
    else if (event.kind === 'failed') tell(event.id, 'failed', new Error(event.reason));
    else tell(event.name, 'completed', event.data);
    resume();
  }
  const isOpen = [...openTasks.keys()].some((id) => !cancelled.has(id));
  // An instance ends when nothing it has begun is open any more.
  const ended = outcome && !isOpen ? outcome : { state: 'running' as const };
  return { decisions, cancelled, ...ended };
}

function compound(children: Task[], look: (task: Task) => void): Task {
  const task = new Task();
  task.children = children;
  task.look = () => look(task);
  for (const child of children) child.parents.push(task);
  return task;
}

function settle(task: Task, state: 'completed' | 'failed', result: unknown): void {
  if (task.state !== 'running') return;
  task.state = state;
  task.result = result;
  for (const parent of task.parents) parent.look?.();
}

/** What passes between an orchestrator and the rest is JSON; what is undefined arrives as null. */
export function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
