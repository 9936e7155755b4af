import type { QuarantinedMessage } from '../../../shared/contracts/quarantine.ts';
import { TEXT, UsageError } from '../command.ts';

/** Options that choose among parked messages. */
export const FILTER = { reason: TEXT, subscription: TEXT, state: TEXT, contains: TEXT } as const;

/** Help of them. */
export const FILTER_HELP = `  --reason REASON    only those refused for this reason, such as invalid-event
  --subscription S   only those of this subscription, such as atp-projection
  --state STATE      parked: it could not be handled; dead-lettered: the bus gave up delivering it
  --contains TEXT    only those with this text in id, detail or the beginning of the body
`;

export type Filter = { readonly [option in keyof typeof FILTER]?: string | undefined };

/** Whether a message is among those chosen. @throws {UsageError} for a state that is none */
export function filterOf(filter: Filter): (message: QuarantinedMessage) => boolean {
  const { reason, subscription, state, contains } = filter;
  if (state !== undefined && state !== 'parked' && state !== 'dead-lettered')
    throw new UsageError(`--state is "${state}"; it must be parked or dead-lettered`);
  return (message) =>
    (reason === undefined || message.reason === reason) &&
    (subscription === undefined || message.subscription === subscription) &&
    (state === undefined || message.state === state) &&
    (contains === undefined ||
      [message.id, message.messageId, message.detail, message.body].some((text) => text.includes(contains)));
}

/** Whether anything was chosen. */
export function isFiltered(filter: Filter): boolean {
  const { reason, subscription, state, contains } = filter;
  return [reason, subscription, state, contains].some((value) => value !== undefined);
}
