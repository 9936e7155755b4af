import { readFunctionsApp } from '../addresses.ts';
import { COMMON, COMMON_HELP, type Command, readArguments, UsageError } from '../command.ts';
import { operationsApi } from '../operations-api.ts';
import { count } from '../table.ts';
import { callForAll } from './call-for-all.ts';
import { FILTER_HELP, FILTER_OPTIONS, readSelection, SELECTION, whoDoesIt } from './selection.ts';

const HELP = `Usage: npx stockbridge delete ID… --why TEXT [options]
       npx stockbridge delete --reason REASON --why TEXT [options]
       npx stockbridge delete --all --why TEXT [options]

Takes messages out of the quarantine. They are kept for 30 days: \`parked --state deleted\` lists them, \`restore\` puts them
back. Exit code 0: all were deleted; 1: not.

${FILTER_HELP}  --all              all that there are
  --why TEXT         why; it is kept with them and in the action log
  --by NAME          who, for both (the user of this machine)
${COMMON_HELP}`;

/** Deletes some or all. JSON: how many, and ids that are not in quarantine any more. */
export const deletion: Command = {
  help: HELP,
  options: FILTER_OPTIONS,
  async run(args, { environment, progress, tell }) {
    const { values, positionals: ids } = readArguments(
      args,
      { ...SELECTION, ...COMMON },
      { allowPositionals: true },
    );
    const { why } = values;
    if (why === undefined) throw new UsageError('Say why, with --why; it is kept with the messages');
    const by = whoDoesIt(values.by, environment);
    const api = operationsApi({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    const { done: deleted, unknown } = await callForAll(
      async (selection) => {
        const { deleted: done, ...answer } = await api.deleteMessages({ ...selection, by, why });
        return { done, ...answer };
      },
      readSelection(ids, values),
      (done) => progress.show(`${count(done)} deleted`),
    );
    progress.end();
    tell(values.json, { deleted, unknown }, [
      `${count(deleted)} deleted.`,
      ...unknown.map((id) => `Not in quarantine (any more): ${id}`),
    ]);
    return unknown.length === 0;
  },
};
