/** A message as a subscription or queue delivered it, before anything is known of its content. */
export type ReceivedMessage = {
  readonly body: Uint8Array;
  readonly messageId: string;
  /** Decimal digits; a sequence number does not fit a JavaScript number for ever. */
  readonly sequenceNumber: string;
  /** When the bus took the message first, milliseconds UTC. A retry or replay keeps it. */
  readonly enqueuedAt: number;
  /** The subscription it came from, also when it came by way of the retry queue. */
  readonly subscription: string;
  /** How often it has been sent for another try; 0 the first time. */
  readonly attempt: number;
  readonly applicationProperties: Readonly<Record<string, string | number | boolean | Date>>;
};

/** Service Bus takes message ids of up to 128 characters; this leaves room for the attempt's number. */
const MAX_FIRST_ID = 110;

/** The id that a message had before it was sent again as `{id}#{attempt}`, at most 110 characters of it. */
export function firstMessageId(messageId: string): string {
  return messageId.replace(/#\d+$/, '').slice(0, MAX_FIRST_ID);
}

/** How much of a body a list shows. Bytes. */
const PREVIEW_BYTES = 4_096;

/** The beginning of the body as text; what is not UTF-8 shows as U+FFFD. */
export function bodyPreview({ body }: ReceivedMessage): string {
  return new TextDecoder().decode(body.subarray(0, PREVIEW_BYTES));
}
