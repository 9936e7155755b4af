import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { logRecord } from './log.ts';
import { countPublished } from './metrics.ts';
import { rotatingFile } from './rotating-file.ts';
import { inSpan } from './spans.ts';
import { startTelemetry } from './start.ts';
import { isOn } from './state.ts';

const SERVICE = { name: 'stockbridge-functions' } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-telemetry-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('telemetry into a folder', () => {
  test('writes each signal as lines of OTLP JSON, all of it by the time it has stopped', async () => {
    const telemetry = await startTelemetry({ STOCKBRIDGE_TELEMETRY_DIR: join(folder, 'made') }, SERVICE);
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
  });

  test('does not start where the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const starting = startTelemetry({ STOCKBRIDGE_TELEMETRY_DIR: join(folder, 'file', 'x') }, SERVICE);
    await expect(starting).rejects.toThrow(SettingError);
    expect(isOn()).toBe(false);
  });
});

test('without a setting nothing is recorded', async () => {
  const telemetry = await startTelemetry({}, SERVICE);
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
