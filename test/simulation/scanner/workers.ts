import type { Chance } from '../chance.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { World } from '../world.ts';
import type { Handheld } from './handheld.ts';

/** The people who share a handheld, shift by shift. */
export type Workers = {
  /** Signs somebody in where nobody is, and now and then another. */
  signIn(): Promise<void>;
  /** Whether one of them is. */
  areSignedIn(): boolean;
  /** The register takes one of them for somebody who has left, for a while: what they scan is refused. */
  bar(): void;
  /** All of them, for so many milliseconds. */
  barAll(ms: number): void;
  /** The register knows all of them again. */
  letIn(): void;
};

export type WorkersParts = {
  readonly world: World;
  readonly chance: Chance;
  readonly warehouse: Warehouse;
  readonly handheld: Handheld;
  readonly scannerId: string;
  readonly warehouseId: string;
};

/** Turns in which the other one takes the handheld. */
const HANDED_OVER = 0.2;
const SHORTEST_BAR_MS = 5_000;
const LONGEST_BAR_MS = 3_600_000;

export function startWorkers(parts: WorkersParts): Workers {
  const { world, chance, warehouse, handheld, scannerId, warehouseId } = parts;
  const userIds = [`early-${scannerId}`, `late-${scannerId}`];

  function register(userId: string, isActive: boolean): void {
    const user = { userId, role: 'worker' as const, warehouseIds: [warehouseId], isActive };
    world.note(() => ({ entities: [scannerId], text: `${userId} is ${isActive ? 'known' : 'barred'}` }));
    world.spawn(() => warehouse.database.putUser(user));
  }

  function barFor(userId: string, ms: number): void {
    register(userId, false);
    world.schedule(ms, `${userId} is known again`, () => register(userId, true));
  }

  function letIn(): void {
    for (const userId of userIds) register(userId, true);
  }

  function areSignedIn(): boolean {
    const user = handheld.store().session();
    return user !== undefined && handheld.wall() < Date.parse(user.validUntil);
  }

  letIn();
  return {
    areSignedIn,
    letIn,
    async signIn() {
      if (areSignedIn() && !chance.happens(HANDED_OVER)) return;
      const badge = chance.oneOf(userIds);
      await handheld.shown((device) => device.signIn(badge, '1234'));
    },
    bar() {
      const userId = chance.oneOf(userIds);
      barFor(userId, Math.round(SHORTEST_BAR_MS * (LONGEST_BAR_MS / SHORTEST_BAR_MS) ** chance.next()));
    },
    barAll(ms) {
      for (const userId of userIds) barFor(userId, ms);
    },
  };
}
