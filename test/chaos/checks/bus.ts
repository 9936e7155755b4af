import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfiguration } from '../../../local/service-bus/config.ts';
import { type Checked, type Checking, countText, findingAbout } from './finding.ts';
import { lookAtPlaces, type Place, placeName, type Waiting } from './waiting-messages.ts';

const TOPOLOGY = join(import.meta.dirname, '../../../infra/service-bus/topology.json');
/** Subscriptions of other systems, which nobody reads on a laptop, and what is only looked at. */
const OF_NOBODY = ['atp-changes/oms', 'investigations/systems', 'adapter-status'];
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
  const { queues, topics } = readConfiguration(TOPOLOGY);
  const subscriptions = topics.flatMap((topic) =>
    topic.subscriptions.map(({ name }) => ({ name, topic: topic.name })),
  );
  return [...queues.map(({ name }) => ({ name })), ...subscriptions].filter(
    (place) => !OF_NOBODY.includes(placeName(place)),
  );
}

/** The number of the first message is told, too: that it grows shows that a place is being emptied. */
function names(places: readonly Waiting[]): string[] {
  return places.map(
    ({ place, messages, first, ids }) =>
      `${place} ${countText(messages)} from number ${first} on (${ids.join(', ')})`,
  );
}
