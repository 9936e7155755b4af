import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { START, scenario } from '../fixtures/replay-scenario.ts';
import { isoTime } from './history-events.ts';
import type { Action } from './orchestrator-state.ts';
import type { ReplayResult } from './replay.ts';

const SECOND = 1000;
const DAY = 86_400_000;
const RETRY = { firstRetryIntervalInMilliseconds: 2000, maxNumberOfAttempts: 3, backoffCoefficient: 2 };

const call = (functionName: string, input: unknown = 'x'): Action => ({ actionType: 0, functionName, input });
const retried = (options: object = {}): Action => ({
  actionType: 1,
  functionName: 'a',
  input: 'x',
  retryOptions: { ...RETRY, ...options },
});
const child = (functionName: string, instanceId?: string): Action => ({
  actionType: 2,
  functionName,
  instanceId,
  input: { n: 1 },
});
const timer = (afterMs: number, isCanceled = false): Action => ({
  actionType: 5,
  fireAt: isoTime(START + afterMs),
  isCanceled,
});
const wait = (externalEventName: string): Action => ({ actionType: 6, externalEventName });
const any = (...compoundActions: Action[]): Action => ({ actionType: 11, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: 12, compoundActions });
const again = (input: unknown): Action => ({ actionType: 4, input });

/** `kind#id` of each decision. */
const shown = ({ decisions }: ReplayResult) => decisions.map(({ kind, id }) => `${kind}#${id}`);

describe('actions become decisions', () => {
  test('one after the other, each numbered when it starts; it is done when all have settled', () => {
    const it = scenario([call('a'), child('o'), timer(5 * SECOND), wait('go'), call('b')]);
    expect(shown(it.begin())).toEqual(['activity#0']);
    expect(it.episode(it.failed(0)).decisions).toEqual([
      { kind: 'subOrchestration', id: 1, name: 'o', instanceId: 'E:1', input: { n: 1 }, version: undefined },
    ]);
    expect(it.episode(it.completed(1)).decisions).toEqual([
      { kind: 'timer', id: 2, fireAt: START + 5 * SECOND },
    ]);
    expect(shown(it.episode(it.fired(2)))).toEqual([]);
    expect(shown(it.episode(it.raised('GO')))).toEqual(['activity#3']);
    expect(it.episode(it.completed(3)).completion).toEqual({
      id: 4,
      status: 'Completed',
      outputJson: '"done"',
    });
  });

  test('children of compound actions start together, depth first; an any goes on with the first, an all with the last', () => {
    const it = scenario([any(call('a'), all(call('b'), call('c'))), call('d')]);
    expect(shown(it.begin())).toEqual(['activity#0', 'activity#1', 'activity#2']);
    expect(shown(it.episode(it.completed(1)))).toEqual([]);
    expect(shown(it.episode(it.completed(2)))).toEqual(['activity#3']);
  });

  test('an event that came early ends a wait at once, but not before its siblings have started', () => {
    const it = scenario([call('a'), any(wait('go'), call('b')), wait('go'), call('c')]);
    it.begin();
    it.episode(it.raised('go'), it.raised('go'));
    expect(shown(it.episode(it.completed(0)))).toEqual(['activity#1', 'activity#2']);
  });

  test('a function the app does not have is never scheduled, takes no number, and is warned of', () => {
    const it = scenario([all(call('unknown'), child('unknown'), call('a'))]);
    const result = it.begin();
    expect(shown(result)).toEqual(['activity#0']);
    expect(result.warnings).toEqual([
      "waits for ever: the app has no activity function 'unknown'; terminate the instance",
      "waits for ever: the app has no orchestrator function 'unknown'; terminate the instance",
    ]);
    expect(it.episode(it.completed(0)).completion).toBeUndefined();
  });
});

describe('retries', () => {
  test('wait longer each time, from the time of the episode; after the last attempt comes a timer due at once', () => {
    const it = scenario([retried()], { error: 'm' });
    it.begin();
    it.pass(100);
    expect(it.episode(it.failed(0)).decisions).toEqual([{ kind: 'timer', id: 1, fireAt: START + 2100 }]);
    it.pass(2000);
    expect(shown(it.episode(it.fired(1)))).toEqual(['activity#2']);
    expect(it.episode(it.failed(2)).decisions).toEqual([{ kind: 'timer', id: 3, fireAt: START + 6100 }]);
    it.pass(4000);
    it.episode(it.fired(3));
    const last = it.episode(it.failed(4));
    expect(last.decisions).toEqual([{ kind: 'timer', id: 5, fireAt: START + 6100 }]);
    expect(last.completion).toBeUndefined();
    expect(it.episode(it.fired(5)).completion).toMatchObject({ id: 6, status: 'Failed' });
  });

  test('are capped by the longest interval', () => {
    const it = scenario([retried({ maxRetryIntervalInMilliseconds: 500 })]);
    it.begin();
    expect(it.episode(it.failed(0)).decisions).toEqual([{ kind: 'timer', id: 1, fireAt: START + 500 }]);
  });

  test('end at an error that says it is not to be retried', () => {
    const it = scenario([retried(), call('b')]);
    it.begin();
    expect(shown(it.episode(it.failed(0, true)))).toEqual(['activity#1']);
  });

  test('that hit their time-out schedule nothing more, which is warned of', () => {
    const it = scenario([retried({ retryTimeoutInMilliseconds: 50 })], { isDone: false });
    it.begin();
    it.pass(50);
    const result = it.episode(it.failed(0));
    expect(shown(result)).toEqual([]);
    expect(result.warnings).toHaveLength(1);
  });

  test('of sub-orchestrations draw a new id each, unless one is given', () => {
    const withRetry = (instanceId?: string): Action => ({
      actionType: 3,
      functionName: 'o',
      instanceId,
      input: null,
      retryOptions: RETRY,
    });
    const idsOf = (action: Action) => {
      const it = scenario([action]);
      it.begin();
      it.episode(it.failed(0));
      return it.episode(it.fired(1)).decisions;
    };
    expect(idsOf(withRetry())).toMatchObject([{ instanceId: 'E:2' }]);
    expect(idsOf(withRetry('kid'))).toMatchObject([{ instanceId: 'kid' }]);
  });
});

describe('timers', () => {
  test('further away than 6 days run in pieces of 3', () => {
    const it = scenario([timer(7 * DAY)]);
    expect(it.begin().decisions).toEqual([{ kind: 'timer', id: 0, fireAt: START + 3 * DAY }]);
    it.pass(3 * DAY);
    expect(it.episode(it.fired(0)).decisions).toEqual([{ kind: 'timer', id: 1, fireAt: START + 6 * DAY }]);
    it.pass(3 * DAY);
    expect(it.episode(it.fired(1)).decisions).toEqual([{ kind: 'timer', id: 2, fireAt: START + 7 * DAY }]);
    it.pass(DAY);
    expect(it.episode(it.fired(2)).completion?.status).toBe('Completed');
  });

  test('that are cancelled keep nothing open, one that is not keeps the instance running', () => {
    const cancelled = scenario([any(timer(DAY), wait('go'))]);
    cancelled.begin();
    cancelled.answer({ actions: [any(timer(DAY, true), wait('go'))] });
    const result = cancelled.episode(cancelled.raised('go'));
    expect(result.completion?.status).toBe('Completed');
    expect(result.cancelledTimers).toEqual([0]);

    const left = scenario([any(timer(DAY), wait('go'))]);
    left.begin();
    expect(left.episode(left.raised('go')).completion).toBeUndefined();
    left.pass(DAY);
    expect(left.episode(left.fired(0)).completion?.status).toBe('Completed');
  });
});

describe('the end', () => {
  test('of an orchestrator that threw waits for open tasks too; details it carries are kept', () => {
    const it = scenario([all(call('a'), call('b'))], { error: 'no' });
    it.begin();
    expect(it.episode(it.failed(0)).completion).toBeUndefined();
    expect(it.episode(it.completed(1)).completion).toEqual({
      id: 2,
      status: 'Failed',
      reason: "Orchestrator function 'o' failed: no",
      error: 'no',
      failureDetails: null,
    });
    const details = {
      ErrorType: 'E',
      ErrorMessage: 'm',
      StackTrace: null,
      InnerFailure: null,
      IsNonRetriable: false,
      Properties: null,
    };
    expect(scenario([], { error: 'E: m', failureDetails: details }).begin().completion).toMatchObject({
      reason: "Orchestrator function 'o' failed: E: m",
      failureDetails: details,
    });
  });

  test('by termination comes at once and counts once', () => {
    const it = scenario([call('a')], { isDone: false });
    it.begin();
    expect(it.episode(it.terminated('why'), it.terminated('again')).completion).toEqual({
      id: 1,
      status: 'Terminated',
      reason: 'why',
    });
  });

  test('as a new execution takes along events that came after it was asked for, and waits for open tasks', () => {
    const it = scenario([all(call('a'))]);
    it.begin();
    it.answer({ actions: [any(call('a'), wait('x')), again({ n: 2 })] });
    it.episode(it.raised('lost'));
    expect(it.episode(it.raised('x'), it.raised('kept')).completion).toBeUndefined();
    const { completion } = it.episode(it.completed(0), it.raised('too'));
    expect(completion).toMatchObject({ id: 1, status: 'ContinuedAsNew', inputJson: '{"n":2}' });
    expect(completion?.status === 'ContinuedAsNew' && completion.carriedOver).toMatchObject([
      { Name: 'kept' },
      { Name: 'too' },
    ]);
  });
});

describe('while suspended', () => {
  test('messages are kept and followed in their order when it is resumed', () => {
    const it = scenario([wait('go'), call('a'), wait('go'), call('b')]);
    it.begin();
    expect(it.episode(it.suspended('hold')).suspension).toEqual({ reason: 'hold' });
    const held = it.episode(it.raised('go'));
    expect([shown(held), held.suspension]).toEqual([[], { reason: 'hold' }]);
    const resumed = it.episode(it.resumed());
    expect([shown(resumed), resumed.suspension]).toEqual([['activity#0'], undefined]);
    it.episode(it.raised('go'));
    expect(shown(it.episode(it.completed(0)))).toEqual(['activity#1']);
  });

  test('nothing is begun that the same episode had decided before', () => {
    const it = scenario([wait('go'), call('a')]);
    it.begin();
    expect(shown(it.episode(it.raised('go'), it.suspended(null)))).toEqual([]);
    expect(shown(it.episode(it.resumed()))).toEqual(['activity#0']);
  });

  test('it can be terminated', () => {
    const it = scenario([wait('go')]);
    it.begin();
    it.episode(it.suspended(null));
    expect(it.episode(it.terminated(null)).completion?.status).toBe('Terminated');
  });
});

test.each<[string, Action[], Action[], string]>([
  ['less', [call('greet')], [], "sequence ID 0 and name 'greet' (version ''), but the current replay"],
  ['another kind', [call('greet')], [timer(1)], 'instead produced a CreateTimerOrchestratorAction action'],
  ['another name', [call('greet')], [call('echo')], "instead scheduled an activity task named 'echo'"],
  ['no timer', [timer(1)], [], 'a timer task with sequence number 0 but the current replay'],
  ['no timer but a task', [timer(1)], [call('a')], 'produced a ScheduleTaskOrchestratorAction action'],
  ['no child', [child('o')], [], "a sub-orchestration task with sequence ID 0 and name 'o'"],
  ['another child', [child('o')], [child('p')], 'instead scheduled a sub-orchestration task with name p'],
  ['no child but a task', [child('o')], [call('a')], 'produced a ScheduleTaskOrchestratorAction action'],
])(
  'an orchestrator that does %s than its history says fails as non-deterministic',
  (_, before, after, text) => {
    const it = scenario(before);
    it.begin();
    it.answer({ actions: after });
    const { completion } = it.episode(it.raised('x'));
    expect(completion).toMatchObject({ status: 'Failed', id: after.length });
    expect(completion?.status === 'Failed' && completion.reason).toMatch(
      /^Non-Deterministic workflow detected: /,
    );
    expect(completion?.status === 'Failed' && completion.reason).toContain(text);
  },
);

test('a name in other letters is the same name', () => {
  const it = scenario([call('greet')]);
  it.begin();
  it.answer({ actions: [call('GREET')] });
  expect(it.episode(it.completed(0)).completion?.status).toBe('Completed');
});

const leaf = fc.oneof(
  fc.constantFrom('a', 'b').map((name) => call(name)),
  fc.constant(retried()),
  fc.constant(child('o')),
  fc.integer({ min: 0, max: 20 * DAY }).map((ms) => timer(ms)),
  fc.constantFrom('x', 'y').map(wait),
);
const tree = fc.letrec<{ action: Action }>((tie) => ({
  action: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .array(tie('action'), { minLength: 1, maxLength: 3 })
      .chain((children) => fc.constantFrom(any(...children), all(...children))),
  ),
})).action;

test('whatever the actions and the order of messages: a history replays to the same, and ends when everything is answered', () => {
  const choice = fc.integer({ min: 0, max: 1000 });
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 4 }), fc.infiniteStream(choice), (actions, choices) => {
      const it = scenario(actions);
      const open = new Map<number, ReplayResult['decisions'][number]>();
      const pick = (below: number) => Number(choices.next().value) % below;
      let result = it.begin();
      let numbers = 0;
      for (let step = 0; step < 400 && !result.completion; step += 1) {
        for (const decision of result.decisions) {
          expect(decision.id).toBe(numbers++);
          open.set(decision.id, decision);
        }
        expect(shown(it.replayed())).toEqual([]);
        const task = [...open.values()][pick(open.size + 1)];
        if (!task) result = it.episode(it.raised(pick(2) ? 'x' : 'Y'));
        else {
          open.delete(task.id);
          if (task.kind === 'timer') it.pass(DAY);
          const done = pick(2) ? it.completed(task.id) : it.failed(task.id);
          result = it.episode(task.kind === 'timer' ? it.fired(task.id) : done);
        }
      }
      expect(result.completion).toMatchObject({ status: 'Completed', id: numbers });
      expect(open.size).toBe(0);
    }),
    { numRuns: 300 },
  );
});
