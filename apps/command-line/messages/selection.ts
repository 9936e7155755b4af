import type { z } from 'zod';
import type { deleteRequestSchema } from '../../../shared/contracts/quarantine.ts';
import type { Environment } from '../../../shared/settings.ts';
import { FLAG, TEXT, UsageError } from '../command.ts';

/** Options that choose among messages. */
export const FILTER = {
  reason: TEXT,
  subscription: TEXT,
  state: TEXT,
  item: TEXT,
  text: TEXT,
  from: TEXT,
  to: TEXT,
} as const;

/** Options that say which messages something is done to, beside ids. */
export const SELECTION = { ...FILTER, all: FLAG, by: TEXT, why: TEXT } as const;

/** Help of them. */
export const FILTER_HELP = `  --reason REASON    only those refused for this reason, such as invalid-event
  --subscription S   only those of this subscription, such as atp-projection
  --state STATE      parked: it could not be handled; dead-lettered: the bus gave up delivering it
  --item ID          only those whose body names this item
  --text TEXT        only those with this text in their id or message id
  --from TIME, --to TIME   only those that the bus took from then on, and before (ISO 8601 UTC)
`;

/** What a refusal of the API calls them, by what was typed. */
export const FILTER_OPTIONS = {
  '/reason': '--reason',
  '/subscription': '--subscription',
  '/state': '--state',
  '/itemId': '--item',
  '/text': '--text',
  '/from': '--from',
  '/to': '--to',
  '/why': '--why',
  '/by': '--by',
} as const;

export type FilterValues = { readonly [option in keyof typeof FILTER]?: string | undefined };
type SelectionValues = FilterValues & { readonly all: boolean; readonly why?: string | undefined };

/** Which messages, as the API is asked for them. */
export type Selection = Omit<z.input<typeof deleteRequestSchema>, 'by' | 'why' | 'state'> & {
  readonly state?: string | undefined;
};

/** The filter as a query of the API; what is not typed is left out. */
export function filterQuery({ item, ...filter }: FilterValues) {
  const { reason, subscription, state, text, from, to } = filter;
  return { reason, subscription, state, itemId: item, text, from, to };
}

/** @throws {UsageError} unless ids, a filter or `--all` say which, and only one of the three */
export function readSelection(ids: readonly string[], { all, ...values }: SelectionValues): Selection {
  const filter = filterQuery(values);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if ([ids.length > 0, isFiltered, all].filter(Boolean).length !== 1)
    throw new UsageError('Say which: ids, a filter such as --reason, or --all; see --help');
  if (ids.length > 0) return { ids: [...ids] };
  return all ? { all } : filter;
}

/** Who does it, for the action log: as typed, else the user of this machine. */
export function whoDoesIt(by: string | undefined, environment: Environment): string {
  return by ?? `${environment.USER ?? environment.USERNAME ?? 'somebody'}, npx stockbridge`;
}
