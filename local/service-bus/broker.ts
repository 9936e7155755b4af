import { type Clock, systemClock } from '../clock.ts';
import { GroupCommit } from '../sqlite/group-commit.ts';
import type { ReceivingConfiguration, ServiceBusConfiguration, TopicConfiguration } from './config.ts';
import type { Intake } from './entity/intake.ts';
import { MessageQueue } from './entity/message-queue.ts';
import { openQueue } from './entity/queue.ts';
import type { Services } from './entity/services.ts';
import type { Subscription } from './entity/subscription.ts';
import { Topic } from './entity/topic.ts';
import { RuleSet } from './rules/rule-set.ts';
import { openDatabase } from './store/database.ts';
import { EntityStore } from './store/entity-store.ts';
import { MessageStore } from './store/message-store.ts';

/** Something with an address: what can be sent to has an intake, what can be received from a queue. */
export interface Entity {
  readonly path: string;
  readonly intake?: Intake;
  readonly queue?: MessageQueue;
  /** Of a subscription. */
  readonly rules?: RuleSet;
}

/** The broker without its wire protocol. */
export interface Broker {
  readonly commit: GroupCommit;
  readonly clock: Clock;
  /** Entities the configuration does not have, but the data folder, with their messages. */
  readonly leftOut: readonly { readonly path: string; readonly messages: number }[];
  /** The entity of an AMQP address (`queue`, `topic/Subscriptions/name`, `…/$DeadLetterQueue`; case does not count). */
  find(address: string): Entity | undefined;
  /** Commits what is open, stops all timers and closes the database. */
  close(): void;
}

/**
 * Opens the broker on a data folder.
 * @throws StartError when the folder cannot be used.
 */
export function openBroker(
  configuration: ServiceBusConfiguration,
  folder: string,
  clock = systemClock,
): Broker {
  const database = openDatabase(folder);
  const commit = new GroupCommit(database);
  const services: Services = {
    clock,
    commit,
    messages: new MessageStore(database, commit),
    entities: new EntityStore(database, commit),
  };
  const entities = new Map<string, Entity>();
  const add = (entity: Entity) => entities.set(entity.path.toLowerCase(), entity);
  for (const one of configuration.queues) {
    const queue = openReceivable(one.name, one, services, add);
    add({ path: one.name, ...openQueue(queue, one.duplicateWindow, services) });
  }
  for (const one of configuration.topics) openTopic(one, services, add);
  commit.flush();
  return {
    commit,
    clock,
    leftOut: services.entities.occupiedUnopened(),
    find: (address) => entities.get(normalise(address)),
    close() {
      commit.flush();
      for (const { intake, queue } of entities.values()) {
        intake?.close();
        queue?.close();
      }
      database.close();
    },
  };
}

/** The dead-letter queue of an entity comes first: what is dead-lettered must have somewhere to go. */
function openReceivable(
  path: string,
  settings: ReceivingConfiguration,
  services: Services,
  add: (entity: Entity) => void,
): MessageQueue {
  const deadLetterPath = `${path}/$DeadLetterQueue`;
  const deadLetter = new MessageQueue(services.entities.open(deadLetterPath), settings, services);
  add({ path: deadLetterPath, queue: deadLetter });
  return new MessageQueue(services.entities.open(path), settings, services, deadLetter);
}

function openTopic(
  configuration: TopicConfiguration,
  services: Services,
  add: (entity: Entity) => void,
): void {
  const subscriptions = configuration.subscriptions.map((one): Subscription => {
    const path = `${configuration.name}/Subscriptions/${one.name}`;
    const queue = openReceivable(path, one, services, add);
    const rules = new RuleSet(queue.record, one.rules, services.entities);
    add({ path, queue, rules });
    return { queue, rules };
  });
  const record = services.entities.open(configuration.name);
  const topic = new Topic(record, configuration, services, subscriptions);
  add({ path: configuration.name, intake: topic.intake });
}

function normalise(address: string): string {
  return address
    .replace(/^(?:sb|amqps?):\/\/[^/]*/i, '')
    .replace(/^\/+/, '')
    .toLowerCase();
}
