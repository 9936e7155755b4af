import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeApp } from '../functions-host/fixtures/make-app.ts';
import { freePorts } from './ports.ts';

const repository = join(import.meta.dirname, '../..');
const READY = /is ready on \w+:\/\/127\.0\.0\.1:(\d+)/;
const APP = `
  import { app } from '@azure/functions';
  app.http('setting', { route: 'settings/{name}', authLevel: 'anonymous', handler: (request) => ({ body: process.env[request.params.name] }) });
`;

let folder = '';
let environment: Record<string, string> = {};
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-alone-'));
  const names = ['SERVICEBUS', 'COSMOS', 'BLOB', 'QUEUE', 'TABLE', 'FUNCTIONS', 'ADAPTER'];
  const ports = await freePorts(names.length);
  environment = Object.fromEntries(
    names.map((name, index) => [`STOCKBRIDGE_${name}_PORT`, String(ports[index])]),
  );
  environment.STOCKBRIDGE_DATA = folder;
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const exited = once(child, 'exit');
    if (child.kill('SIGTERM')) await exited;
  }
  await rm(folder, { recursive: true, force: true });
});

/** Runs `local/NAME.ts` until it is ready: its output, and the port that it names. */
async function ready(name: string, options: string[] = [], more: Record<string, string> = {}) {
  const command = ['--disable-warning=ExperimentalWarning', `local/${name}.ts`, ...options];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...environment, ...more };
  const child = spawn(process.execPath, command, { cwd: repository, env });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  await vi.waitFor(() => expect(output).toMatch(READY), { timeout: 25_000 });
  return { output, port: READY.exec(output)?.[1] ?? '' };
}

describe('a part of the stack run alone', () => {
  test.each([
    ['service-bus', 'STOCKBRIDGE_SERVICEBUS_PORT'],
    ['cosmos', 'STOCKBRIDGE_COSMOS_PORT'],
  ])('%s has the port and the folder that the settings give it in the stack', async (name, setting) => {
    expect((await ready(name)).port).toBe(environment[setting]);
    expect(existsSync(join(folder, name))).toBe(true);
  });

  test.each(['service-bus', 'cosmos', 'functions'])(
    '%s tells its options by --help, and starts nothing',
    (name) => {
      const command = ['--disable-warning=ExperimentalWarning', `local/${name}.ts`, '--help'];
      const env = { PATH: process.env.PATH, ...environment };
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: repository, env });
      expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
      expect(String(stdout)).toContain('--data DIR');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('takes port and folder of its command line before those of the settings', async () => {
    const { port } = await ready('service-bus', ['--port', '0', '--data', join(folder, 'elsewhere')]);
    expect(port).not.toBe(environment.STOCKBRIDGE_SERVICEBUS_PORT);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(true);
    expect(existsSync(join(folder, 'service-bus'))).toBe(false);
  });

  test('the Functions host takes settings of the environment, then local.settings.json, then the stack', async () => {
    const app = makeApp();
    app.write('package.json', { type: 'module', main: 'index.js' });
    app.write('index.js', APP);
    app.write('local.settings.json', { Values: { CosmosConnection: 'file', ServiceBusConnection: 'file' } });
    try {
      const { output, port } = await ready('functions', ['--app', app.folder], {
        ServiceBusConnection: 'env',
      });
      const setting = async (name: string) =>
        (await fetch(`http://127.0.0.1:${port}/api/settings/${name}`)).text();
      expect(port).toBe(environment.STOCKBRIDGE_FUNCTIONS_PORT);
      expect(await setting('ServiceBusConnection')).toBe('env');
      expect(await setting('CosmosConnection')).toBe('file');
      expect(await setting('STOCKBRIDGE_WAREHOUSES')).toContain('WH-001');
      expect(output).toMatch(/^Settings come from the environment, then \S*local\.settings\.json, then /);
    } finally {
      app.remove();
    }
  });
});
