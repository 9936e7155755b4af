import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  INVESTIGATION_CHANGED,
  investigationStart,
  type OrchestrationStart,
  type Orchestrations,
} from '../../shared/ports/orchestrations.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { inSpan } from '../../shared/telemetry/spans.ts';
import { recordTelemetry } from '../../test/doubles/recorded-telemetry.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './orchestrations.ts';

/** A host of which the test says what it answers, spoken to by the real client. */
let host: Server;
let answer: { status: number; body: unknown };
let asked: { path: string | undefined; body: string }[];
let orchestrations: Orchestrations;

beforeAll(async () => {
  host = createServer(async (request, response) => {
    asked.push({ path: request.url, body: await text(request) });
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const { port } = host.address() as AddressInfo;
  const context = new InvocationContext({ options: { ...WITH_ORCHESTRATIONS } });
  const urls = { id: 'INSTANCEID' };
  const client = {
    taskHubName: 'hub',
    creationUrls: urls,
    managementUrls: urls,
    rpcBaseUrl: `http://127.0.0.1:${port}/durabletask/`,
  };
  for (const input of WITH_ORCHESTRATIONS.extraInputs) context.extraInputs.set(input, client);
  orchestrations = orchestrationsOf(context);
});
afterAll(() => host.close());
beforeEach(() => {
  asked = [];
});

const start: OrchestrationStart = {
  name: 'allocateLine',
  instanceId: 'ORD-1:2:1',
  input: { orderId: 'ORD-1', lineId: '2', itemId: 'ITEM-1', run: 1 },
};

describe('Starting an orchestration', () => {
  test('names it and gives it its input', async () => {
    answer = { status: 202, body: { id: 'ORD-1:2:1' } };
    await orchestrations.start(start);
    expect(asked).toEqual([
      { path: '/durabletask/orchestrators/allocateLine/ORD-1:2:1', body: JSON.stringify(start.input) },
    ]);
  });

  test('tells it the trace it is started in', async () => {
    const telemetry = recordTelemetry();
    answer = { status: 202, body: { id: 'ORD-1:2:1' } };
    await inSpan('order', {}, () => orchestrations.start(start));
    const [span] = telemetry.spans('order');
    const { traceId, spanId } = span?.spanContext() ?? {};
    const trace = { traceparent: `00-${traceId}-${spanId}-01` };
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ ...start.input, trace });
    await telemetry.stop();
  });

  test('that runs already is none', async () => {
    answer = {
      status: 409,
      body: { Message: 'An Orchestration instance with the status Running already exists.' },
    };
    await expect(orchestrations.start(start)).resolves.toBeUndefined();
  });

  test('that the host refuses is to be tried again', async () => {
    answer = { status: 500, body: { Message: 'away' } };
    await expect(orchestrations.start(start)).rejects.toThrow(StoreUnavailable);
  });
});

describe('Waking an orchestration', () => {
  test('names the event and gives its data', async () => {
    answer = { status: 202, body: null };
    await orchestrations.raise('ORD-1:2:1', 'decision:ORD-1:2:1', { rests: true });
    expect(asked).toEqual([
      {
        path: '/durabletask/instances/ORD-1:2:1/raiseEvent/decision:ORD-1:2:1',
        body: '{"rests":true}',
      },
    ]);
  });

  test.each([404, 410])('that is not there (%s) is none', async (status) => {
    answer = { status, body: null };
    await expect(orchestrations.raise('ORD-1:2:1', 'decision', {})).resolves.toBeUndefined();
  });

  test('that the host refuses is to be tried again', async () => {
    answer = { status: 503, body: null };
    await expect(orchestrations.raise('ORD-1:2:1', 'decision', {})).rejects.toThrow(StoreUnavailable);
  });
});

describe('An orchestration of a long name', () => {
  /** Ids of warehouse and item as long as they may be. */
  const longOf = (last: string) => investigationStart(`${'W'.repeat(64)}:${'X'.repeat(63)}${last}:1`);

  async function namesAsked(start: OrchestrationStart): Promise<(string | undefined)[]> {
    asked = [];
    answer = { status: 202, body: {} };
    await orchestrations.start(start);
    await orchestrations.raise(start.instanceId, INVESTIGATION_CHANGED, {});
    return asked.map(({ path }) => /\/(investigation:[^/]*)/.exec(path ?? '')?.[1]);
  }

  test('has a shorter one of its own, since 100 characters are all that Durable Functions takes', async () => {
    const [started, raised] = await namesAsked(longOf('1'));
    expect(started?.length).toBeLessThanOrEqual(100);
    expect(raised).toBe(started);
    expect(await namesAsked(longOf('2'))).not.toContain(started);
  });
});
