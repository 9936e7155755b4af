import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { z } from 'zod';
import { type Checked, findingAbout } from './finding.ts';

/** A place where messages wait. */
type Place = { readonly name: string; readonly topic?: string };
type Lying = { readonly place: string; readonly messages: number };

const configurationSchema = z.object({
  UserConfig: z.object({
    Namespaces: z.tuple([
      z.object({
        Queues: z.array(z.object({ Name: z.string() })),
        Topics: z.array(
          z.object({ Name: z.string(), Subscriptions: z.array(z.object({ Name: z.string() })) }),
        ),
      }),
    ]),
  }),
});

const CONFIGURATION = join(import.meta.dirname, '../../../infra/service-bus/config.json');
/** Subscriptions of other systems, which nobody reads on a laptop. */
const OF_OTHERS = ['atp-changes/oms', 'investigations/systems'];
const LOOK_AT = 250;
const LOOK_EVERY = 500;
/** The bus has to move: a message that a killed process had locked comes back after a minute, a scheduled one later. Milliseconds. */
const PATIENCE = 180_000;

/** Waits until no message waits anywhere, scheduled and locked ones included, nor is dead-lettered. */
export async function checkBus(connectionString: string, told: (state: string) => void): Promise<Checked> {
  const places = placesOf();
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const [waiting, dead] = await lyingAt(connectionString, places);
    if (waiting.length === 0 && dead.length === 0)
      return { findings: [], seen: ['Nothing waits on the bus, nothing is dead-lettered.'] };
    const state = textOf([...waiting, ...dead]);
    told(`on the bus: ${state}`);
    if (state !== last) movedAt = performance.now();
    last = state;
    if (performance.now() - movedAt > PATIENCE) {
      return {
        findings: [
          ...findingAbout('wrong', 'places where messages wait and nobody takes them', names(waiting)),
          ...findingAbout('lost', 'dead letters that nobody takes back', names(dead)),
        ],
        seen: [],
      };
    }
    await sleep(LOOK_EVERY);
  }
}

function placesOf(): Place[] {
  const { UserConfig } = configurationSchema.parse(JSON.parse(readFileSync(CONFIGURATION, 'utf8')));
  const [{ Queues, Topics }] = UserConfig.Namespaces;
  const subscriptions = Topics.flatMap(({ Name: topic, Subscriptions }) =>
    Subscriptions.map(({ Name }) => ({ name: Name, topic })),
  );
  return [...Queues.map(({ Name }) => ({ name: Name })), ...subscriptions].filter(
    (place) => !OF_OTHERS.includes(nameOf(place)),
  );
}

/** A client peeks on from where it peeked last: each look is a client of its own. */
async function lyingAt(connectionString: string, places: readonly Place[]): Promise<[Lying[], Lying[]]> {
  const client = new ServiceBusClient(connectionString);
  const look = async ({ name, topic }: Place, subQueueType?: 'deadLetter'): Promise<number> => {
    const options = subQueueType === undefined ? {} : { subQueueType };
    const receiver =
      topic === undefined
        ? client.createReceiver(name, options)
        : client.createReceiver(topic, name, options);
    return (await receiver.peekMessages(LOOK_AT)).length;
  };
  try {
    const waiting: Lying[] = [];
    const dead: Lying[] = [];
    for (const place of places) {
      const [here, given] = await Promise.all([look(place), look(place, 'deadLetter')]);
      if (here > 0) waiting.push({ place: nameOf(place), messages: here });
      if (given > 0) dead.push({ place: `${nameOf(place)} (dead letters)`, messages: given });
    }
    return [waiting, dead];
  } finally {
    await client.close();
  }
}

function nameOf({ name, topic }: Place): string {
  return topic === undefined ? name : `${topic}/${name}`;
}

function names(lying: readonly Lying[]): string[] {
  return lying.map(({ place, messages }) => `${place} ${messages}${messages === LOOK_AT ? ' or more' : ''}`);
}

function textOf(lying: readonly Lying[]): string {
  return names(lying).join(', ');
}
