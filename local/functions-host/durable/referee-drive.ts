import { isDeepStrictEqual } from 'node:util';
import { until } from '../fixtures/until.ts';
import type { Invocation, RefereeHost } from './referee-host.ts';
import { normal } from './referee-normal.ts';
import { comparable, invoked, type Outcome } from './referee-outcome.ts';
import type { Episode, RecordedCall } from './referee-recordings.ts';

/** How long this host may take to come to where the real one was, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * Does what the driver did, each call when this host is where the real one was.
 * @returns tells what has come of it by now.
 */
export async function drive(host: RefereeHost, episode: Episode): Promise<() => Outcome> {
  const answers: unknown[] = [];
  const from = host.invocations().length;
  const own = () => familyOf(host.invocations().slice(from), idOf(episode));
  for (const [index, call] of episode.driver.entries()) {
    const expected = expectedBefore(episode, index);
    const what = `call ${index} of ${episode.name}`;
    await until(() => hasComeTo(progressOf(own()), expected), what, PATIENCE_MS);
    answers.push(await answerTo(host, call));
  }
  const all = expectedBefore(episode, episode.driver.length);
  await until(() => hasComeTo(progressOf(own()), all), 'the last step', PATIENCE_MS).catch(() => {});
  const finalStatus: Record<string, unknown> = {};
  for (const [id, recorded] of Object.entries(episode.finalStatus)) {
    const actual = own().find(({ instanceId }) => normal(instanceId) === normal(id))?.instanceId;
    finalStatus[String(normal(id))] = await readStatus(host, actual ?? id, normal(recorded));
  }
  return () => ({ answers, ...invoked(own()), finalStatus });
}

interface Progress {
  orchestratorsEnded: number;
  activitiesBegun: number;
  activitiesEnded: number;
}

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

function progressOf(invocations: Invocation[]): Progress {
  const ended = invocations.filter(({ output }) => output);
  return {
    orchestratorsEnded: ended.filter(({ kind }) => kind === 'orchestrator').length,
    activitiesBegun: invocations.filter(({ kind }) => kind === 'activity').length,
    activitiesEnded: ended.filter(({ kind }) => kind === 'activity').length,
  };
}

function hasComeTo(progress: Progress, expected: Progress): boolean {
  return (
    progress.orchestratorsEnded >= expected.orchestratorsEnded &&
    progress.activitiesBegun >= expected.activitiesBegun &&
    progress.activitiesEnded >= expected.activitiesEnded
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

/** The invocations of an instance and of all below it. */
function familyOf(invocations: Invocation[], ancestor: string): Invocation[] {
  const family = new Set<string | undefined>([ancestor]);
  return invocations.filter(({ instanceId, parentInstanceId }) => {
    if (parentInstanceId !== undefined && family.has(parentInstanceId)) family.add(instanceId);
    return family.has(instanceId);
  });
}

function idOf({ driver }: Episode): string {
  const [, id = ''] = /orchestrators\/[^/]+\/([^?]+)/.exec(driver[0]?.request.path ?? '') ?? [];
  return decodeURIComponent(id);
}
