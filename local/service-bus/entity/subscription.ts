import type { RuleSet } from '../rules/rule-set.ts';
import type { MessageQueue } from './message-queue.ts';

/** A subscription of a topic: a queue of its own, and the rules that say which messages come into it. */
export interface Subscription {
  readonly queue: MessageQueue;
  readonly rules: RuleSet;
}
