import type { Backlog } from '../../shared/ports/backlog.ts';
import { peekBacklog } from '../../shared/service-bus/backlog.ts';
import { openServiceBus } from '../../shared/service-bus/connection.ts';
import { type Environment, SettingError } from '../../shared/settings.ts';
import type { Known } from './known.ts';

/** What waits on the bus, or why nobody knows. */
export type KnownBacklog = Known<{ readonly places: readonly Backlog[] }>;

/** Looks at the bus that the settings name. One that does not answer is told, and is no error. */
export async function lookAtBacklog(settings: Environment): Promise<KnownBacklog> {
  try {
    const client = await openServiceBus(settings, { retryOptions: { maxRetries: 0, timeoutInMs: 5_000 } });
    try {
      return { places: await peekBacklog(client) };
    } finally {
      await client.close();
    }
  } catch (error) {
    return { unknown: error instanceof SettingError ? error.message : 'Service Bus does not answer' };
  }
}

/** Where messages wait and how many, in one line; empty where none do. */
export function waitingPlaces(places: readonly Backlog[]): string {
  return places
    .filter(({ waiting }) => waiting > 0)
    .map(({ place, waiting, more }) => `${place} ${waiting}${more ? ' or more' : ''}`)
    .join(', ');
}
