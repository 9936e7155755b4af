import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SettingError } from '../settings.ts';
import { logRecord } from './log.ts';
import { countPublished } from './metrics.ts';
import { rotatingFile } from './rotating-file.ts';
import { inSpan } from './spans.ts';
import { startTelemetry } from './start.ts';
import { isOn } from './state.ts';

const SERVICE = { name: 'stockbridge-functions' } as const;

let folder: string;
/** Lines that were told. */
let told: string[];
const tell = (line: string) => void told.push(line);
beforeEach(async () => {
  told = [];
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-telemetry-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('telemetry into a folder', () => {
  test('writes each signal as lines of OTLP JSON, all of it by the time it has stopped', async () => {
    const telemetry = await startTelemetry(
      { STOCKBRIDGE_TELEMETRY_DIR: join(folder, 'made') },
      SERVICE,
      tell,
    );
    await inSpan('books', {}, async () => logRecord('info', 'booked', { 'item.id': 'I-1' }));
    countPublished(2);
    await telemetry.stop();
    expect(isOn()).toBe(false);
    const files = await readdir(join(folder, 'made'));
    const lineOf = async (signal: string) => {
      const name = files.find((file) => file.startsWith(`stockbridge-functions-${signal}-`)) ?? signal;
      const [line = ''] = (await readFile(join(folder, 'made', name), 'utf8')).split('\n');
      return JSON.stringify(JSON.parse(line));
    };
    expect(await lineOf('traces')).toContain('"name":"books"');
    expect(await lineOf('metrics')).toContain('"name":"stockbridge.outbox.published"');
    expect(await lineOf('logs')).toMatch(/"stringValue":"booked".*"traceId":"[0-9a-f]{32}"/);
    expect(await lineOf('traces')).toContain('"stringValue":"stockbridge-functions"');
    expect(told).toEqual([]);
  });

  test('does not start where the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const starting = startTelemetry({ STOCKBRIDGE_TELEMETRY_DIR: join(folder, 'file', 'x') }, SERVICE, tell);
    await expect(starting).rejects.toThrow(SettingError);
    expect(isOn()).toBe(false);
  });
});

describe('telemetry to an OTLP endpoint', () => {
  /** The SDK reads them of the process. */
  function startWith(environment: Record<string, string>) {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return startTelemetry(process.env, SERVICE, tell);
  }

  /** An endpoint that answers so, on a port of its own. */
  async function startEndpoint(answer: { status: number }) {
    let calls = 0;
    const server = createServer((request, response) => {
      calls += 1;
      request.resume().on('end', () => response.writeHead(answer.status).end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls };
  }

  test('that fails is told once, and once when it takes it again, with what was lost', async () => {
    const answer = { status: 500 };
    const endpoint = await startEndpoint(answer);
    const telemetry = await startWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.url,
      OTEL_METRIC_EXPORT_INTERVAL: '100',
    });
    onTestFinished(() => telemetry.stop());
    countPublished(1);
    // As many as are sent at once, without a wait for more.
    for (let span = 0; span < 1_024; span += 1) await inSpan('books', {}, async () => undefined);
    await vi.waitFor(() => expect(endpoint.calls()).toBeGreaterThan(4), { timeout: 10_000 });
    expect(told).toEqual([
      `Telemetry: ${endpoint.url} does not take it (Internal Server Error 500); it is lost until a line says that it does`,
    ]);
    answer.status = 200;
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 10_000 });
    expect(told[1]).toBe(`Telemetry: ${endpoint.url} takes it again; at least 1,024 spans lost`);
    const { length } = told;
    const calls = endpoint.calls();
    await vi.waitFor(() => expect(endpoint.calls()).toBeGreaterThan(calls + 1), { timeout: 10_000 });
    expect(told).toHaveLength(length);
  });

  test('that is not there is told by the time it has stopped', async () => {
    const telemetry = await startWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://somebody:secret@127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
    });
    await inSpan('books', {}, async () => logRecord('info', 'booked'));
    countPublished(1);
    await telemetry.stop();
    // A busy machine runs into the timeout before it is refused.
    expect(told).toEqual([
      expect.stringMatching(
        /^Telemetry: http:\/\/127\.0\.0\.1:9 does not take it \(.+\); it is lost until a line says that it does$/,
      ),
    ]);
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'long'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zip'],
    ['OTEL_TRACES_SAMPLER', 'some'],
  ])('does not start with a setting that the SDK cannot read: %s=%s', async (name, value) => {
    const starting = startWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', [name]: value });
    await expect(starting).rejects.toThrow(SettingError);
    await expect(starting).rejects.toThrow(new RegExp(`^OpenTelemetry: .*${name}`));
    expect(isOn()).toBe(false);
  });
});

test('without a setting nothing is recorded', async () => {
  const telemetry = await startTelemetry({}, SERVICE, tell);
  expect(isOn()).toBe(false);
  await telemetry.stop();
});

test('files take turns at their size, and the oldest go', async () => {
  await writeFile(join(folder, 'a-traces-20200101T000000000Z-1.jsonl'), 'of an earlier process\n');
  await writeFile(join(folder, 'another.jsonl'), '');
  const file = rotatingFile(folder, 'a-traces', { maxBytes: 20, keep: 2 });
  for (let line = 1; line <= 6; line += 1) await file.append(`line ${line}, twelve`);
  const files = (await readdir(folder)).filter((name) => name.startsWith('a-traces'));
  const texts = await Promise.all(files.sort().map((name) => readFile(join(folder, name), 'utf8')));
  expect(texts).toEqual(['line 3, twelve\nline 4, twelve\n', 'line 5, twelve\nline 6, twelve\n']);
  expect(await readdir(folder)).toContain('another.jsonl');
});
