import type { Delivery, EventContext, Sender } from 'rhea';
import { createOutcomeTurns } from '../../outcome-turns.ts';
import type { Broker, Entity } from '../broker.ts';
import type { Changes } from '../entity/changes.ts';
import type { Consumer } from '../entity/consumers.ts';
import type { MessageQueue } from '../entity/message-queue.ts';
import { encodeOutgoing } from '../message/outgoing.ts';
import { toChanges, UnsupportedPropertyError } from './application-changes.ts';
import { failure } from './conditions.ts';
import { tagOfToken, tokenOfTag } from './lock-token.ts';
import { type AmqpError, internalsOf, outcome, settle } from './rhea.ts';

const SETTLED = 1;

/**
 * Serves a link on which a client receives from a queue, subscription or dead-letter queue.
 * @returns what to call when the link is gone; undefined when the link was refused.
 */
export function serveReceiveLink(link: Sender, entity: Entity, broker: Broker): (() => void) | undefined {
  const { queue } = entity;
  if (!queue) {
    link.close(
      failure.notAllowed(`Messages cannot be received from '${entity.path}'; use one of its subscriptions.`),
    );
    return undefined;
  }
  const internals = internalsOf(link);
  internals.local.attach.snd_settle_mode = link.snd_settle_mode;
  internals.local.attach.rcv_settle_mode = link.rcv_settle_mode;
  const consumer = createConsumer(link, broker);
  link.on('sender_flow', () => queue.dispatch());
  link.on('sender_draining', () => drain(link, queue, broker));
  serveSettlement(link, queue, broker);
  queue.attach(consumer);
  return () => queue.detach(consumer);
}

/**
 * rhea lowers a link's credit when a delivery is written, which is later in the turn: what is under way is counted here.
 * Its drain reply is replaced, because it is left out when the last credit is used up while the drain is on its way.
 */
function createConsumer(link: Sender, broker: Broker): Consumer {
  const internals = internalsOf(link);
  const mode = link.snd_settle_mode === SETTLED ? 'receiveAndDelete' : 'peekLock';
  let issued = 0;
  let lastTag = 0;
  internals._get_drain = () => {
    const unwritten = issued - internals.delivery_count;
    if (!internals._draining || unwritten > 0) return false;
    issued += internals.credit;
    internals.delivery_count += internals.credit;
    internals.credit = 0;
    internals._draining = false;
    return true;
  };
  return {
    mode,
    hasCredit: () =>
      internals.credit > issued - internals.delivery_count && internals.session.outgoing.available() > 0,
    deliver(message, lock) {
      issued += 1;
      const bytes = encodeOutgoing(message.content, message, lock?.until);
      if (lock) {
        link.send(bytes, tagOfToken(lock.token), 0);
        return;
      }
      lastTag += 1;
      const tag = Buffer.from(String(lastTag));
      broker.commit.afterCommit(() => {
        if (!link.is_closed()) link.send(bytes, tag, 0);
      });
    },
  };
}

/** A client that stops waiting gets what can be sent at once, then the answer that no more comes. */
function drain(link: Sender, queue: MessageQueue, broker: Broker): void {
  broker.commit.flush();
  queue.dispatch();
  broker.commit.flush();
  link.set_drained(true);
}

function serveSettlement(link: Sender, queue: MessageQueue, broker: Broker): void {
  const inTurnOf = createOutcomeTurns();
  const answer = (delivery: Delivery, refusal: AmqpError | undefined): void =>
    broker.commit.afterCommit(() => {
      void inTurnOf(refusal ? `${refusal.condition} ${refusal.description}` : 'accepted', () => {
        if (link.session.is_closed()) return;
        settle(delivery, refusal ? outcome.rejected(refusal) : outcome.accepted());
      });
    });
  const on = (event: string, apply: (token: string, state: unknown) => boolean): void => {
    link.on(event, ({ delivery }: EventContext) => {
      if (!delivery) return;
      const token = Buffer.isBuffer(delivery.tag) ? tokenOfTag(delivery.tag) : undefined;
      try {
        const isDone = token !== undefined && apply(token, delivery.remote_state);
        answer(delivery, isDone ? undefined : failure.lockLost());
      } catch (error) {
        if (!(error instanceof UnsupportedPropertyError)) throw error;
        answer(delivery, failure.argument(error.message));
      }
    });
  };
  on('accepted', (token) => queue.complete(token));
  on('released', (token) => queue.release(token));
  on('modified', (token, state) => {
    const { undeliverable_here: isDeferred, message_annotations: given } = state as ModifiedState;
    return isDeferred ? queue.defer(token, toChanges(given)) : queue.abandon(token, toChanges(given));
  });
  on('rejected', (token, state) => queue.deadLetterMessage(token, rejectionChanges(state as RejectedState)));
}

interface ModifiedState {
  readonly undeliverable_here?: boolean | null;
  readonly message_annotations?: unknown;
}

interface RejectedState {
  readonly error?: {
    readonly info?: unknown;
    readonly condition?: string;
    readonly description?: string;
  } | null;
}

/** The client library puts reason, description and properties to modify into the error's info map. */
function rejectionChanges({ error }: RejectedState): Changes {
  return toChanges(error?.info);
}
