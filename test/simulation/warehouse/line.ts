import type { Handler, SimulatedBus } from '../bus/service-bus.ts';
import { noAnswer } from '../calls.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';
import { type Process, startProcess } from '../process.ts';
import type { World } from '../world.ts';

/** The adapter's line to the bus: while it is cut, nothing is sent or received, and the warehouse works on. */
export type Line = {
  /** Receives from a place whenever the line is up, as long as the adapter lives. */
  receive(place: string, limit: number, handler: Handler): void;
  /** Asked before every sending: it may be cut just now. */
  tryOut(): boolean;
};

const SHORTEST_OUTAGE_MS = 5_000;
const LONGEST_OUTAGE_MS = 6 * 3_600_000;
/** Who is away looks so often whether the faults are over. */
const LOOK_MS = 60_000;

export function lineOf(adapter: Process, world: World, faults: Faults, bus: SimulatedBus): Line {
  const chance = world.chance.stream(`line since ${world.now()}`);
  const receivers: ((line: Process) => void)[] = [];
  let line = connect();

  function connect(): Process {
    const connection = startProcess(world, 'adapter');
    if (adapter.isAlive()) for (const receive of receivers) receive(connection);
    return connection;
  }

  function cut(): void {
    line.kill();
    const away = outageMs(chance);
    world.note(() => ({
      entities: ['adapter'],
      text: `the adapter's line is cut for ${Math.round(away / 1000)} s at most`,
    }));
    afterOutage(world, faults, away, "the adapter's line", () => {
      line = connect();
    });
  }

  adapter.onEnd(() => line.kill());
  return {
    receive(place, limit, handler) {
      const receive = (connection: Process) =>
        bus.receive(place, connection, limit, async (deliveries) => {
          await handler(deliveries);
          // Nothing is settled by a line that was cut meanwhile.
          if (!connection.isAlive()) await noAnswer();
        });
      receivers.push(receive);
      receive(line);
    },
    tryOut() {
      if (line.isAlive() && faults.happens('line-cut')) cut();
      return line.isAlive();
    },
  };
}

/** How long something is away: of seconds, minutes and hours one as often as the other. Milliseconds. */
export function outageMs(chance: Chance): number {
  return Math.round(SHORTEST_OUTAGE_MS * (LONGEST_OUTAGE_MS / SHORTEST_OUTAGE_MS) ** chance.next());
}

/** Goes on after an outage, sooner where the faults are over before that. */
export function afterOutage(world: World, faults: Faults, ms: number, what: string, goOn: () => void): void {
  const slice = Math.min(ms, LOOK_MS);
  world.schedule(slice, `${what} is back`, () => {
    if (ms <= slice || faults.areOver()) goOn();
    else afterOutage(world, faults, ms - slice, what, goOn);
  });
}
