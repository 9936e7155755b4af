import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Checked, type Checking, countText, findingAbout } from './finding.ts';
import { lookAtPlaces, type Place, placeName, type Waiting } from './waiting-messages.ts';

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
const LOOK_EVERY = 500;
/** The bus has to move: a message that a killed process had locked comes back after a minute, a scheduled one later. Milliseconds. */
const PATIENCE = 180_000;

/** Waits until no message waits anywhere, scheduled and locked ones included, nor is dead-lettered. */
export async function checkBus(connectionString: string, { tell, signal }: Checking): Promise<Checked> {
  const places = placesOf();
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const { waiting, dead } = await lookAtPlaces(connectionString, places);
    if (waiting.length === 0 && dead.length === 0)
      return { findings: [], seen: ['Nothing waits on the bus, nothing is dead-lettered.'] };
    const state = names([...waiting, ...dead]).join(', ');
    tell(state);
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
    await sleep(LOOK_EVERY, undefined, { signal });
  }
}

function placesOf(): Place[] {
  const { UserConfig } = configurationSchema.parse(JSON.parse(readFileSync(CONFIGURATION, 'utf8')));
  const [{ Queues, Topics }] = UserConfig.Namespaces;
  const subscriptions = Topics.flatMap(({ Name: topic, Subscriptions }) =>
    Subscriptions.map(({ Name }) => ({ name: Name, topic })),
  );
  return [...Queues.map(({ Name }) => ({ name: Name })), ...subscriptions].filter(
    (place) => !OF_OTHERS.includes(placeName(place)),
  );
}

/** The number of the first message is told, too: that it grows shows that a place is being emptied. */
function names(places: readonly Waiting[]): string[] {
  return places.map(
    ({ place, messages, first, ids }) =>
      `${place} ${countText(messages)} from number ${first} on (${ids.join(', ')})`,
  );
}
