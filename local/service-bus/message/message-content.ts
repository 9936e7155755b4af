/**
 * What a message consists of apart from its place in an entity. Copies of one message in several subscriptions share it.
 * `bare` is the encoded properties, application properties, body and footer; `annotations` the encoded key and value pairs
 * of the sender's message annotations, without those the broker writes itself.
 */
export interface MessageContent {
  readonly durable: boolean;
  readonly priority: number;
  /** As the sender gave it, in milliseconds. */
  readonly timeToLive: number | null;
  readonly annotationCount: number;
  readonly annotations: Uint8Array;
  readonly bare: Uint8Array;
}

/** Bytes of a content that count against a read-ahead budget. */
export function contentSize(content: MessageContent): number {
  return content.bare.length + content.annotations.length;
}
