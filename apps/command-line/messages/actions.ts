import type { Action } from '../../../shared/contracts/actions.ts';
import { readFunctionsApp } from '../addresses.ts';
import { COMMON, COMMON_HELP, type Command, readArguments, TEXT, wholeNumber } from '../command.ts';
import { operationsApi } from '../operations-api.ts';
import { count, tableLines } from '../table.ts';

const HELP = `Usage: npx stockbridge actions [options]

Who did what to the fabric, when and why, the newest first: replays, deletions, reconciliations asked for, steps of
investigations. Exit code 0: they were told; 1: the functions app could not be asked.

  --limit N          at most so many (50; at most 200)
${COMMON_HELP}`;

const SHOWN = '50';
const MOST = 200;

/** Tells the newest actions. */
export const actions: Command = {
  help: HELP,
  async run(args, { environment, tell }) {
    const { values } = readArguments(args, { limit: { ...TEXT, default: SHOWN }, ...COMMON });
    const top = wholeNumber('limit', values.limit, MOST);
    const api = operationsApi({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    const found = await api.actions(top);
    tell(values.json, { actions: found.actions }, actionLines(found.actions));
    return true;
  },
};

function actionLines(found: readonly Action[]): string[] {
  if (found.length === 0) return ['None.'];
  const rows = found.map(({ at, by, kind, status, count: messages, why }) => [
    ...[at, by, kind, status, count(messages), why ?? ''],
  ]);
  return tableLines([['at', 'by', 'what', 'status', 'count', 'why'], ...rows], [0, 1, 2, 3, 5]);
}
