import { writeFileSync } from 'node:fs';
import { constants, cpus, totalmem } from 'node:os';
import { StackError } from '../../local/stack/start-error.ts';
import { stopOnSignals } from '../../local/stack/stop-on-signals.ts';
import { UsageError } from '../command-line/options.ts';
import { closeStacks } from './bench-stack.ts';
import { type Figure, formatTable } from './figures.ts';
import { HELP, type Options, readOptions, type Workload } from './options.ts';
import { measure } from './workloads.ts';

let interrupted = false;
await main();

async function main(): Promise<void> {
  closeOnSignal();
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) return console.log(HELP);
    await run(options);
  } catch (error) {
    console.error(error instanceof UsageError || error instanceof StackError ? error.message : error);
    process.exitCode = 1;
  }
}

async function run(options: Options): Promise<void> {
  const begun = new Date();
  const say = (line: string) =>
    console.error(`${String(Math.round((Date.now() - begun.getTime()) / 1_000)).padStart(4)} s  ${line}`);
  const figures: Figure[] = [];
  const failed: Workload[] = [];
  for (const workload of options.workloads) {
    try {
      figures.push(...(await measure(workload, options, say)));
    } catch (error) {
      // What was under way when a signal took the stack away says nothing.
      if (interrupted) return;
      // What the others measured is not thrown away.
      console.error(error);
      say(`${workload}: failed, see above; going on with the rest`);
      failed.push(workload);
      process.exitCode = 1;
    }
  }
  console.log(formatTable(figures));
  writeFileSync(options.out, `${JSON.stringify(report(begun, options, figures, failed), undefined, 2)}\n`);
  say(`written to ${options.out}`);
}

function report(
  begun: Date,
  { workloads, events, seconds, outageSeconds, orders, messages, positions }: Options,
  figures: readonly Figure[],
  failed: readonly Workload[],
) {
  const processors = cpus();
  return {
    startedAt: begun.toISOString(),
    seconds: Math.round((Date.now() - begun.getTime()) / 1_000),
    machine: {
      processors: processors.length,
      model: processors[0]?.model ?? 'unknown',
      memoryGB: Math.round(totalmem() / 1e9),
      node: process.version,
    },
    options: { workloads, events, seconds, outageSeconds, orders, messages, positions },
    failed,
    figures,
  };
}

/** Ctrl-C takes the running stack and its folder away first; a second one, later, does not wait for that. */
function closeOnSignal(): void {
  stopOnSignals((signal) => {
    interrupted = true;
    void closeStacks().finally(() => process.exit(128 + constants.signals[signal]));
  });
}
