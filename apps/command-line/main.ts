import { progressLine } from '../../shared/progress-line.ts';
import { type Command, UsageError } from './command.ts';
import { explain } from './explain.ts';

const HELP = `Usage: npx stockbridge COMMAND [options]

  status      how the fabric is: its parts, what waits, what is parked, accuracy
  item        what an item's ATP is made of: stock by warehouse and position, promises, history
  order       how an order stands, and why
  parked      messages that could not be handled: list them, show one
  replay      send parked messages again: one, some or all
  delete      take messages out of the quarantine, with a reason
  restore     put deleted messages back
  actions     who did what, when and why
  reconcile   compare the WMS with the cloud now, and correct what differs
  rebuild     recompute every position from the journal, and compare

npx stockbridge COMMAND --help says more. Exit code 0: it was done, and all is well; 1: not.
`;

/** Loaded when they are called: some bring the SDKs of the stores along. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  status: async () => (await import('./status/status.ts')).status,
  item: async () => (await import('./item/item.ts')).item,
  order: async () => (await import('./order.ts')).order,
  parked: async () => (await import('./messages/parked.ts')).parked,
  replay: async () => (await import('./messages/replay.ts')).replay,
  delete: async () => (await import('./messages/delete.ts')).deletion,
  restore: async () => (await import('./messages/restore.ts')).restore,
  actions: async () => (await import('./messages/actions.ts')).actions,
  reconcile: async () => (await import('./reconcile/reconcile.ts')).reconcile,
  rebuild: async () => (await import('./rebuild/rebuild.ts')).rebuild,
};

await main(process.argv.slice(2));

async function main([name = '--help', ...args]: readonly string[]): Promise<void> {
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const known = Object.keys(COMMANDS).join(', ');
    fail('Stockbridge', new UsageError(`There is no command "${name}"; there are ${known}`));
    return;
  }
  await runCommand(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, await load(), args);
}

async function runCommand(title: string, command: Command, args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(command.help);
    return;
  }
  const progress = progressLine(process.stderr);
  const surroundings = { environment: process.env, progress, tell };
  try {
    if (!(await command.run(args, surroundings))) process.exitCode = 1;
  } catch (error) {
    progress.end();
    fail(title, error, command.options);
  }
}

function tell(isJson: boolean, found: object, lines: readonly string[]): void {
  if (isJson) console.log(JSON.stringify(found, undefined, 2));
  else for (const line of lines) console.log(line);
}

function fail(title: string, error: unknown, options?: Command['options']): void {
  console.error(`${title}: ${explain(error, options)}`);
  process.exitCode = 1;
}
