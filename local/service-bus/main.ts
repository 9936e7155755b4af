import { parseArgs } from 'node:util';
import { readConfiguration } from './config.ts';
import { startServiceBus } from './start.ts';
import { StartError } from './start-error.ts';

const usage = `Usage: node local/service-bus/main.ts --config FILE --data DIR [--port N]

A local Azure Service Bus: queues, topics and subscriptions over AMQP 1.0, kept on disk.

  --config FILE  entities, in the format of the official emulator's Config.json or of infra/service-bus/topology.json
  --data DIR     folder of the data, made when missing
  --port N       port on 127.0.0.1 (default 5672; 0 picks a free one)
  --help         shows this text`;

/** Runs the broker until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const options = readArguments();
  if (!options) {
    console.log(usage);
    return;
  }
  const configuration = readConfiguration(options.config);
  const bus = await startServiceBus({ configuration, dataFolder: options.data, port: options.port });
  for (const { path, messages } of bus.leftOut) {
    console.error(
      `Service Bus: ${path} is not in ${options.config}; its ${count(messages, 'message')} are kept until it is again`,
    );
  }
  const queues = count(configuration.queues.length, 'queue');
  const topics = count(configuration.topics.length, 'topic');
  console.log(`Service Bus is ready on amqp://127.0.0.1:${bus.port} (${queues}, ${topics})`);
  await stopSignal();
  await bus.close();
}

function readArguments(): { config: string; data: string; port: number } | undefined {
  const { values } = parseOptions();
  if (values.help) return undefined;
  if (values.config === undefined) throw new StartError('--config FILE is missing; --help shows the options');
  if (values.data === undefined) throw new StartError('--data DIR is missing; --help shows the options');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartError(`--port ${values.port} is not a port; give a number from 0 to 65535`);
  }
  return { config: values.config, data: values.data, port };
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string', default: '5672' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}; --help shows the options`);
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

process.on('uncaughtException', (error) => {
  console.error(`Service Bus: stopped: ${error.message}`);
  process.exit(1);
});

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`Service Bus: ${error.message}`);
  process.exitCode = 1;
}
