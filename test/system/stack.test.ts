import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import { curlLines } from '../../local/replay/curl-lines.ts';
import { replayFile } from '../../local/replay/replay-file.ts';
import { allLocations } from '../../local/replay/survey.ts';
import type { WarehouseTransaction } from '../../local/replay/transactions.ts';
import { freePorts } from '../../local/stack/ports.ts';
import { processIdentity } from '../../local/stack/process-identity.ts';
import { type Stack, startStack } from '../../local/stack/stack.ts';

const repository = join(import.meta.dirname, '../..');
const sampleDay = join(repository, 'local/replay/data/online-retail-2011-12-05.csv.gz');
const patience = { timeout: 90_000, interval: 50 };

type Run = { child: ChildProcess; output: () => string; exit: Promise<number | null> };

/** Runs `local/NAME.ts` as npm does, apart from the bootstrap. */
function run(script: string, environment: Record<string, string>): Run {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', `local/${script}.ts`], {
    cwd: repository,
    env: { ...process.env, ...environment },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  return { child, output: () => text, exit: once(child, 'close').then(([code]) => code) };
}

async function portsOnFreePorts(): Promise<Record<string, string>> {
  const names = ['SERVICEBUS', 'COSMOS', 'BLOB', 'QUEUE', 'TABLE', 'FUNCTIONS', 'ADAPTER'];
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [`STOCKBRIDGE_${name}_PORT`, String(ports[index])]));
}

describe('npm start', { timeout: 180_000 }, () => {
  let dataFolder = '';
  let environment: Record<string, string> = {};
  const runs: Run[] = [];
  const start = (script: string, more: Record<string, string> = {}) => {
    const begun = run(script, { ...environment, ...more });
    runs.push(begun);
    return begun;
  };

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'stockbridge-start-'));
    environment = { ...(await portsOnFreePorts()), STOCKBRIDGE_DATA: dataFolder, STOCKBRIDGE_PLAY: '0' };
  });
  afterEach(async () => {
    for (const { child, exit } of runs.splice(0)) {
      child.kill('SIGTERM');
      await exit;
    }
  });
  afterAll(() => rm(dataFolder, { recursive: true, force: true }));

  test('brings everything up, refuses a second start and a reset meanwhile, and stops on SIGTERM without leaving a process', async () => {
    const stack = start('start');
    await vi.waitFor(() => expect(stack.output()).toContain('Ready in'), patience);
    const health = await fetch(`http://127.0.0.1:${environment.STOCKBRIDGE_FUNCTIONS_PORT}/api/health`);
    expect(await health.json()).toMatchObject({ status: 'ready' });

    const second = start('start');
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(
      `The stack is already running on ${dataFolder} (process ${stack.child.pid})`,
    );
    const reset = start('reset');
    expect(await reset.exit).toBe(1);
    expect(reset.output()).toContain('Stop it first');

    const { parts } = JSON.parse(await readFile(join(dataFolder, 'stack.lock'), 'utf8'));
    const pids = Object.values(parts as Record<string, { pid: number }>).map(({ pid }) => pid);
    expect(pids).toHaveLength(5);
    stack.child.kill('SIGTERM');
    expect(await stack.exit).toBe(0);
    expect(pids.filter((pid) => processIdentity(pid) !== undefined)).toEqual([]);
  });

  test('ends what a killed stack left running, and starts on its data', async () => {
    const killed = start('start');
    await vi.waitFor(() => expect(killed.output()).toContain('Ready in'), patience);
    killed.child.kill('SIGKILL');
    await killed.exit;
    const again = start('start');
    await vi.waitFor(() => expect(again.output()).toContain('Ready in'), patience);
    expect(again.output()).toContain('The last stack was killed and left cosmos running');
  });

  test('says in one line which port is in use, by which part it is needed and which setting moves it', async () => {
    const taken = createServer().listen(Number(environment.STOCKBRIDGE_COSMOS_PORT), '127.0.0.1');
    await once(taken, 'listening');
    const refused = start('start');
    expect(await refused.exit).toBe(1);
    expect(refused.output().trim().split('\n').slice(1)).toEqual([
      `Port ${environment.STOCKBRIDGE_COSMOS_PORT}, which cosmos needs, is in use. Stop the program that holds it, or set STOCKBRIDGE_COSMOS_PORT to a free port.`,
    ]);
    taken.close();
  });

  test('says in one line which setting is wrong', async () => {
    const refused = start('start', { STOCKBRIDGE_ADAPTER_PORT: 'seven' });
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toBe('STOCKBRIDGE_ADAPTER_PORT is "seven"; set it to a port from 1 to 65535.\n');
  });

  test('npm run reset empties the data folder of a stack that is stopped', async () => {
    const reset = start('reset');
    expect(await reset.exit).toBe(0);
    expect(reset.output()).toContain(`${dataFolder} is empty.`);
    await expect(readFile(join(dataFolder, 'stack.lock'))).rejects.toThrow('ENOENT');
  });
});

describe('a stack for tests', { timeout: 240_000 }, () => {
  let stack: Stack;
  let dataFolder = '';
  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'stockbridge-stack-'));
    stack = await startStack({ dataFolder, ports: 'free' });
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  test('the printed curl lines work when they are pasted', async () => {
    const client = adapterClient(stack.urls.adapter);
    await client.putItems([{ itemId: '22086' }]);
    await client.putLocations(allLocations().slice(0, 3));
    const receipt: WarehouseTransaction = {
      ...{ transactionId: crypto.randomUUID(), type: 'receipt', itemId: '22086', warehouseId: 'WH-001' },
      ...{ locationId: 'A-01-01', quantity: 7, scannedAt: new Date().toISOString(), sequence: 1 },
      ...{ scannerId: 'SCANNER-01', userId: 'warehouse_user_01' },
    };
    expect(await client.postTransactions([receipt])).toMatchObject([{ outcome: 'applied' }]);
    const paste = async (line = '') =>
      JSON.parse((await promisify(execFile)('sh', ['-c', `${line} -s`])).stdout);
    const [item, warehouse, pick] = curlLines(stack.urls, { ...receipt, type: 'pick' }, Date.now());

    await vi.waitFor(async () => expect(await paste(item)).toMatchObject({ onHand: 7, atp: 7 }), patience);
    expect(await paste(warehouse)).toMatchObject({ warehouseId: 'WH-001', onHand: 7 });
    expect(await paste(pick)).toMatchObject({ results: [{ outcome: 'applied', position: { onHand: 6 } }] });
    await vi.waitFor(async () => expect(await paste(item)).toMatchObject({ atp: 6 }), patience);
  });

  test('a replay ends with every position equal though each process is killed on the way', async () => {
    const ended = new AbortController();
    const killing = killEach(stack, ended.signal);
    const equal = await replayFile({
      ...{ file: sampleDay, range: { limit: 1_500 }, rate: 400, runId: 'test' },
      ...{ adapterUrl: stack.urls.adapter, functionsUrl: stack.urls.functions },
      ...{ cosmosConnection: stack.connections.cosmos, processes: () => ({}), signal: ended.signal },
    });
    expect(await killing).toEqual(Object.keys(stack.parts));
    expect(equal).toBe(true);
  });
});

/** Kills each part in turn, the next one when the last is back. Returns whom it killed. */
async function killEach(stack: Stack, signal: AbortSignal): Promise<string[]> {
  const killed: string[] = [];
  for (const [name, part] of Object.entries(stack.parts)) {
    signal.throwIfAborted();
    const before = part.pid;
    part.kill('SIGKILL');
    killed.push(name);
    await vi.waitFor(() => expect(part.pid).not.toBe(before), patience);
  }
  return killed;
}
