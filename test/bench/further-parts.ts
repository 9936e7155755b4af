import { join } from 'node:path';
import { openLog } from '../../local/stack/log-file.ts';
import { type PartDefinition, type RunningPart, runPart } from '../../local/stack/part.ts';
import { type PartName, type PartsOptions, stackParts } from '../../local/stack/parts.ts';

export type ChangePart = (definition: PartDefinition) => PartDefinition;

/** Parts that a workload starts when it wants them. Nobody starts them again. */
export type FurtherParts = {
  /** Starts a part, as the stack would or changed, and returns when it is ready. */
  start: (name: PartName, change?: ChangePart) => Promise<RunningPart>;
  /** Rejected when one ends that was not told to. */
  died: Promise<never>;
  /** Their process ids, by part. */
  processes: () => Record<string, number>;
  /** Stops them, the last one first. */
  stop: () => Promise<void>;
  kill: () => void;
};

/** How long a part may take to stop before it is killed, in milliseconds. */
const STOP_WITHIN = 15_000;

export function furtherParts(options: PartsOptions): FurtherParts {
  const started: { name: PartName; running: RunningPart }[] = [];
  const death = Promise.withResolvers<never>();
  // The workload may have ended by then.
  death.promise.catch(() => undefined);
  let stopping = false;
  return {
    async start(name, change = (definition) => definition) {
      const definition = change(stackParts(options)[name]);
      const log = openLog(join(options.dataFolder, 'logs', `${name}.log`));
      const running = runPart(definition, options.repository, log);
      started.push({ name, running });
      const exit = await Promise.race([running.ready, running.exited]);
      if (exit !== undefined) throw failure(name, `did not start (exit code ${exit.code})`, running);
      void running.exited.then(({ code }) => {
        if (!stopping) death.reject(failure(name, `ended with exit code ${code}`, running));
      });
      return running;
    },
    died: death.promise,
    processes: () => Object.fromEntries(started.map(({ name, running }) => [name, running.pid])),
    async stop() {
      stopping = true;
      for (const { running } of started.toReversed()) await stopPart(running);
    },
    kill() {
      for (const { running } of started) running.kill('SIGKILL');
    },
  };
}

function failure(name: PartName, what: string, { lastLines }: RunningPart): Error {
  return new Error(`${name} ${what}:\n${lastLines().join('\n')}`);
}

async function stopPart(part: RunningPart): Promise<void> {
  const killer = setTimeout(() => part.kill('SIGKILL'), STOP_WITHIN);
  part.kill('SIGTERM');
  await part.exited;
  clearTimeout(killer);
}
