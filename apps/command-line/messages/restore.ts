import { readFunctionsApp } from '../addresses.ts';
import { COMMON, COMMON_HELP, type Command, readArguments, TEXT, UsageError } from '../command.ts';
import { operationsApi } from '../operations-api.ts';
import { count } from '../table.ts';
import { FILTER_OPTIONS, whoDoesIt } from './selection.ts';

const HELP = `Usage: npx stockbridge restore ID… [options]

Puts deleted messages back into the quarantine, as they were. Exit code 0: all were restored; 1: not.

  --why TEXT         why, for the action log
  --by NAME          who, for the action log (the user of this machine)
${COMMON_HELP}`;

/** Restores messages. JSON: how many, and ids that no deleted message has. */
export const restore: Command = {
  help: HELP,
  options: FILTER_OPTIONS,
  async run(args, { environment, tell }) {
    const { values, positionals: ids } = readArguments(
      args,
      { by: TEXT, why: TEXT, ...COMMON },
      { allowPositionals: true },
    );
    if (ids.length === 0) throw new UsageError('Name the messages by their ids; see --help');
    const api = operationsApi({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    const by = whoDoesIt(values.by, environment);
    const { restored, unknown } = await api.restoreMessages({ ids, by, why: values.why });
    tell(values.json, { restored, unknown }, [
      `${count(restored)} restored.`,
      ...unknown.map((id) => `Not deleted, or gone for good: ${id}`),
    ]);
    return unknown.length === 0;
  },
};
