import { systemRuntime } from '../../../shared/ports/runtime.ts';
import type { Environment } from '../../../shared/settings.ts';
import { type FunctionsApp, readFunctionsApp } from '../addresses.ts';
import { askAdapter } from '../ask-adapter.ts';
import { COMMON, COMMON_HELP, type Command, readArguments } from '../command.ts';
import { known } from '../known.ts';
import { type OperationsApi, operationsApi } from '../operations-api.ts';
import { type Status, statusLines } from './status-report.ts';

const HELP = `Usage: npx stockbridge status [options]

How the fabric is: its parts, what waits on the bus and in the adapter's outbox, order lines that are open and those that
came to an end in 24 hours, how fast events become visible, open investigations, what is parked, and how well both sides
agreed in the last 24 hours. What cannot be asked is told as not known.
Exit code 0: every part that was asked is ready; 1: one is not, or the functions app does not answer.

${COMMON_HELP}  WmsAdapterUrl               the WMS adapter; the laptop's where the functions app is the laptop's
`;

const MINUTES = 15;
const DAY_MS = 86_400_000;

/** Pages of a list that are counted: of what is more, only that it is. */
const MOST_PAGES = 10;

/** How every part is. */
export const status: Command = {
  help: HELP,
  async run(args, { environment, tell }) {
    const { json, url } = readArguments(args, COMMON).values;
    const app = readFunctionsApp(environment, url);
    const found = await look(app, environment);
    tell(json, found, statusLines(found));
    const { health, adapter } = found;
    return health.status === 'ready' && ('unknown' in adapter || adapter.status === 'ready');
  },
};

async function look(app: FunctionsApp, environment: Environment): Promise<Status> {
  const api = operationsApi({ ...app, patienceMs: 0 });
  // The others answer nothing where this one does not.
  const health = await api.health();
  const since = new Date(systemRuntime.now() - DAY_MS).toISOString();
  const [adapter, backlog, allocations, figures, investigations, quarantine, accuracy, runs] =
    await Promise.all([
      askAdapter(app, environment, (asked) => asked.health()),
      known(() => api.backlog()),
      known(() => api.allocationCounts()),
      known(() => api.figures(MINUTES)),
      known(() => countInvestigations(api)),
      known(() => countQuarantine(api)),
      known(() => api.accuracySince(since)),
      known(() => api.runs(1)),
    ]);
  return { health, adapter, backlog, allocations, figures, investigations, quarantine, accuracy, runs };
}

async function countInvestigations(api: OperationsApi) {
  let open = 0;
  let continuationToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api.openInvestigations({ continuationToken });
    open += answer.investigations.length;
    continuationToken = answer.continuationToken;
    if (continuationToken === undefined) break;
  }
  return { open, more: continuationToken !== undefined };
}

async function countQuarantine(api: OperationsApi) {
  const { counts, atLeast, deadLettersAvailable } = await api.quarantineCounts();
  const waiting = counts.filter(({ state }) => state !== 'deleted');
  const byReason: Record<string, number> = {};
  for (const { reason, messages } of waiting) byReason[reason] = (byReason[reason] ?? 0) + messages;
  const messages = waiting.reduce((sum, one) => sum + one.messages, 0);
  return { messages, byReason, more: atLeast || !deadLettersAvailable };
}
