import type { z } from 'zod';
import type { MessageName } from './messages.ts';

/** A topic or a queue, and what it carries. */
export type Entity = {
  readonly kind: 'topic' | 'queue';
  readonly message: MessageName;
  readonly description: string;
  /** By name; `{warehouseId}` stands for one of each warehouse. A queue has none. */
  readonly subscriptions?: Readonly<Record<string, Subscription>>;
};

export type Subscription = {
  readonly description: string;
  /** What of the topic comes to it. Of `properties` a message has to bring all; undefined: everything. */
  readonly filter?: { readonly sql: string } | { readonly properties: Readonly<Record<string, string>> };
};

/** A message as it travels. */
export type Message = {
  readonly title: string;
  readonly description: string;
  /** Of its body. */
  readonly schema: z.ZodType;
  /** Its application properties. */
  readonly properties: z.ZodObject;
  /** How the AMQP properties `message-id` and `subject` are made, where they are. */
  readonly messageId?: string;
  readonly subject?: string;
  readonly example: { readonly properties: Record<string, unknown>; readonly body: unknown };
};

/** What an application does on the bus. */
export type Operation = {
  readonly action: 'send' | 'receive';
  /** A topic or a queue, or of a topic `topic/subscription`. */
  readonly channel: string;
  readonly summary: string;
  /** Where the answer goes, of what is asked; a channel as above. */
  readonly reply?: string;
};

/** One side of the bus, out of which `buildAsyncApi` makes a document. */
export type Application = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly operations: Readonly<Record<string, Operation>>;
};
