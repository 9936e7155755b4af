import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answered, type Asked, type RefereeHost, runRecordedApp } from '../fixtures/referee-host.ts';
import { comparable } from '../fixtures/referee-outcome.ts';
import { type RecordedCall, readCalls, recordingsPresent } from '../fixtures/referee-recordings.ts';
import { until } from '../fixtures/until.ts';

const API = '/runtime/webhooks/durabletask';

/** Recorded calls that are not made, and why. */
const LEFT_OUT: [RegExp, string][] = [
  [/instances\/(ep-|%40counter%40ep-)/, 'the instance is of an orchestration that the referee compares'],
  [/\$entity/, 'entities are not supported'],
  [/"m":"getStatusBy"/, 'tells of instances of other recordings; tested below'],
  [/^immediately after start$/, 'this host has ended the instance by then'],
];

/** In the order of recording: what one leaves behind, another counts. The list of instances is tested below. */
const GROUPS = ['start', 'status', 'events', 'control', 'purge', 'sdk', 'purge-by-status-and-unknown'];

if (!recordingsPresent)
  test.skip('the recordings of the real host are not beside the repository: nothing to compare with', () => {});

describe.runIf(recordingsPresent)('the HTTP API answers as that of the real host', () => {
  let host: RefereeHost;
  /** When the recorded calls were made here, by when they were recorded. */
  const made: { recordedAt: string; at: string }[] = [];

  beforeAll(async () => {
    host = await runRecordedApp(['--enforce-keys']);
  });
  afterAll(() => host.stop());

  test.each([
    ['the master key', '_master', 404],
    ['the key of the functions', 'default', 401],
  ] as const)('with keys enforced, %s is answered', async (_, key, status) => {
    const path = `${API}/instances/unknown?code=${host.keys[key]}`;
    expect(await host.ask({ method: 'GET', path, headers: {} })).toMatchObject({ status });
  });

  describe.each(GROUPS)('%s', (group) => {
    const calls = recordingsPresent ? readCalls(group).filter((call) => !isLeftOut(call)) : [];

    test.each(calls.map((call, index) => [call.label, call, calls[index - 1]] as const))(
      '%s',
      async (_, call, before) => {
        if (before && Date.parse(call.at) - Date.parse(before.at) > 500) await settled(host);
        const recorded = told(call.response);
        made.push({ recordedAt: call.at, at: new Date().toISOString() });
        const asked = askedOf(call, made);
        let answer = await host.ask(asked);
        if (isQuestion(call)) {
          await until(
            async () => {
              answer = await host.ask(asked);
              return isDeepStrictEqual(told(answer), recorded);
            },
            'the recorded answer',
            3_000,
          ).catch(() => {});
        }
        expect(told(answer)).toEqual(recorded);
        await takenIn(host, asked, answer);
      },
    );
  });
});

describe.runIf(recordingsPresent)('beyond the recordings', () => {
  let host: RefereeHost;
  const get = (path: string, headers = {}) => host.ask({ method: 'GET', path: `${API}/${path}`, headers });
  const post = (path: string, body?: string) =>
    host.ask({
      method: 'POST',
      path: `${API}/${path}`,
      headers: { 'content-type': 'application/json' },
      body,
    });

  beforeAll(async () => {
    host = await runRecordedApp();
    for (const id of ['l-1', 'l-2', 'l-3']) await post(`orchestrators/noYield/${id}`, `"${id}"`);
    await post('orchestrators/throwing/m-1', '1');
    await settled(host);
  });
  afterAll(() => host.stop());

  const idsOf = ({ body }: Answered) =>
    JSON.parse(body)
      .map((one: { instanceId: string }) => one.instanceId)
      .sort();

  test('no key is asked for unless keys are enforced', async () => {
    expect(await get('instances/l-1')).toMatchObject({ status: 200 });
  });

  test.each([
    ['instanceIdPrefix=l-', ['l-1', 'l-2', 'l-3']],
    ['runtimeStatus=Failed,Terminated', ['m-1']],
    ['runtimeStatus=Bogus', ['l-1', 'l-2', 'l-3', 'm-1']],
    ['createdTimeFrom=2001-01-01T00:00:00Z&createdTimeTo=2002-01-01', []],
    ['createdTimeFrom=abc', ['l-1', 'l-2', 'l-3', 'm-1']],
    ['taskHub=another', []],
  ])('the list is filtered by %s', async (query, ids) => {
    expect(idsOf(await get(`instances?${query}`))).toEqual(ids);
  });

  test('the list comes in pages, each of which leads to the next', async () => {
    const pages: string[][] = [];
    let token: string | undefined;
    do {
      const page = await get(
        'instances?top=2&showInput=false',
        token ? { 'x-ms-continuation-token': token } : {},
      );
      pages.push(idsOf(page));
      token = page.headers.find(([name]) => name.toLowerCase() === 'x-ms-continuation-token')?.[1];
    } while (token);
    expect(pages.map((page) => page.length)).toEqual([2, 2]);
    expect(pages.flat().sort()).toEqual(['l-1', 'l-2', 'l-3', 'm-1']);
  });

  test('the SDK collects the pages and finds instances by status', async () => {
    const sdk = async (m: string, a: unknown[]) => {
      const body = JSON.stringify({ m, a });
      const headers = { 'content-type': 'application/json' };
      return JSON.parse((await host.ask({ method: 'POST', path: '/api/sdk', headers, body })).body).ok;
    };
    expect(await sdk('getStatusAll', [])).toHaveLength(4);
    expect(await sdk('getStatusBy', [{ runtimeStatus: ['Failed'] }])).toMatchObject([
      { instanceId: 'm-1', output: "Orchestrator function 'throwing' failed: orchestrator says no 1" },
    ]);
  });

  test.each([
    ['an entity', '/entities/Counter/x', '{"Message":"not supported: entities"}'],
    ['all entities', '/entities', '{"Message":"not supported: entities"}'],
  ])('%s is refused in words', async (_, path, body) => {
    expect(await get(path.slice(1))).toMatchObject({ status: 501, body });
  });

  test('rewind of a failed instance is refused in words that the SDK repeats', async () => {
    const body = JSON.stringify({ m: 'rewind', a: ['m-1', 'again'] });
    const headers = { 'content-type': 'application/json' };
    const answer = await host.ask({ method: 'POST', path: '/api/sdk', headers, body });
    expect(JSON.parse(answer.body).error).toMatch(/^not supported: rewind/);
  });

  test('a body that is too large is refused before it is read', async () => {
    const headers = { 'content-length': String(17 * 1024 * 1024) };
    const answer = await host.ask({ method: 'POST', path: `${API}/orchestrators/noYield/big`, headers });
    expect(answer).toMatchObject({ status: 413 });
    expect(await get('instances/big')).toMatchObject({ status: 404 });
  });
});

function isLeftOut({ label = '', request: { path, body } }: RecordedCall): boolean {
  const texts = [label, path, typeof body === 'string' ? body : ''];
  return LEFT_OUT.some(([pattern]) => texts.some((text) => pattern.test(text)));
}

/** The recorded request, its placeholders filled in; a time window begins with the call that the recorded one began with. */
function askedOf({ request }: RecordedCall, made: { recordedAt: string; at: string }[]): Asked {
  const { method, headers, body } = request;
  const path = request.path
    .replace(/<(\w) repeated (\d+) times>/, (_, char: string, count: string) => char.repeat(Number(count)))
    .replace(/(?<=createdTimeFrom=)2026-[^&]*/, (from) => {
      return made.find(({ recordedAt }) => recordedAt >= from)?.at ?? from;
    });
  return {
    method,
    path,
    headers,
    body: typeof body === 'object' ? JSON.stringify('x'.repeat(body.length - 2)) : body,
  };
}

/** Asked again and again, it changes nothing. */
function isQuestion({ request: { method, body } }: RecordedCall): boolean {
  return method === 'GET' || (typeof body === 'string' && /"m":"getStatus/.test(body));
}

/** Status, body and the headers that say something; the port and scheme of this host are others. */
function told({ status, headers, body }: Pick<Answered, 'status' | 'headers'> & { body: unknown }) {
  const silent = ['content-length', 'connection', 'date', 'keep-alive', 'server'];
  const withoutOrigin = (text: string) =>
    text
      .replace(/https?:\/\/(?:localhost|127\.0\.0\.1):\d+/g, 'http://ORIGIN')
      .replace(/<(\w) repeated (\d+) times>/g, (_, char: string, count: string) => char.repeat(Number(count)))
      // What .NET and JavaScript say of a text that is not JSON, as the SDK repeats it.
      .replace(/(Details: .*?Invalid JSON content).*?}"/, '$1"');
  const json = headers.some(([name, value]) => name.toLowerCase() === 'content-type' && /json/.test(value));
  return {
    headers: headers
      .filter(([name]) => !silent.includes(name.toLowerCase()))
      .map(([name, value]) =>
        comparable({ status: 0, body: JSON.stringify(`${name.toLowerCase()}: ${withoutOrigin(value)}`) }),
      )
      .map((header) => JSON.stringify(header))
      .sort(),
    answer: json ? comparable({ status, body: withoutOrigin(String(body)) }) : { status, body },
  };
}

/** Orchestrations of the recorded app that wait for an event. */
const WAITING = ['eventNever', 'eventAfter', 'custom'];
/** Started with a version that this host does not run. */
const NEVER_RUN = ['h-ver', 'h-k6'];

/** Resolves when every instance has come to where it stays. */
async function settled(host: RefereeHost): Promise<void> {
  const path = `${API}/instances?top=1000&code=CODE`;
  await until(async () => {
    const { body } = await host.ask({ method: 'GET', path, headers: {} });
    const instances: { instanceId: string; name: string; runtimeStatus: string }[] = JSON.parse(body);
    return instances.every(
      ({ instanceId, name, runtimeStatus }) =>
        (runtimeStatus !== 'Pending' && (runtimeStatus !== 'Running' || WAITING.includes(name))) ||
        NEVER_RUN.includes(instanceId),
    );
  }, 'every instance to settle');
}

const MESSAGES: Record<string, string> = {
  raiseEvent: 'EventRaised',
  terminate: 'ExecutionTerminated',
  suspend: 'ExecutionSuspended',
  resume: 'ExecutionResumed',
};

/** Resolves when the instance has taken in what it was sent: the recording's driver slept that long. */
async function takenIn(host: RefereeHost, { path }: Asked, { status }: Answered): Promise<void> {
  const [, id, message = ''] = /instances\/([^/]+)\/(\w+)/.exec(path) ?? [];
  const expected = MESSAGES[message];
  if (status !== 202 || !expected) return;
  await until(async () => {
    const question = `${API}/instances/${id}?showHistory=true&code=CODE`;
    const { body } = await host.ask({ method: 'GET', path: question, headers: {} });
    const events: { EventType: string }[] = JSON.parse(body).historyEvents;
    return events.some(({ EventType }) => EventType === expected);
  }, `${expected} in the history of ${id}`);
}
