import { join } from 'node:path';
import {
  type ReceivingConfiguration,
  readConfiguration,
  type SubscriptionConfiguration,
} from '../../../local/service-bus/config.ts';
import { compileRule } from '../../../local/service-bus/rules/rule.ts';
import type { PropertySource } from '../../../local/service-bus/sql-filter/evaluate.ts';

/** Properties by which filters decide. */
export type Properties = Readonly<Record<string, string | number | boolean | Date | null>>;

/** A subscription or queue as `infra/service-bus/topology.json` says. */
export type Place = {
  /** `topic/subscription`, or the queue's name. */
  readonly name: string;
  readonly lockMs: number;
  readonly timeToLiveMs: number;
  readonly maxDeliveries: number;
  readonly keepsExpired: boolean;
  takes(properties: Properties): boolean;
};

const TOPOLOGY = join(import.meta.dirname, '../../../infra/service-bus/topology.json');

/** The places where messages of each queue or topic wait, by its name. */
export function readFabric(): ReadonlyMap<string, readonly Place[]> {
  const { queues, topics } = readConfiguration(TOPOLOGY);
  return new Map([
    ...queues.map((queue): [string, Place[]] => [queue.name, [placeOf(queue, queue.name)]]),
    ...topics.map(({ name, subscriptions }): [string, Place[]] => [
      name,
      subscriptions.map((one) => placeOf(one, `${name}/${one.name}`, filterOf(one))),
    ]),
  ]);
}

function placeOf(
  { lockDuration, defaultTimeToLive, maxDeliveryCount, deadLetterOnExpiry }: ReceivingConfiguration,
  name: string,
  takes: Place['takes'] = () => true,
): Place {
  return {
    name,
    lockMs: lockDuration,
    timeToLiveMs: defaultTimeToLive ?? Number.POSITIVE_INFINITY,
    maxDeliveries: maxDeliveryCount,
    keepsExpired: deadLetterOnExpiry,
    takes,
  };
}

function filterOf({ rules }: SubscriptionConfiguration): Place['takes'] {
  const matchers = rules.map(compileRule);
  return (properties) => {
    const source = sourceOf(properties);
    return matchers.some((matches) => matches(source));
  };
}

/** Filters ask by names in lower case. No filter of the product asks for a property of the message itself. */
function sourceOf(properties: Properties): PropertySource {
  const byName = new Map(Object.entries(properties).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    user: (name) => byName.get(name) ?? null,
    sys: (name) => {
      throw new Error(`not supported: a filter by sys.${name}`);
    },
  };
}
