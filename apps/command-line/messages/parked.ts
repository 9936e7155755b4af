import type { QuarantinedMessage } from '../../../shared/contracts/quarantine.ts';
import { readFunctionsApp } from '../addresses.ts';
import {
  COMMON,
  COMMON_HELP,
  type Command,
  onlyName,
  readArguments,
  TEXT,
  UsageError,
  wholeNumber,
} from '../command.ts';
import { type OperationsApi, operationsApi } from '../operations-api.ts';
import { tableLines } from '../table.ts';
import { quarantinePages } from './quarantine-pages.ts';
import { FILTER, FILTER_HELP, FILTER_OPTIONS, type FilterValues, filterQuery } from './selection.ts';

const HELP = `Usage: npx stockbridge parked [list] [options]
       npx stockbridge parked show ID [options]

Messages that could not be handled: the parked, each with its reason, and the dead letters. \`replay\` sends them again,
\`delete\` takes them out; \`--state deleted\` lists those.
Exit code 0: they were told; 1: there is no such message, or the functions app could not be asked.

${FILTER_HELP}  --limit N          list at most so many (50; at most 10,000)
${COMMON_HELP}`;

const SHOWN = '50';
const MOST = 10_000;

/** Lists them, or shows one with the beginning of its body. */
export const parked: Command = {
  help: HELP,
  options: FILTER_OPTIONS,
  async run(args, { environment, tell }) {
    const { values, positionals } = readArguments(
      args,
      { ...FILTER, limit: { ...TEXT, default: SHOWN }, ...COMMON },
      { allowPositionals: true },
    );
    const [action = 'list', ...names] = positionals;
    const api = operationsApi({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    if (action === 'show') {
      const message = await find(api, onlyName(names, 'message'));
      tell(values.json, message, messageLines(message));
      return true;
    }
    if (action !== 'list' || names.length > 0)
      throw new UsageError(`parked takes list or show ID, not "${positionals.join(' ')}"; see --help`);
    const limit = wholeNumber('limit', values.limit, MOST);
    const { messages, more } = await select(api, values, limit);
    tell(values.json, { messages, more }, listLines(messages, more));
    return true;
  },
};

/** The first `limit` that a filter lets through. */
async function select(api: OperationsApi, filter: FilterValues, limit: number) {
  const messages: QuarantinedMessage[] = [];
  for await (const page of quarantinePages(api, filterQuery(filter))) {
    messages.push(...page);
    if (messages.length > limit) return { messages: messages.slice(0, limit), more: true };
  }
  return { messages, more: false };
}

function listLines(messages: readonly QuarantinedMessage[], more: boolean): string[] {
  if (messages.length === 0) return ['None.'];
  return [
    ...tableLines(
      [
        ['id', 'state', 'reason', 'subscription', 'received'],
        ...messages.map(({ id, state, reason, subscription, receivedAt }) => [
          ...[id, state, reason, subscription, receivedAt],
        ]),
      ],
      [0, 1, 2, 3, 4],
    ),
    ...(more ? ['… and more (--limit)'] : []),
  ];
}

/** Also a deleted one. @throws {UsageError} when there is none */
async function find(api: OperationsApi, id: string): Promise<QuarantinedMessage> {
  for (const state of [undefined, 'deleted']) {
    for await (const page of quarantinePages(api, filterQuery({ text: id, state }))) {
      const message = page.find((one) => one.id === id || one.messageId === id);
      if (message) return message;
    }
  }
  throw new UsageError(`No message "${id}" is parked; \`parked\` lists those that are.`);
}

function messageLines({ body, deletion: gone, ...facts }: QuarantinedMessage): string[] {
  const deletion = gone && { 'deleted at': gone.at, 'deleted by': gone.by, 'deleted because': gone.why };
  const told = Object.entries({ ...facts, ...deletion }).filter(([, value]) => value !== undefined);
  const rows = told.map(([name, value]) => [name, String(value)]);
  return [...tableLines(rows, [0, 1]), '', body];
}
