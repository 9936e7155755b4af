import { randomUUID } from 'node:crypto';
import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { z } from 'zod';
import { readBindingOptions } from '../binding-options.ts';
import type { HostFunction, InvocationInput } from '../invocation.ts';
import { describeError, type HostLog } from '../log.ts';
import type { TraceContext } from '../rpc.ts';
import { HostStartError } from '../startup-error.ts';
import type { HostServices, TriggerListener } from '../trigger-listener.ts';
import { type Dispatcher, dispatchBatches, dispatchSingly } from './dispatch.ts';
import { watchLink } from './link-state.ts';
import { keepLock } from './lock-renewal.ts';
import { batchData, batchMetadata, singleData, singleMetadata } from './metadata.ts';
import { createSettlement, type Settlement } from './settlement.ts';
import { streamingReceiver } from './streaming-receiver.ts';

const triggerSchema = z.object({
  queueName: z.string().optional(),
  topicName: z.string().optional(),
  subscriptionName: z.string().optional(),
  connection: z.string().optional(),
  cardinality: z.enum(['one', 'many']).default('one'),
  dataType: z.string().optional(),
  isSessionsEnabled: z.boolean().default(false),
  sdkBinding: z.boolean().default(false),
  autoCompleteMessages: z.boolean().optional(),
});
type Trigger = z.infer<typeof triggerSchema>;

/** Above this the ring buffer of the AMQP library (2,047 deliveries a session) overflows. */
const MOST_CREDIT = 2000;

/**
 * Receives from a queue or subscription with one streaming link and hands over what has arrived at once, as the real listener
 * does (`SB: Listeners/ServiceBusListener.cs`); `receiveMessages` of the SDK would wait a second for more.
 */
export function serviceBusTriggerListener(fn: HostFunction, host: HostServices): TriggerListener {
  const trigger = readTrigger(fn, host.log);
  const connection = host.serviceBus.own(
    trigger.connection && host.settings.resolve(trigger.connection, `connection of function ${fn.name}`),
    `function ${fn.name}`,
  );
  const source = sourceOf(fn, trigger, host);
  const options = host.hostJson.serviceBus;
  const autoComplete = trigger.autoCompleteMessages ?? options.autoCompleteMessages;
  const many = trigger.cardinality === 'many';
  const credit = (many ? options.maxMessageBatchSize : options.maxConcurrentCalls) + options.prefetchCount;
  const link = watchLink(host.log, fn.name, `${source.path} (${connection.setting})`);
  const stream = streamingReceiver({
    connect: () => {
      const client = connection.open();
      return { receiver: createReceiver(client, source), close: () => client.close() };
    },
    credit: Math.min(credit, MOST_CREDIT),
    push: (message) => dispatcher.push(message),
    giveBack: (message) => settlement.giveBack([message]),
    established: () => link.established(),
    lost: (error) => {
      settlement.linkWasLost();
      link.failed(error);
    },
    failed: ({ error, errorSource }) =>
      host.log.write('warning', fn.name, `Service Bus ${errorSource}: ${describeError(error)}`),
  });
  const settlement = createSettlement(stream.current, host.log, fn.name);
  const context = { fn, host, trigger, receiver: stream.current, settlement, autoComplete };
  const dispatcher = many ? batchDispatcher(context) : singleDispatcher(context);

  return {
    start: () => stream.start(),
    async stop() {
      const paused = stream.pause();
      await Promise.all([paused, dispatcher.stop()]);
      await stream.close();
    },
  };
}

interface ListenerContext {
  fn: HostFunction;
  host: HostServices;
  trigger: Trigger;
  receiver: () => ServiceBusReceiver;
  settlement: Settlement;
  autoComplete: boolean;
}

/** Success completes all messages of a batch, failure abandons all; their locks are not renewed while the function runs. */
function batchDispatcher({
  fn,
  host,
  trigger,
  receiver,
  settlement,
  autoComplete,
}: ListenerContext): Dispatcher {
  const binary = trigger.dataType === 'binary';
  const process = async (messages: ServiceBusReceivedMessage[]) => {
    const invocationId = randomUUID();
    const succeeded = await tryInvoke(fn, host, () => ({
      invocationId,
      data: batchData(messages, binary),
      triggerMetadata: batchMetadata(messages, invocationId),
    }));
    if (!succeeded) await settlement.abandon(messages);
    else if (autoComplete) await settlement.complete(messages);
  };
  return dispatchBatches(host.hostJson.serviceBus, process, {
    renew: (message) => receiver().renewMessageLock(message),
    giveBack: settlement.giveBack,
  });
}

/** Success completes the message, failure abandons it whatever `autoCompleteMessages` says; its lock is renewed meanwhile. */
function singleDispatcher({
  fn,
  host,
  trigger,
  receiver,
  settlement,
  autoComplete,
}: ListenerContext): Dispatcher {
  const binary = trigger.dataType === 'binary';
  const { maxAutoLockRenewalDuration, maxConcurrentCalls } = host.hostJson.serviceBus;
  const renew = (message: ServiceBusReceivedMessage) => receiver().renewMessageLock(message);
  const process = async (message: ServiceBusReceivedMessage) => {
    const invocationId = randomUUID();
    const endRenewal = keepLock(message, renew, maxAutoLockRenewalDuration, host.log, fn.name);
    const succeeded = await tryInvoke(fn, host, () => ({
      invocationId,
      data: singleData(message, binary),
      triggerMetadata: singleMetadata(message, invocationId),
      traceContext: traceContextOf(message),
    }));
    endRenewal();
    if (!succeeded) await settlement.abandon([message]);
    else if (autoComplete) await settlement.complete([message]);
  };
  return dispatchSingly(maxConcurrentCalls, process, { renew, giveBack: settlement.giveBack });
}

/** False when the invocation failed, which has been logged then. */
async function tryInvoke(
  fn: HostFunction,
  host: HostServices,
  makeInput: () => InvocationInput,
): Promise<boolean> {
  let input: InvocationInput;
  try {
    input = makeInput();
  } catch (error) {
    host.log.write('error', fn.name, `the message cannot be handed over: ${describeError(error)}`);
    return false;
  }
  return host.invoke(fn, input).then(
    () => true,
    () => false,
  );
}

function traceContextOf({ applicationProperties }: ServiceBusReceivedMessage): TraceContext {
  const text = (name: string) => {
    const value = applicationProperties?.[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    traceParent: text('traceparent') || text('Diagnostic-Id'),
    traceState: text('tracestate'),
    attributes: {},
  };
}

function readTrigger(fn: HostFunction, log: HostLog): Trigger {
  const trigger = readBindingOptions(triggerSchema, fn.trigger, 'Service Bus trigger', fn, log);
  for (const option of ['isSessionsEnabled', 'sdkBinding'] as const) {
    if (trigger[option]) throw new HostStartError(`not supported: ${option} (function ${fn.name})`);
  }
  return trigger;
}

type Source = { path: string; queue: string } | { path: string; topic: string; subscription: string };

function sourceOf(fn: HostFunction, trigger: Trigger, host: HostServices): Source {
  const resolve = (text: string, option: string) =>
    host.settings.resolve(text, `${option} of function ${fn.name}`);
  if (trigger.queueName) {
    const queue = resolve(trigger.queueName, 'queueName');
    return { path: queue, queue };
  }
  if (!trigger.topicName || !trigger.subscriptionName) {
    throw new HostStartError(
      `The Service Bus trigger of function ${fn.name} names neither queueName nor topicName and subscriptionName.`,
    );
  }
  const topic = resolve(trigger.topicName, 'topicName');
  const subscription = resolve(trigger.subscriptionName, 'subscriptionName');
  return { path: `${topic}/subscriptions/${subscription}`, topic, subscription };
}

/** Bodies stay as they are on the wire, whatever the content type says; locks are renewed by this host, not the SDK. */
function createReceiver(client: ServiceBusClient, source: Source): ServiceBusReceiver {
  const options = {
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
    skipConvertingDate: true,
  };
  return 'queue' in source
    ? client.createReceiver(source.queue, options)
    : client.createReceiver(source.topic, source.subscription, options);
}
