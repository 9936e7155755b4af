import { type BenchStack, withStack } from './bench-stack.ts';
import { readMetrics, resetMetrics } from './cosmos-metrics.ts';
import type { Figure } from './figures.ts';
import { wideLoad } from './loads.ts';
import { drained, publish, type Source, withServiceBus } from './service-bus-client.ts';

const SIZES = [1, 20, 200];
/** Single events per size; the charge is their mean. */
const REPEATS = 5;
const PROJECTION: Source = { subscription: 'atp-projection' };

/** What one event alone costs on a document of 1, 20 and 200 positions (architecture, rule 3). */
export async function measureDocumentSizes(say: (line: string) => void): Promise<Figure[]> {
  return withStack(['service-bus', 'cosmos', 'azurite', 'functions'], async (stack) => {
    const figures: Figure[] = [];
    for (const positions of SIZES) {
      const { charge, requests } = await measureSize(stack, positions);
      say(`document-size: ${positions} positions, ${charge.toFixed(2)} RU an event`);
      const size = `${positions} position${positions === 1 ? '' : 's'}`;
      figures.push(
        { workload: 'document-size', figure: `charge of one event, ${size}`, unit: 'RU', pipeline: charge },
        {
          workload: 'document-size',
          figure: `Cosmos requests, ${size}`,
          unit: 'requests',
          pipeline: requests,
        },
      );
    }
    return figures;
  });
}

async function measureSize({ connections, urls }: BenchStack, positions: number) {
  const { events } = wideLoad(positions, REPEATS);
  return withServiceBus(connections.serviceBus, async (client) => {
    await publish(client, events.slice(0, positions));
    await drained(client, PROJECTION);
    await resetMetrics(urls.cosmos);
    for (const event of events.slice(positions)) {
      await publish(client, [event]);
      await drained(client, PROJECTION);
    }
    const { requests, requestCharge } = await readMetrics(urls.cosmos);
    return { charge: requestCharge / REPEATS, requests: requests / REPEATS };
  });
}
