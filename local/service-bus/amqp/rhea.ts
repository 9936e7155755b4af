import type { Socket } from 'node:net';
import rhea, { type Connection, type Container, type Delivery, type Receiver, type Sender } from 'rhea';

/**
 * The parts of rhea (3.0.5) that the broker needs and that its type declarations leave out. Everything that reaches behind
 * rhea's public face is named here, with the reason.
 */

/** An error as AMQP carries it. */
export interface AmqpError {
  readonly condition: string;
  readonly description: string;
}

/** The outcomes a broker answers with, ready to be written. */
export const outcome = {
  accepted: (): unknown => messages.accepted().described(),
  rejected: (error: AmqpError): unknown => messages.rejected({ error }).described(),
};

interface Described {
  described(): unknown;
}
const messages = rhea.message as unknown as {
  accepted(): Described;
  rejected(fields: { error: AmqpError }): Described;
};

/** Writers of AMQP types. */
export const types = rhea.types;

/** A container that accepts connections of any client: the official emulator does not check keys either. */
export function createContainer(): Container {
  const container = rhea.create_container({
    id: 'service-bus',
    sender_options: { treat_modified_as_released: false },
    receiver_options: { autoaccept: false, credit_window: 1000 },
  });
  const mechanisms = container.sasl_server_mechanisms as Record<string, unknown> & {
    enable_anonymous(): void;
  };
  mechanisms.enable_anonymous();
  mechanisms.MSSBCBS = mechanisms.ANONYMOUS;
  return container;
}

/** What rhea keeps of a link on which the broker sends. */
export interface SenderInternals {
  credit: number;
  /** Deliveries written to the wire, plus credit that was drained. */
  delivery_count: number;
  _draining: boolean;
  _get_drain(): boolean;
  local: { attach: { snd_settle_mode: number | undefined; rcv_settle_mode: number | undefined } };
  session: { outgoing: { available(): number } };
}

/** rhea's own view of a sender. */
export function internalsOf(sender: Sender): SenderInternals {
  return sender as unknown as SenderInternals;
}

/**
 * Answers a client's settlement. The client's library never settles on its side a second time, so rhea would keep the
 * delivery for ever and stall at the end of its buffer: it is marked as settled on both sides.
 */
export function settle(delivery: Delivery, state: unknown): void {
  delivery.update(true, state);
  (delivery as { remote_settled: boolean }).remote_settled = true;
}

interface Transfer {
  performative: { message_format: number | null | undefined; more: boolean | undefined };
  payload: Buffer | undefined;
}

interface SessionInternals {
  incoming: { on_transfer(frame: Transfer, receiver: Receiver): void };
}

/** Message format that makes rhea hand over the bytes instead of decoding them. */
const RAW_FORMAT = 1;

/**
 * Makes rhea hand messages over as bytes on links for which `isRaw` says so: decoding would drop AMQP types. The bytes of a
 * message in several transfers are bounded by `limit`; a link that sends more is closed with `tooLarge`.
 */
export function keepBytes(
  session: unknown,
  isRaw: (receiver: Receiver) => boolean,
  limit: number,
  tooLarge: AmqpError,
): void {
  const { incoming } = session as SessionInternals;
  const original = incoming.on_transfer;
  const pending = new WeakMap<Receiver, number>();
  incoming.on_transfer = function onTransfer(frame, receiver) {
    if (!frame.performative.message_format && isRaw(receiver)) frame.performative.message_format = RAW_FORMAT;
    const bytes = (pending.get(receiver) ?? 0) + (frame.payload?.length ?? 0);
    if (bytes > limit) {
      frame.payload = Buffer.alloc(0);
      receiver.close(tooLarge);
    }
    pending.set(receiver, frame.performative.more ? bytes : 0);
    original.call(incoming, frame, receiver);
  };
}

interface ConnectionInternals {
  _process(): void;
  _write_frame(): void;
  is_closed(): boolean;
  socket: Socket;
}

/** Lets everything a connection has to say in a turn leave in one write; rhea writes every frame on its own. */
export function writeTogether(connection: Connection): void {
  const internals = connection as unknown as ConnectionInternals;
  const original = internals._process;
  internals._process = function process() {
    const { socket } = internals;
    socket.cork();
    try {
      original.call(internals);
    } finally {
      socket.uncork();
    }
  };
}

/**
 * Answers what a client sends at once, with an empty frame (AMQP's heartbeat) when there is nothing else to say. The client
 * library cannot switch Nagle's algorithm off: after a frame that needs no answer, such as a flow, its next frame would
 * wait up to 40 ms for the delayed acknowledgement of the first.
 */
export function answerAtOnce(connection: Connection): void {
  const internals = connection as unknown as ConnectionInternals;
  const { socket } = internals;
  let isChecking = false;
  socket.on('data', () => {
    if (isChecking) return;
    isChecking = true;
    const written = socket.bytesWritten;
    setImmediate(() => {
      isChecking = false;
      if (socket.bytesWritten === written && socket.writable && !internals.is_closed())
        internals._write_frame();
    });
  });
}
