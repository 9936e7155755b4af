import { readFileSync } from 'node:fs';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECORDINGS } from '../fixtures/make-app.ts';
import { type RefereeHost, runRecordedApp } from '../fixtures/referee-host.ts';
import { type RecordedCall, readCalls, recordingsPresent } from '../fixtures/referee-recordings.ts';
import type { RpcHttp } from '../rpc.ts';
import { readBody, toRpcRequest } from './request.ts';

interface RecordedInvocation {
  functionId: string;
  inputData: { data: { http: RpcHttp } }[];
  triggerMetadata: { Headers: { json: string } };
}

const read = (name: string) => JSON.parse(readFileSync(join(RECORDINGS, name), 'utf8'));
const calls = recordingsPresent ? readCalls('plain') : [];
const invocations: RecordedInvocation[] = recordingsPresent
  ? read('http/http-trigger-rpc.json').invocations.map((one: { request: RecordedInvocation }) => one.request)
  : [];

if (!recordingsPresent) {
  test.skip(`the recordings of the real host are not at ${RECORDINGS}: nothing to compare with`, () => {});
}

describe.runIf(recordingsPresent)('answers as the real host answered', () => {
  let host: RefereeHost;

  beforeAll(async () => {
    host = await runRecordedApp(['--enforce-keys']);
  });
  afterAll(() => host.stop());

  test.each(calls.map((call) => [call.label, call] as const))('%s', async (_, call) => {
    const answer = await send(host.process.url, call);
    expect(answer.status).toBe(call.response.status);
    expect(answer.headers).toEqual(comparable(call.response.headers));
    compareBody(answer.body, call.response.body);
  });
});

describe.runIf(recordingsPresent)('hands the worker what the real host handed it', () => {
  test.each(
    invocations.map(({ functionId, inputData, triggerMetadata }) => {
      const { http } = inputData[0]?.data ?? { http: {} };
      return [`${functionId} ${http.method} ${http.url}`.slice(0, 90), http, triggerMetadata] as const;
    }),
  )('%s', async (_, recorded, metadata) => {
    const { hostname, pathname, search, origin } = new URL(recorded.url ?? '');
    expect(hostname).not.toBe('');
    const rpc = await captureRpc((port) => {
      const body = bytesOf(recorded);
      const path = (recorded.url ?? '').slice(origin.length) || pathname + search;
      const sent = request({
        port,
        method: recorded.method,
        path,
        headers: JSON.parse(metadata.Headers.json),
        agent: false,
      });
      sent.end(body);
      return sent;
    }, recorded);
    const { method, url, nullableHeaders, nullableQuery, nullableParams } = rpc;
    const { connection: _added, ...headers } = valuesOf(nullableHeaders);
    const { connection: _ignored, ...recordedHeaders } = valuesOf(recorded.nullableHeaders);
    expect({ method, url }).toEqual({ method: recorded.method, url: recorded.url });
    expect(headers).toEqual(recordedHeaders);
    expect(valuesOf(nullableQuery)).toEqual(valuesOf(recorded.nullableQuery));
    expect(valuesOf(nullableParams)).toEqual(valuesOf(recorded.nullableParams));
    expect(rpc.body?.bytes && Buffer.from(rpc.body.bytes)).toEqual(bytesOf(recorded));
  });
});

async function send(url: string, call: RecordedCall) {
  const { method, path, headers, body } = call.request;
  const { hostname, port } = new URL(url);
  const length = typeof body === 'object' ? body.length : Buffer.byteLength(body ?? '');
  const tooLarge = length > 100_000_000;
  const chunked = headers['transfer-encoding'] === 'chunked';
  const all: Record<string, string> = { host: 'localhost:7071', connection: 'keep-alive', ...headers };
  if (body !== undefined && !chunked) all['content-length'] = String(length);
  const sent = request({ hostname, port, method, path, headers: all });
  // The answer to a body that is too large comes before the body is sent.
  if (tooLarge) sent.flushHeaders();
  else sent.end(typeof body === 'object' ? Buffer.alloc(length, 'x') : body);
  const answer = await responseOf(sent);
  sent.destroy();
  return answer;
}

async function responseOf(sent: ClientRequest) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const pairs: [string, string][] = [];
  for (let i = 0; i < response.rawHeaders.length; i += 2) {
    pairs.push([response.rawHeaders[i] ?? '', response.rawHeaders[i + 1] ?? '']);
  }
  return { status: response.statusCode, headers: comparable(pairs), body: Buffer.concat(chunks) };
}

/** Names in lower case and sorted; without what says nothing about the host, and the length of its start page. */
function comparable(headers: [string, string][]): string[] {
  const left = headers.filter(
    ([name]) => !['date', 'server', 'connection', 'keep-alive'].includes(name.toLowerCase()),
  );
  return left
    .filter(([name, value]) => !(name.toLowerCase() === 'content-length' && Number(value) > 14))
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .sort();
}

function compareBody(actual: Buffer, recorded: unknown): void {
  if (typeof recorded === 'string') {
    expect(actual.toString()).toBe(recorded);
    return;
  }
  const { base64, html, length } = recorded as { base64?: string; html?: string; length?: number };
  if (base64 !== undefined) expect(actual.toString('base64')).toBe(base64);
  else if (length !== undefined) expect(actual.length).toBe(length);
  else if (html !== undefined) expect(actual.toString()).toMatch(/<html/);
  else throw new Error(`Unknown form of a recorded body: ${JSON.stringify(recorded)}`);
}

function valuesOf(mapping: RpcHttp['nullableHeaders']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(mapping ?? {}).map(([name, { value }]) => [name, value]));
}

function bytesOf({ body }: RpcHttp): Buffer | undefined {
  const recorded = body?.bytes as unknown as { $bytes?: string } | undefined;
  return recorded?.$bytes === undefined ? undefined : Buffer.from(recorded.$bytes, 'base64');
}

/** The RPC form of one request, sent over the wire; route values are the recorded ones. */
async function captureRpc(send: (port: number) => ClientRequest, recorded: RpcHttp): Promise<RpcHttp> {
  const params = Object.entries(valuesOf(recorded.nullableParams)).map(([name, value]) => [
    name,
    value ?? '',
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<RpcHttp>();
  const server = createServer((incoming, response) => {
    readBody(incoming)
      .then((body) => resolve(toRpcRequest(incoming, Object.fromEntries(params), body)), reject)
      .finally(() => response.end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const sent = send((server.address() as AddressInfo).port);
  sent.on('error', reject).on('response', (response) => response.resume());
  return promise.finally(() => server.close());
}
