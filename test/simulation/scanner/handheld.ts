import type { AdapterClient } from '../../../apps/scanner/core/adapter-client.ts';
import { type Device, openDevice } from '../../../apps/scanner/core/device.ts';
import type { DeviceClock } from '../../../apps/scanner/core/device-clock.ts';
import type { DeviceStore } from '../../../apps/scanner/core/device-store.ts';
import type { Cancel } from '../../../apps/scanner/core/sync.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import { deviceStore } from '../../doubles/device-store.ts';
import type { Chance } from '../chance.ts';
import { type Mutations, mutated } from '../mutations.ts';
import { type Process, startProcess } from '../process.ts';
import type { World } from '../world.ts';
import type { Life } from './network.ts';

/** The product's scanner app on a handheld: its process may end at any moment and is opened again on what it has stored. */
export type Handheld = {
  /** As it runs now. */
  device(): Device;
  /** What it answers to whoever looks at it; undefined when it does not in time. */
  shown<Answer>(ask: (device: Device) => Promise<Answer>): Promise<Answer | undefined>;
  /** What it keeps. */
  store(): DeviceStore;
  /** Milliseconds UTC by its wall clock. */
  wall(): number;
  /** The app ends at once, and is opened anew. */
  restart(): void;
  /** Sets the wall clock wrong. */
  jump(): void;
  /** Somebody takes it in the hand: what was due while it slept is done now. */
  wake(): void;
  /** Is put away for good. */
  close(): void;
};

export type HandheldParts = {
  readonly world: World;
  readonly chance: Chance;
  readonly mutations: Mutations;
  /** Of whoever has it in the hand. */
  readonly runtime: Runtime;
  readonly scannerId: string;
  readonly warehouseId: string;
  readonly network: (life: Life) => AdapterClient;
};

/** A handheld that nobody touches falls asleep after this time, and with it the timers of its apps. */
const AWAKE_MS = 10_000;
/** Nobody looks at a device that does not answer for longer. */
const PATIENCE_MS = 40_000;
const HOUR_MS = 3_600_000;

/** Enrolled in its warehouse, and opened. */
export function startHandheld(parts: HandheldParts): Handheld {
  const { world, chance, mutations, runtime, scannerId, warehouseId, network } = parts;
  const kept = deviceStore();
  kept.enrol({ scannerId, warehouseIds: [warehouseId] });
  const random = chance.stream('spread of retries');
  let aheadMs = chance.between(-2_000, 2_000);
  let awakeUntil = 0;
  /** Timers that came due while it slept. */
  const due = new Set<() => void>();
  const wall = () => world.now() + aheadMs;
  let life = open(world.now() - chance.between(1_000, HOUR_MS));

  function open(began: number) {
    const process = startProcess(world, scannerId);
    const clock = clockOf(began);
    const store = mutated(kept, mutations.deviceStore);
    const client = network({ process, clock, crash: restart });
    const device = openDevice({
      ...{ store, clock, random: random.next, after: timersOf(process), newId: chance.uuid },
      client: mutations.adapterClient?.(client, chance) ?? client,
      log: (message) => world.note(() => ({ entities: [scannerId], text: `${scannerId}: ${message}` })),
      // A hash that takes a second is none of what is looked at here.
      derive: async (pin) => pin,
    });
    return { process, store, device };
  }

  /** The monotonic clock begins with each life. */
  function clockOf(began: number): DeviceClock {
    const run = chance.uuid();
    return { read: () => ({ wall: wall(), run, milliseconds: world.now() - began }) };
  }

  function timersOf(process: Process): (ms: number, callback: () => void) => Cancel {
    return (ms, callback) => {
      const cancel = process.after(ms, `${scannerId} acts`, () => {
        if (world.now() <= awakeUntil) callback();
        else due.add(callback);
      });
      return () => {
        cancel();
        due.delete(callback);
      };
    };
  }

  function end(): void {
    life.process.kill();
    due.clear();
  }

  function restart(): void {
    end();
    life = open(world.now() - 1);
  }

  return {
    device: () => life.device,
    shown: (ask) => runtime.within(ask(life.device), PATIENCE_MS),
    store: () => life.store,
    wall,
    restart,
    jump: () => {
      aheadMs = chance.between(-3 * HOUR_MS, 3 * HOUR_MS);
    },
    wake() {
      awakeUntil = world.now() + AWAKE_MS;
      const { process } = life;
      const callbacks = [...due];
      due.clear();
      for (const callback of callbacks) if (process.isAlive()) callback();
    },
    close: end,
  };
}
