import { positionKeyText } from '../../apps/wms-adapter/database.ts';
import type { DeviceClock } from '../../shared/contracts/device-clock.ts';
import type { Investigation } from '../../shared/contracts/investigation.ts';
import type { Transaction, TransactionResult } from '../../shared/contracts/transaction.ts';
import { positionsAtIssue } from '../../shared/domain/investigation.ts';
import { act, type UserAction } from '../../shared/investigation/act.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { INVESTIGATIONS_TOPIC } from '../../shared/service-bus/investigation-notices.ts';
import type { SimulatedBus } from './bus/service-bus.ts';
import type { Cloud } from './cloud/cloud.ts';
import type { DamageLog } from './damage/damage-log.ts';
import { PLACES } from './layout.ts';
import { startProcess } from './process.ts';
import type { Warehouse } from './warehouse/warehouse.ts';
import type { World } from './world.ts';

/** An inventory controller who works investigations, and a worker who counts what they ask for. */
export type Controller = {
  /** Recounts asked for and not counted, and counts not answered. */
  waiting(): number;
};

export type ControllerParts = {
  readonly world: World;
  readonly bus: SimulatedBus;
  readonly cloud: Cloud;
  readonly warehouse: Warehouse;
  readonly damage: DamageLog;
  /** Told of every count that has its final answer. */
  readonly onAnswer: (transaction: Transaction, result: TransactionResult) => void;
};

const TURN_MS = 120_000;
const PATIENCE_MS = 15_000;
const TASKS_AT_ONCE = 20;
const EXPLAINED = {
  kind: 'explain',
  cause: 'other',
  text: 'It was damaged on purpose.',
} as const;
const SCANNER = 'SCANNER-RECOUNTS';

export function startController({
  world,
  bus,
  cloud,
  warehouse,
  damage,
  onAnswer,
}: ControllerParts): Controller {
  const chance = world.chance.stream('controller');
  const { runtime } = startProcess(world, 'controller');
  const run = chance.uuid();
  const began = world.now();
  let sequence = 0;
  let counting = 0;
  // Other systems hear of every investigation as well.
  bus.receive(`${INVESTIGATIONS_TOPIC}/systems`, startProcess(world, 'other systems'), 100, async () => {});

  async function work(): Promise<void> {
    for (;;) {
      await runtime.sleep(chance.between(1, TURN_MS));
      await moveOn();
      await countTasks();
    }
  }

  /** Asks for a recount of what is open, explains or closes what was counted; some are left to others. */
  async function moveOn(): Promise<void> {
    const open = cloud.investigations.all().filter(({ status }) => status !== 'closed');
    if (open.length === 0) return;
    const investigation = chance.oneOf(open);
    const action = actionOn(investigation);
    const api = cloud.api();
    if (!action || !api) return;
    try {
      await runtime.within(act(api.investigations, investigation.investigationId, action), PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  function actionOn(investigation: Investigation): UserAction | undefined {
    const by = 'controller';
    if (investigation.status === 'opened' || investigation.status === 'assigned') {
      const positions = positionsAtIssue(investigation).filter(({ locationId }) =>
        PLACES.some((place) => place.locationId === locationId),
      );
      if (investigation.itemId !== null && positions.length > 0 && chance.happens(0.6))
        return { kind: 'ask-recount', by, positions };
      return chance.happens(0.5) ? { ...EXPLAINED, by } : undefined;
    }
    if (investigation.status === 'recounted' || isLost(investigation)) return { ...EXPLAINED, by };
    return investigation.status === 'explained' && chance.happens(0.5) ? { kind: 'close', by } : undefined;
  }

  /** A count was made, and the cloud never heard of it: somebody who is reminded of it asks the warehouse. */
  function isLost({ status, remindedAt, itemId, warehouseId, recount }: Investigation): boolean {
    if (status !== 'recount-asked' || remindedAt === undefined || itemId === null) return false;
    const waiting = recount?.positions.filter(({ counted }) => !counted) ?? [];
    const names = new Set(waiting.map((place) => positionKeyText({ itemId, warehouseId, ...place })));
    return damage
      .all()
      .some(
        ({ kind, place, ...key }) =>
          kind === 'event-gone' && place !== null && names.has(positionKeyText({ ...key, ...place })),
      );
  }

  async function countTasks(): Promise<void> {
    const { rows } = await warehouse.database.recountTasks({
      limit: TASKS_AT_ONCE,
    });
    for (const { position } of rows) {
      sequence += 1;
      const now = new Date(world.now()).toISOString();
      await post({
        ...{
          ...position,
          type: 'count',
          quantity: chance.between(0, 40),
          transactionId: chance.uuid(),
        },
        ...{
          sequence,
          scannerId: SCANNER,
          userId: 'recounter',
          scannedAt: now,
        },
        scanClock: { run, milliseconds: world.now() - began },
      });
    }
  }

  /** Again until it is answered; what is asked again is the same count. */
  async function post(count: Transaction): Promise<void> {
    counting += 1;
    for (;;) {
      const clock: DeviceClock = {
        ...{
          time: new Date(world.now()).toISOString(),
          run,
          milliseconds: world.now() - began,
        },
      };
      const results = await runtime
        .within(warehouse.upload([count], clock), PATIENCE_MS)
        .catch(() => undefined);
      const result = results?.[0];
      if (result && result.outcome !== 'warning') {
        onAnswer(count, result);
        break;
      }
      const lockId = result?.problem?.locks?.[0]?.lockId;
      if (lockId !== undefined) return await finish({ ...count, acknowledgeLock: lockId });
      await runtime.sleep(chance.between(1_000, 10_000));
    }
    counting -= 1;
  }

  async function finish(count: Transaction): Promise<void> {
    counting -= 1;
    await post(count);
  }

  world.spawn(work);
  const isAsked = ({ status }: Investigation) => status === 'recount-asked';
  return {
    waiting: () => counting + cloud.investigations.all().filter(isAsked).length,
  };
}
