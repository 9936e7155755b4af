import type { Encodable } from '../message/amqp-encode.ts';
import { setApplicationProperties } from '../message/application-properties.ts';
import type { MessageContent } from '../message/message-content.ts';
import type { MessageStore, StoredMessage } from '../store/message-store.ts';

/** Application properties to set on a message, by name. */
export type Changes = ReadonlyMap<string, Encodable>;

/** None. */
export const NO_CHANGES: Changes = new Map();

/** The properties that tell why a message was dead-lettered. */
export function reasons(reason: string, description: string): Changes {
  return new Map([
    ['DeadLetterReason', reason],
    ['DeadLetterErrorDescription', description],
  ]);
}

/** The content with application properties set: it becomes the message's own, others that shared the old keep that. */
export function changeContent(
  stored: StoredMessage,
  changes: Changes,
  messages: MessageStore,
): { contentId: number; content: MessageContent } {
  if (changes.size === 0) return stored;
  const content = {
    ...stored.content,
    bare: setApplicationProperties(Buffer.from(stored.content.bare), changes),
  };
  const contentId = messages.addContent(content, 1);
  messages.releaseContent(stored.contentId);
  return { contentId, content };
}
