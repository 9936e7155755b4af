import { isDeepStrictEqual } from 'node:util';
import { until } from '../fixtures/until.ts';
import type { Answered, Invocation, RefereeHost } from './referee-host.ts';
import { normal } from './referee-normal.ts';
import type { Episode, RecordedCall } from './referee-recordings.ts';

/** What both hosts are compared by. */
export interface Outcome {
  /** Answers to the driver, in order: status and body. */
  answers: unknown[];
  /** Invocations of orchestrators by instance, in order. */
  orchestrators: Record<string, unknown[]>;
  /** Activities by what they were given, since those side by side have no order. */
  activities: unknown[];
  finalStatus: Record<string, unknown>;
}

type Ran = Omit<Invocation, 'invocationId' | 'kind'> & { kind: string };

/** How long this host may take to come to where the real one was, in milliseconds. */
const PATIENCE_MS = 15_000;

/** What the real host did. */
export function recordedOutcome({ driver, steps, finalStatus }: Episode): Outcome {
  const ran = steps.map(({ kind, function: name, input, output }) => ({
    kind,
    function: name,
    input: input.inputData[0]?.data ?? {},
    instanceId: input.triggerMetadata.instanceId?.string,
    output: output.result.exception
      ? { error: output.result.exception.message }
      : { returnValue: output.returnValue ?? null },
  }));
  return {
    answers: driver.map(({ response }) => comparable({ ...response, body: String(response.body) })),
    ...invoked(ran),
    finalStatus: Object.fromEntries(
      Object.entries(finalStatus).map(([id, status]) => [String(normal(id)), normal(status)]),
    ),
  };
}

/** Does what the driver did, each call when this host is where the real one was, and tells what came of it. */
export async function drive(host: RefereeHost, episode: Episode): Promise<() => Outcome> {
  const answers: unknown[] = [];
  const instanceId = idOf(episode);
  const own = () => familyOf(host.invocations(), instanceId);
  for (const [index, call] of episode.driver.entries()) {
    await until(
      () => hasComeTo(own(), expectedBefore(episode, index)),
      `call ${index} of ${episode.name}`,
      PATIENCE_MS,
    );
    answers.push(await answerTo(host, call));
  }
  await until(() => hasComeTo(own(), all(episode)), `the last step of ${episode.name}`, PATIENCE_MS).catch(
    () => {},
  );
  const finalStatus: Record<string, unknown> = {};
  for (const [id, recorded] of Object.entries(episode.finalStatus)) {
    const actual = own().find((one) => normal(ownIdOf(one)) === normal(id));
    finalStatus[String(normal(id))] = await readStatus(
      host,
      (actual && ownIdOf(actual)) ?? id,
      normal(recorded),
    );
  }
  return () => ({ answers, ...invoked(own()), finalStatus });
}

interface Progress {
  orchestratorsEnded: number;
  activitiesBegun: number;
  activitiesEnded: number;
}

const all = (episode: Episode) => expectedBefore(episode, episode.driver.length);

/** Where the real host was when a call was made; what the call before it set off has been taken in. */
function expectedBefore({ driver, steps }: Episode, index: number): Progress {
  const at = driver[index]?.at ?? '9999';
  const before = driver[index - 1];
  const orchestrators = steps.filter(({ kind }) => kind === 'orchestrator');
  const activities = steps.filter(({ kind }) => kind === 'activity');
  const ended = orchestrators.filter(({ tOut }) => tOut <= at).length;
  const setOff =
    before?.request.method === 'POST' && before.response.status === 202
      ? orchestrators.findIndex(({ tIn }) => tIn > before.at) + 1
      : 0;
  return {
    orchestratorsEnded: Math.max(ended, setOff),
    activitiesBegun: activities.filter(({ tIn }) => tIn <= at).length,
    activitiesEnded: activities.filter(({ tOut }) => tOut <= at).length,
  };
}

function hasComeTo(invocations: Invocation[], expected: Progress): boolean {
  const orchestrators = invocations.filter(({ kind }) => kind === 'orchestrator');
  const activities = invocations.filter(({ kind }) => kind === 'activity');
  return (
    orchestrators.filter(({ output }) => output).length >= expected.orchestratorsEnded &&
    activities.length >= expected.activitiesBegun &&
    activities.filter(({ output }) => output).length >= expected.activitiesEnded
  );
}

/** An invocation ends before its outcome is stored, so a question is asked again until the answer is the recorded one. */
async function answerTo(host: RefereeHost, call: RecordedCall): Promise<unknown> {
  const { method, path, headers, body } = call.request;
  const text = typeof body === 'object' ? JSON.stringify({ s: 'z'.repeat(body.length - 8) }) : body;
  const asked = { method, path, headers, body: text };
  if (method !== 'GET') return comparable(await host.ask(asked));
  const recorded = comparable({ ...call.response, body: String(call.response.body) });
  return sameOrLast(async () => comparable(await host.ask(asked)), recorded);
}

async function readStatus(host: RefereeHost, instanceId: string, recorded: unknown): Promise<unknown> {
  const path = `/runtime/webhooks/durabletask/instances/${encodeURIComponent(instanceId)}`;
  const query = '?showHistory=true&showHistoryOutput=true&code=CODE';
  return sameOrLast(async () => {
    const { body } = await host.ask({ method: 'GET', path: path + query, headers: {} });
    return normal(body === '' ? null : JSON.parse(body));
  }, recorded);
}

async function sameOrLast(look: () => Promise<unknown>, recorded: unknown): Promise<unknown> {
  let last: unknown;
  const same = async () => {
    last = await look();
    return isDeepStrictEqual(last, recorded);
  };
  await until(same, 'the recorded answer', 3_000).catch(() => {});
  return last;
}

/** Stack traces of .NET are left out of bodies, and what a JSON reader of .NET says of wrong JSON. */
export function comparable({ status, body }: Pick<Answered, 'status' | 'body'>): unknown {
  if (body === '') return { status };
  const { StackTrace: _, ...members } = asObject(JSON.parse(body));
  if (members.Message === 'Invalid JSON content') return { status, body: { Message: members.Message } };
  return { status, body: normal('value' in members ? members.value : members) };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { value };
}

function invoked(invocations: Ran[]): Pick<Outcome, 'orchestrators' | 'activities'> {
  const orchestrators: Record<string, unknown[]> = {};
  const activities: unknown[] = [];
  for (const one of invocations) {
    const told = { function: one.function, input: normal(one.input), output: normal(one.output) };
    if (one.kind === 'activity') activities.push({ ...told, instanceId: normal(one.instanceId) });
    else if (one.kind === 'orchestrator') {
      const id = String(normal(ownIdOf(one)));
      orchestrators[id] = [...(orchestrators[id] ?? []), told];
    }
  }
  const text = (value: unknown) => JSON.stringify(value);
  return { orchestrators, activities: activities.sort((a, b) => text(a).localeCompare(text(b))) };
}

/** The invocations of an instance and of all below it. */
function familyOf(invocations: Invocation[], instanceId: string): Invocation[] {
  const family = new Set([instanceId]);
  return invocations.filter((one) => {
    const { parent } = originOf(one);
    if (parent !== undefined && family.has(parent)) family.add(ownIdOf(one) ?? '');
    return family.has(ownIdOf(one) ?? '');
  });
}

const ownIdOf = (one: Ran) => (one.kind === 'activity' ? one.instanceId : originOf(one).id);

function originOf(one: Ran): { id?: string; parent?: string } {
  if (one.kind === 'activity') return {};
  const { instanceId, parentInstanceId } = JSON.parse(one.input.string ?? '{}');
  return { id: instanceId, parent: parentInstanceId ?? undefined };
}

function idOf({ driver }: Episode): string {
  const [, id = ''] = /orchestrators\/[^/]+\/([^?]+)/.exec(driver[0]?.request.path ?? '') ?? [];
  return decodeURIComponent(id);
}
