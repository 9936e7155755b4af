import { FilterSubject } from '../rules/filter-subject.ts';
import type { EntityRecord } from '../store/entity-store.ts';
import { Intake, type Release } from './intake.ts';
import type { Services } from './services.ts';
import type { Subscription } from './subscription.ts';

/** A topic: copies what arrives into each subscription that has a rule for it. */
export class Topic {
  readonly record: EntityRecord;
  readonly intake: Intake;
  readonly subscriptions: readonly Subscription[];
  readonly #defaultTimeToLive: number | undefined;
  readonly #services: Services;

  /** @param defaultTimeToLive @param duplicateWindow milliseconds; undefined: none. */
  constructor(
    record: EntityRecord,
    settings: { defaultTimeToLive: number | undefined; duplicateWindow: number | undefined },
    services: Services,
    subscriptions: readonly Subscription[],
  ) {
    this.record = record;
    this.subscriptions = subscriptions;
    this.#defaultTimeToLive = settings.defaultTimeToLive;
    this.#services = services;
    this.intake = new Intake(
      record,
      settings.duplicateWindow,
      services,
      (release) => this.#publish(release),
      () => {},
    );
  }

  #publish({ content, timeToLive, stored }: Release): void {
    const subject = new FilterSubject(content.bare);
    const matching = this.subscriptions.filter((subscription) => subscription.rules.match(subject));
    const sequence = this.#services.entities.nextSequence(this.record);
    const contentId = this.#share(content, stored, matching.length);
    const ttl = Math.min(
      timeToLive ?? Number.POSITIVE_INFINITY,
      this.#defaultTimeToLive ?? Number.POSITIVE_INFINITY,
    );
    for (const subscription of matching) {
      subscription.queue.put({
        contentId,
        content,
        enqueuedAt: this.#services.clock.now(),
        timeToLive: Number.isFinite(ttl) ? ttl : undefined,
        enqueueSequence: sequence,
        deadLetterSource: null,
        deliveryCount: 0,
      });
    }
  }

  /** Stores the content for that many copies; a scheduled message brings one copy along. */
  #share(content: Release['content'], stored: Release['stored'], copies: number): number {
    const { messages } = this.#services;
    if (!stored) return copies === 0 ? 0 : messages.addContent(content, copies);
    if (copies === 0) messages.releaseContent(stored.contentId);
    else if (copies > 1) messages.addCopies(stored.contentId, copies - 1);
    return stored.contentId;
  }
}
