import { setTimeout as sleep } from 'node:timers/promises';
import { bucketOf } from '../replay/hash.ts';
import { openCloudDocuments } from './cloud-documents.ts';
import { type Damage, type DamageKind, isEventKind, type LoggedDamage, openDamageLog } from './damage-log.ts';
import { openEventBus } from './event-bus.ts';
import { treatmentOf } from './event-damage.ts';
import { openOutboxTap, type TakenEvent } from './outbox-tap.ts';
import { damageStored } from './stored-damage.ts';
import { openWmsFile } from './wms-file.ts';

export type DamageOptions = {
  /** The adapter's SQLite file. */
  wmsFile: string;
  serviceBusConnection: string;
  cosmosConnection: string;
  /** Where is written down what was done; emptied first. */
  log: string;
  /** Draws which events and what is done to them. */
  seed: number;
  /** Share of the events, 0 to 1. */
  rate: number;
  /** Milliseconds between two damages to what is stored. */
  editEvery: number;
  /** One that is named twice comes twice as often. */
  kinds: readonly DamageKind[];
  /** The longest delay of an event, in milliseconds; shorter than the reconciliation's grace time. */
  delay: number;
  /** A row of the WMS is deleted only when nothing was booked on it since then. */
  restingSince: Date;
  /** No more than so many items in warehouses. */
  count?: number | undefined;
  /** Told of each when it is done. */
  done?: (damage: LoggedDamage) => void;
};

export type RunningDamage = {
  damages: () => readonly LoggedDamage[];
  /** Resolves when `count` is reached, rejects when it cannot go on. */
  ended: Promise<void>;
  /** Ends it: what was delayed arrives, what was taken goes on, and the trigger is gone. */
  stop: () => Promise<void>;
};

/** How often the outbox is looked at for taken events, and how often the tap is renewed, in milliseconds. */
const LOOK_EVERY = 15;
const RENEW_EVERY = 20_000;

/**
 * Damages a running stack until it is stopped: at most once for an item in a warehouse, so that no damage hides
 * another. Whoever looks for it can tell each by place and class.
 * @throws {StackError} when there is no WMS database, or another process damages it
 */
export function startDamage(options: DamageOptions): RunningDamage {
  const { seed, kinds, count = Number.POSITIVE_INFINITY } = options;
  const wms = openWmsFile(options.wmsFile);
  const eventKinds = kinds.filter(isEventKind);
  const storedKinds = kinds.filter((kind) => !isEventKind(kind));
  const rate = eventKinds.length === 0 ? 0 : options.rate;
  const tap = openOutboxTap(wms, { seed, rate });
  const log = openDamageLog(options.log);
  const bus = openEventBus(options.serviceBusConnection);
  const cloud = openCloudDocuments(options.cosmosConnection);
  const taken = new Set<string>();
  const underWay = new Map<number, { send: () => Promise<void>; timer: NodeJS.Timeout }>();
  const stopping = new AbortController();
  const isTaken = (itemId: string, warehouseId: string) => taken.has(`${itemId}|${warehouseId}`);
  const stored = { wms, cloud, seed, restingSince: options.restingSince, isTaken };
  const isFull = () => taken.size >= count;

  function note(damage: Damage): number {
    taken.add(`${damage.itemId}|${damage.warehouseId}`);
    return log.write(damage);
  }

  /** What is noted first and then done may be noted in vain when this process is killed, but is never done unnoted. */
  async function treat(event: TakenEvent): Promise<void> {
    const { itemId, warehouseId } = event.event;
    const leave = isFull() || stopping.signal.aborted || isTaken(itemId, warehouseId);
    const treatment = leave
      ? { send: [event.event] }
      : await treatmentOf(event, { wms, cloud, seed, kinds: eventKinds, delay: options.delay });
    const { damage, send, later } = treatment;
    const number = damage && note(damage);
    await bus.send(...send.map((sent) => ({ event: sent, trace: event.trace })));
    tap.remove(event.sequence);
    if (number !== undefined && later !== undefined) sendLater(number, event, later);
    if (number !== undefined) tell(number);
  }

  function sendLater(number: number, event: TakenEvent, later: number): void {
    const send = async () => {
      underWay.delete(number);
      await bus.send(event);
      log.delivered(number);
    };
    underWay.set(number, { send, timer: setTimeout(() => void send().catch(fail), later) });
  }

  function tell(number: number): void {
    const damage = log.damages()[number - 1];
    if (damage) options.done?.(damage);
  }

  async function damageEvents(): Promise<void> {
    let renewedAt = performance.now();
    while (!stopping.signal.aborted) {
      for (const event of tap.taken()) await treat(event);
      if (performance.now() - renewedAt > RENEW_EVERY) {
        tap.renew();
        renewedAt = performance.now();
      }
      await pause(LOOK_EVERY);
    }
  }

  async function damageStores(): Promise<void> {
    // In turn, so that each comes as often, from a drawn one on.
    const first = bucketOf(`${seed}|stored`, 1_000);
    for (let number = first; storedKinds.length > 0; number += 1) {
      await pause(options.editEvery);
      if (stopping.signal.aborted || isFull()) return;
      const kind = storedKinds[number % storedKinds.length];
      if (kind === undefined) return;
      for (const damage of await damageStored(kind, number, stored)) tell(note(damage));
    }
  }

  async function pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  async function untilFull(): Promise<void> {
    while (!stopping.signal.aborted && !isFull()) await pause(LOOK_EVERY);
  }

  const failed = Promise.withResolvers<never>();
  const fail = (error: unknown) => failed.reject(error);
  const work = Promise.all([damageEvents(), damageStores()]);
  const ended = Promise.race([work, untilFull(), failed.promise]).then(() => undefined);
  // Whoever waits for the end hears of it; nobody has to.
  ended.catch(() => undefined);

  async function close(): Promise<void> {
    tap.shut();
    for (const { send, timer } of underWay.values()) {
      clearTimeout(timer);
      await send();
    }
    for (const event of tap.taken()) await treat(event);
  }

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    stopping.abort();
    try {
      await work;
      await close();
    } finally {
      tap.shut();
      tap.release();
      wms.close();
      cloud.close();
      await bus.close();
    }
  }
  return {
    damages: log.damages,
    ended,
    stop: () => (stopped ??= stop()),
  };
}
