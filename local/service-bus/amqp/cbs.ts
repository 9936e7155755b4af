import type { EventContext, Receiver } from 'rhea';
import type { ReplyLinks } from './reply-links.ts';
import { types } from './rhea.ts';

/**
 * Serves the link on which clients present their tokens. Any token is good, as with the official emulator; whether the
 * entity exists is told when a link to it is attached.
 */
export function serveCbs(link: Receiver, replies: ReplyLinks): void {
  link.on('message', ({ message, delivery }: EventContext) => {
    delivery?.accept();
    if (!message) return;
    replies.send(message.reply_to, {
      correlation_id: message.message_id,
      application_properties: { 'status-code': types.wrap_int(202), 'status-description': 'Accepted' },
      body: null,
    });
  });
}
