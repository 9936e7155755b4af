import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiOptions, apiCaller, type Call, path } from './call-api.ts';
import { StockbridgeError } from './stockbridge-error.ts';

type Answer = (response: ServerResponse) => void;

const PROBLEM = {
  ...{ type: 'about:blank', title: 'The request is not valid', status: 400 },
  errors: [{ pointer: '/lines/0/quantity', detail: 'must be 1 or more (given: 0)' }],
};
const schema = z.object({ figure: z.int() });

let server: Server;
let url: string;
let asked: { method: string | undefined; path: string | undefined; headers: IncomingMessage['headers'] }[];
/** One after the other, the last one for ever. */
let answers: Answer[];
/** Milliseconds of the virtual clock, and the pauses that were made. */
let now: number;
let pauses: number[];

beforeEach(async () => {
  [asked, answers, now, pauses] = [[], [], 0, []];
  server = createServer((request, response) => {
    asked.push({ method: request.method, path: request.url, headers: request.headers });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
}
const hangUp: Answer = (response) => void response.destroy();
const away = json(
  503,
  { type: 'about:blank', title: 'Not available now', status: 503 },
  { 'retry-after': '7' },
);

function call(change: Partial<Call> = {}, options: Partial<ApiOptions> = {}) {
  const runtime = {
    now: () => now,
    random: () => 1,
    sleep: async (ms: number) => {
      pauses.push(ms);
      now += ms;
    },
  };
  return apiCaller({ url, runtime, ...options })({ method: 'GET', path: 'items/I/atp', ...change }, schema);
}

/** What a call comes to that comes to nothing. */
async function errorOf(made: Promise<unknown>): Promise<StockbridgeError> {
  const error: unknown = await made.catch((reason: unknown) => reason);
  return error instanceof StockbridgeError ? error : expect.fail(`no StockbridgeError: ${String(error)}`);
}

describe('A call', () => {
  test('brings key, query and body, and answers what its schema knows', async () => {
    answers = [json(200, { figure: 7, later: 'added' })];
    const query = { from: '2024-11-18', to: undefined, top: 5 };
    expect(await call({ method: 'POST', query, body: {} }, { url: `${url}/`, key: 'secret' })).toEqual({
      figure: 7,
    });
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: '/api/items/I/atp?from=2024-11-18&top=5',
        headers: { 'x-functions-key': 'secret', 'content-type': 'application/json' },
      },
    ]);
  });

  test('that is refused says the problem, with each field at fault, and is not repeated', async () => {
    answers = [json(400, PROBLEM)];
    const error = await errorOf(call());
    expect(error).toMatchObject({ kind: 'problem', status: 400, problem: PROBLEM, isPassing: false });
    expect(error.message).toBe(`${url} answered 400: lines/0/quantity: must be 1 or more (given: 0)`);
    expect(asked).toHaveLength(1);
  });

  test('that the platform refuses says that nobody says why', async () => {
    answers = [(response) => void response.writeHead(401).end()];
    expect(await errorOf(call())).toMatchObject({ status: 401, problem: undefined });
  });

  test('that is sent elsewhere does not take the key there', async () => {
    answers = [(response) => void response.writeHead(307, { location: 'http://127.0.0.1:9/x' }).end()];
    const error = await errorOf(call({}, { key: 'secret' }));
    expect(error).toMatchObject({ kind: 'redirected', message: `${url} sends to http://127.0.0.1:9` });
    expect(asked).toHaveLength(1);
  });

  test('that something else answers says what is missing', async () => {
    answers = [(response) => void response.end('<h1>Welcome to our Wi-Fi</h1>')];
    expect(await errorOf(call())).toMatchObject({ kind: 'foreign', isPassing: false });
    answers = [json(200, { figure: 'many' })];
    expect((await errorOf(call())).message).toMatch(/^http:\S+ is no API of Stockbridge: figure: /);
  });
});

describe('A call that cannot be done now', () => {
  test('is repeated with growing pauses, or after what the API asks for', async () => {
    answers = [hangUp, hangUp, away, json(200, { figure: 7 })];
    expect(await call()).toEqual({ figure: 7 });
    expect(pauses).toEqual([100, 200, 7_000]);
  });

  test('is given up when patience is over', async () => {
    answers = [away];
    const error = await errorOf(call({}, { patienceMs: 20_000 }));
    expect(error).toMatchObject({ status: 503, retryAfterMs: 7_000, isPassing: true });
    expect(pauses).toEqual([7_000, 7_000]);
    answers = [hangUp];
    expect(await errorOf(call({}, { patienceMs: 0 }))).toMatchObject({ kind: 'no-answer', isPassing: true });
  });

  test('is made once where twice is not once', async () => {
    answers = [away];
    await errorOf(call({ method: 'POST', isOnceOnly: true }));
    expect(asked).toHaveLength(1);
  });

  test('does not outlast its time', async () => {
    answers = [() => {}];
    const error = await errorOf(call({}, { timeoutMs: 50, patienceMs: 0 }));
    expect(error).toMatchObject({ kind: 'no-answer', message: `${url} does not answer` });
  });

  test('that breaks off amid its answer is repeated', async () => {
    answers = [
      (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"figure":');
        setImmediate(() => response.destroy());
      },
      json(200, { figure: 7 }),
    ];
    expect(await call()).toEqual({ figure: 7 });
  });
});

describe('A signal', () => {
  test.each(['of the call', 'of the client'])('%s ends a call that is under way', async (whose) => {
    const ended = new AbortController();
    answers = [() => ended.abort(new Error('enough'))];
    const made =
      whose === 'of the call' ? call({ signal: ended.signal }) : call({}, { signal: ended.signal });
    await expect(made).rejects.toThrow('enough');
  });

  test('ends the pause before a repetition', async () => {
    const ended = new AbortController();
    answers = [
      (response) => {
        away(response);
        setImmediate(() => ended.abort(new Error('enough')));
      },
    ];
    const real = apiCaller({ url, signal: ended.signal });
    await expect(real({ method: 'GET', path: 'x' }, schema)).rejects.toThrow('enough');
  });
});

test('A path encodes the ids in it', () => {
  expect(path`items/${'A B/C'}/atp`).toBe('items/A%20B%2FC/atp');
});
