import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';
import { type AdapterStatus, STATUS_EVERY_MS } from '../../../shared/contracts/adapter-status.ts';
import { ADAPTER_STATUS_QUEUE, adapterStatusMessage } from '../../../shared/service-bus/adapter-status.ts';
import { whyClosed } from '../../../shared/service-bus/failure.ts';

export interface StatusSenderOptions {
  /** Makes a client; called anew after every failure. */
  readonly openClient: () => Promise<ServiceBusClient>;
  /** How the adapter is now. */
  readonly status: () => Promise<AdapterStatus>;
  readonly log: (line: string) => void;
  /** Milliseconds. */
  readonly everyMs?: number;
}

/**
 * Tells the cloud, at once and then every minute, how the adapter is, by the queue `adapter-status`. What could not be sent is not
 * sent later: the next one says more. A bus that is away the relay tells of; a queue that is closed to the adapter is logged once.
 */
export function startStatusSender({ openClient, status, log, everyMs }: StatusSenderOptions): {
  stop(): void;
} {
  let connection: { readonly client: ServiceBusClient; readonly sender: ServiceBusSender } | undefined;
  let isClosed = false;
  let isBusy = false;
  let isStopped = false;

  function disconnect(): void {
    // One that has lost its bus takes its time to close.
    void connection?.client.close().catch(() => undefined);
    connection = undefined;
  }

  async function tell(): Promise<void> {
    try {
      if (connection === undefined) {
        const client = await openClient();
        if (isStopped) return await client.close();
        connection = { client, sender: client.createSender(ADAPTER_STATUS_QUEUE) };
      }
      await connection.sender.sendMessages(adapterStatusMessage(await status()));
      isClosed = false;
    } catch (error) {
      const why = whyClosed(error);
      if (why !== undefined && !isClosed)
        log(
          `the cloud is not told how the adapter is: the queue ${ADAPTER_STATUS_QUEUE} is closed to it (${why})`,
        );
      isClosed = why !== undefined;
      disconnect();
    }
  }

  async function tellUnlessBusy(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    await tell();
    isBusy = false;
  }

  void tellUnlessBusy();
  const timer = setInterval(() => void tellUnlessBusy(), everyMs ?? STATUS_EVERY_MS);
  timer.unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
      disconnect();
    },
  };
}
