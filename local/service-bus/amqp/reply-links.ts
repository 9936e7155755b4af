import type { Message, Sender } from 'rhea';

/** A reply; values may be rhea's typed ones. */
export interface Reply {
  readonly correlation_id: unknown;
  readonly application_properties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** The links of a connection on which replies go out, found by what requests name in `reply-to`. */
export class ReplyLinks {
  readonly #byAddress = new Map<string, Sender>();

  /** Adds a link under its name and its target address: clients use either. */
  add(link: Sender): void {
    for (const address of addressesOf(link)) this.#byAddress.set(address, link);
  }

  /** Forgets a link. */
  remove(link: Sender): void {
    for (const address of addressesOf(link)) {
      if (this.#byAddress.get(address) === link) this.#byAddress.delete(address);
    }
  }

  /** Sends a reply to where the request wants it; when that link is gone, nobody waits for it any more. */
  send(replyTo: unknown, reply: Reply): void {
    const link = typeof replyTo === 'string' ? this.#byAddress.get(replyTo) : undefined;
    if (!link || link.is_closed()) return;
    link.send(reply as unknown as Message).update(true);
  }
}

function addressesOf(link: Sender): string[] {
  return [link.name, link.target?.address].filter((address) => typeof address === 'string');
}
