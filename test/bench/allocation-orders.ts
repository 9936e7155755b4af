import { setTimeout as sleep } from 'node:timers/promises';
import { build, type Histogram } from 'hdr-histogram-js';
import { z } from 'zod';
import { acceptedOrderSchema, orderAllocationSchema } from '../../shared/contracts/allocation.ts';

/** Orders of one piece and one line. */
export type OrderLoad = {
  /** Base addresses of the Functions host and of the WMS adapter. */
  readonly functions: string;
  readonly adapter: string;
  /** Orders that the cloud holds as confirmed, those of other loads included. */
  readonly confirmedInCloud: () => Promise<number>;
  /** What each order asks for; orders are numbered from 0. */
  readonly itemOf: (number: number) => string;
  /** Makes the order ids of this load its own. */
  readonly name: string;
};

/** What happened; times are microseconds. */
export type OrderRun = {
  readonly latency: Histogram;
  placed: number;
  confirmed: number;
  /** GETs of orders in the cloud. */
  polls: number;
  /** Most of the time that orders take nowadays until the WMS has confirmed them, in milliseconds. */
  usual: number;
  /** Milliseconds from the first order to the last answer. */
  took: number;
};

/** A measured order is asked for every so many milliseconds. */
const POLL_EVERY = 20;
/**
 * In the closed loop only one order in so many is followed in the cloud, as looking costs the host what it is measured
 * by. The next one follows the others when the WMS has confirmed them; they are looked at after about as long as orders
 * take, and then every so many milliseconds.
 */
const FOLLOW_ONE_IN = 20;
const CLOSED_POLL_EVERY = 50;
/** An order that is not confirmed after this long is starving. Milliseconds. */
const GIVE_UP = 120_000;

/**
 * Places orders at a constant rate, whether or not earlier ones were answered, and follows one in `followOneIn` from
 * the POST being sent to the first GET that shows it confirmed.
 */
export async function placeAtRate(
  load: OrderLoad,
  { rate, seconds, followOneIn }: { rate: number; seconds: number; followOneIn: number },
): Promise<OrderRun> {
  const run = newRun();
  const begun = performance.now();
  const underWay: Promise<void>[] = [];
  for (let number = 0; number < Math.round(rate * seconds); number += 1) {
    const wait = begun + (number * 1_000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    const isFollowed = number % followOneIn === 0;
    underWay.push(isFollowed ? confirm(load, number, run, POLL_EVERY) : place(load, number, run));
  }
  await Promise.all(underWay);
  run.took = performance.now() - begun;
  return run;
}

/** Keeps `atOnce` orders under way until the time is over or so many are placed; ends when the cloud has all confirmed. */
export async function placeInClosedLoop(
  load: OrderLoad,
  { atOnce, until }: { atOnce: number; until: { seconds: number } | { orders: number } },
): Promise<OrderRun> {
  const run = newRun();
  const before = await load.confirmedInCloud();
  const begun = performance.now();
  const isOver = () =>
    'orders' in until ? run.placed >= until.orders : performance.now() - begun >= until.seconds * 1_000;
  const customer = async () => {
    while (!isOver()) {
      const number = run.placed;
      if (number % FOLLOW_ONE_IN === 0) await confirm(load, number, run, CLOSED_POLL_EVERY);
      else await handOver(load, number, run);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, customer));
  const deadline = performance.now() + GIVE_UP;
  while ((await load.confirmedInCloud()) - before < run.placed) {
    if (performance.now() > deadline) throw new Error(`the cloud does not confirm all of ${load.name}`);
    await sleep(CLOSED_POLL_EVERY);
  }
  run.confirmed = run.placed;
  run.took = performance.now() - begun;
  return run;
}

export function ordersPerSecond({ confirmed, took }: OrderRun): number {
  return (confirmed * 1_000) / took;
}

/** Milliseconds. */
export function latencyAt({ latency }: OrderRun, percentile: number): number {
  return latency.getValueAtPercentile(percentile) / 1_000;
}

function newRun(): OrderRun {
  const latency = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2 * GIVE_UP * 1_000,
    numberOfSignificantValueDigits: 3,
  });
  return { latency, placed: 0, confirmed: 0, polls: 0, usual: 0, took: 0 };
}

async function confirm(load: OrderLoad, number: number, run: OrderRun, pollEvery: number): Promise<void> {
  const begun = performance.now();
  await place(load, number, run);
  for (let poll = 1; ; poll += 1) {
    await sleep(Math.max(0, begun + poll * pollEvery - performance.now()));
    run.polls += 1;
    if (await isConfirmed(load, number)) break;
    checkPatience(load, number, begun);
  }
  run.confirmed += 1;
  run.latency.recordValue(Math.round((performance.now() - begun) * 1_000));
}

/** Places an order and returns when the WMS has confirmed it. */
async function handOver(load: OrderLoad, number: number, run: OrderRun): Promise<void> {
  const begun = performance.now();
  await place(load, number, run);
  await sleep(run.usual);
  while (!(await isReserved(load, number))) {
    checkPatience(load, number, begun);
    await sleep(CLOSED_POLL_EVERY);
  }
  const took = performance.now() - begun;
  run.usual += (0.7 * took - run.usual) / 5;
}

function checkPatience(load: OrderLoad, number: number, begun: number): void {
  if (performance.now() - begun > GIVE_UP) throw new Error(`order ${orderId(load, number)} starves`);
}

const allocationsSchema = z.object({ allocations: z.array(z.object({ status: z.string() })) });

/** @throws when the WMS decides otherwise: there is stock for all */
async function isReserved(load: OrderLoad, number: number): Promise<boolean> {
  const response = await fetch(`${load.adapter}/api/v1/allocations?orderId=${orderId(load, number)}`);
  const { allocations } = allocationsSchema.parse(await response.json());
  const other = allocations.find(({ status }) => status !== 'confirmed');
  if (other) throw new Error(`${orderId(load, number)} is ${other.status} in the WMS`);
  return allocations.length > 0;
}

async function place(load: OrderLoad, number: number, run: OrderRun): Promise<void> {
  run.placed += 1;
  const line = { lineId: '1', itemId: load.itemOf(number), quantity: 1 };
  const response = await fetch(urlOf(load, number), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: [line] }),
  });
  const answer: unknown = await response.json();
  if (response.status !== 202) {
    throw new Error(`POST ${orderId(load, number)} answered ${response.status} ${JSON.stringify(answer)}`);
  }
  acceptedOrderSchema.parse(answer);
}

/** @throws when it ends otherwise: there is stock for all */
async function isConfirmed(load: OrderLoad, number: number): Promise<boolean> {
  const response = await fetch(urlOf(load, number));
  const answer: unknown = await response.json();
  if (response.status !== 200) {
    throw new Error(`GET ${orderId(load, number)} answered ${response.status} ${JSON.stringify(answer)}`);
  }
  const { status } = orderAllocationSchema.parse(answer);
  if (status !== 'tentative' && status !== 'confirmed') {
    throw new Error(`${orderId(load, number)} is ${status}: ${JSON.stringify(answer)}`);
  }
  return status === 'confirmed';
}

function urlOf(load: OrderLoad, number: number): string {
  return `${load.functions}/api/orders/${orderId(load, number)}/allocations`;
}

function orderId({ name }: OrderLoad, number: number): string {
  return `${name}-${number}`;
}
