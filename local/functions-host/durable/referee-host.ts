import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { makeApp, RECORDINGS, REPOSITORY } from '../fixtures/make-app.ts';
import { type HostProcess, runHost } from '../fixtures/run-host.ts';
import type { AccessKeys } from '../http/keys.ts';

/** An invocation in this host, raw, in the order of beginning. */
export interface Invocation {
  invocationId: string;
  kind: 'orchestrator' | 'activity';
  function: string;
  input: { string?: string };
  /** Of the orchestrator, or of the activity's caller. */
  instanceId?: string | undefined;
  parentInstanceId?: string | undefined;
  /** Absent while it runs. */
  output?: { returnValue?: unknown } | { error: string };
}

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface Answered {
  status: number;
  headers: [string, string][];
  body: string;
}

export interface RefereeHost {
  process: HostProcess;
  keys: AccessKeys;
  /** Asks this host under the name the recorded one had, `localhost:7071`; with the system key for the recorded `code=CODE`. */
  ask(asked: Asked): Promise<Answered>;
  /** Everything invoked so far. */
  invocations(): Invocation[];
  stop(): Promise<void>;
}

/** Starts this host with the app that was recorded, entities left out. */
export function runRecordedApp(args: string[] = []): Promise<RefereeHost> {
  const source = readFileSync(join(RECORDINGS, 'app.cjs'), 'utf8');
  return runReferee(`require('durable-functions').app.entity = () => {};\n${source}`, {}, args);
}

/** Starts this host with the second app of the recordings: versions, and errors with properties. */
export function runVersionsApp(): Promise<RefereeHost> {
  return runReferee(fixture('durable-versions.cjs'), { hubName: 'h7hubtwo', defaultVersion: '1.5' });
}

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'app', name), 'utf8');

async function runReferee(source: string, durableTask: object, args: string[] = []): Promise<RefereeHost> {
  const extensions = { durableTask: { hubName: 'h7hub', ...durableTask } };
  const app = makeApp(undefined, {
    version: '2.0',
    extensions,
    logging: { logLevel: { default: 'warning' } },
  });
  symlinkSync(
    join(REPOSITORY, 'node_modules', 'durable-functions'),
    join(app.folder, 'node_modules', 'durable-functions'),
  );
  app.write('package.json', { main: 'main.cjs' });
  app.write('functions.cjs', source);
  app.write('record-invocations.cjs', fixture('record-invocations.cjs'));
  app.write('main.cjs', "require('./functions.cjs');\nrequire('./record-invocations.cjs');\n");
  const file = join(app.folder, 'invocations');
  const host = await runHost(app, args, {
    INVOCATIONS: file,
    MY_SCHEDULE: '0 30 4 * * *',
    // A proxy that is not there: the SDK must not ask it for this host.
    HTTP_PROXY: 'http://127.0.0.1:9',
  });
  const keys: AccessKeys = JSON.parse(readFileSync(join(app.dataFolder, 'keys.json'), 'utf8'));
  const code = `code=${keys.durabletask_extension}`;
  return {
    process: host,
    keys,
    ask: (asked) => ask(host.url, { ...asked, path: asked.path.replace('code=CODE', code) }),
    invocations: invocationReader(file),
    async stop() {
      await host.stop();
      app.remove();
    },
  };
}

async function ask(url: string, { method, path, headers, body }: Asked): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { host: 'localhost:7071', ...length, ...headers } },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const raw = response.rawHeaders;
        resolve({
          status: response.statusCode ?? 0,
          headers: raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : [])),
          body: Buffer.concat(chunks).toString('utf8'),
        });
      },
    );
    sent.on('error', reject).end(body);
  });
}

/** Reads on where it stopped the last time: many ask for the same file many times a second. */
function invocationReader(file: string): () => Invocation[] {
  const begun = new Map<string, Invocation>();
  let read = 0;
  return () => {
    const all = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    // The last line may be half written.
    const end = all.lastIndexOf('\n') + 1;
    for (const line of all.toString('utf8', read, end).split('\n').slice(0, -1)) {
      const part = JSON.parse(line);
      begun.set(part.invocationId, { ...begun.get(part.invocationId), ...part, ...originOf(part) });
    }
    read = Math.max(read, end);
    return [...begun.values()];
  };
}

function originOf({ kind, input }: Invocation): Pick<Invocation, 'instanceId' | 'parentInstanceId'> {
  if (kind !== 'orchestrator') return {};
  const { instanceId, parentInstanceId } = JSON.parse(input.string ?? '{}');
  return { instanceId, parentInstanceId: parentInstanceId ?? undefined };
}
