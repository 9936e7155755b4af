import { parseDuration } from './duration.ts';
import type { EmulatorConfig } from './topology.ts';

/**
 * The most that the official emulator takes of a property, where Azure takes more (its `Config-schema.json`). With more it
 * does not start, and says "Out of memory" (Azure/azure-service-bus-emulator-installer, issue 131).
 */
const MOST: Readonly<Record<string, string | number>> = {
  DefaultMessageTimeToLive: 'PT1H',
  DuplicateDetectionHistoryTimeWindow: 'PT5M',
  MaxDeliveryCount: 10,
};

/** Queues and topics of the namespace together, and subscriptions of a topic, that it takes at most. */
const MOST_ENTITIES = 50;

/** What the official emulator has to have less of than Azure. */
export type Cap = { readonly property: string; readonly wanted: unknown; readonly capped: string | number };

/**
 * The configuration as the official emulator takes it, and what was capped for that, each once.
 *
 * @throws {Error} when there are more entities than it takes
 */
export function cappedForOfficialEmulator(wanted: EmulatorConfig): { config: EmulatorConfig; caps: Cap[] } {
  const [{ Queues, Topics }] = wanted.UserConfig.Namespaces;
  refuseMore(Queues.length + Topics.length, 'queues and topics');
  for (const { Name, Subscriptions } of Topics) refuseMore(Subscriptions.length, `subscriptions of ${Name}`);
  const caps = new Map<string, Cap>();
  const config = JSON.parse(JSON.stringify(wanted), (property, value: unknown) => {
    const capped = capOf(property, value);
    if (capped === undefined) return value;
    caps.set(`${property} ${value}`, { property, wanted: value, capped });
    return capped;
  });
  return { config, caps: [...caps.values()] };
}

/** Undefined when the value may stay. */
function capOf(property: string, value: unknown): string | number | undefined {
  const most = Object.hasOwn(MOST, property) ? MOST[property] : undefined;
  if (most === undefined) return undefined;
  return amount(value) <= amount(most) ? undefined : most;
}

function amount(value: unknown): number {
  return typeof value === 'number' ? value : (parseDuration(String(value)) ?? Number.POSITIVE_INFINITY);
}

function refuseMore(number: number, what: string): void {
  if (number > MOST_ENTITIES)
    throw new Error(`${number} ${what}: the official emulator takes ${MOST_ENTITIES} at most`);
}
