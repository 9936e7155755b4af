import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A running adapter process of a test. */
export interface AdapterProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends the signal and waits for the end; answers the exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts the real process for tests; fulfilled when it is ready, rejected with what it printed when it ends before. */
export function startAdapterProcess(environment: Record<string, string>): Promise<AdapterProcess> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    // Settings of the developer's own shell must not reach a test.
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      STOCKBRIDGE_ENV: 'development',
      STOCKBRIDGE_ADAPTER_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const url = /^WMS adapter is ready on (\S+)$/m.exec(output)?.[1];
      if (url !== undefined) {
        resolve({
          url,
          process: child,
          output: () => output,
          end: async (signal) => {
            child.kill(signal);
            return exited;
          },
        });
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => reject(new Error(`exit ${code}: ${output}`)));
  });
}
