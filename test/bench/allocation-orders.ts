import { setTimeout as sleep } from 'node:timers/promises';
import { build, type Histogram } from 'hdr-histogram-js';
import { acceptedOrderSchema, orderAllocationSchema } from '../../shared/contracts/allocation.ts';

/** Orders of one piece and one line. */
export type OrderLoad = {
  /** Base address of the Functions host. */
  readonly functions: string;
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
  polls: number;
  /** Milliseconds from the first order to the last answer. */
  took: number;
};

/** A measured order is asked for every so many milliseconds. */
const POLL_EVERY = 20;
/** In the closed loop, after it has waited about as long as orders take. */
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

/** Keeps `atOnce` orders under way: each is followed by the next one when it is confirmed. */
export async function placeInClosedLoop(
  load: OrderLoad,
  { atOnce, until }: { atOnce: number; until: { seconds: number } | { orders: number } },
): Promise<OrderRun> {
  const run = newRun();
  const begun = performance.now();
  const isOver = () =>
    'orders' in until ? run.placed >= until.orders : performance.now() - begun >= until.seconds * 1_000;
  const customer = async () => {
    while (!isOver()) await confirm(load, run.placed, run, CLOSED_POLL_EVERY, usual(run));
  };
  await Promise.all(Array.from({ length: atOnce }, customer));
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
  return { latency, placed: 0, confirmed: 0, polls: 0, took: 0 };
}

/** How long orders have taken so far, nearly: looking earlier costs the machine what it is measured by. */
function usual(run: OrderRun): number {
  return run.confirmed < 20 ? 0 : 0.8 * latencyAt(run, 50);
}

async function confirm(
  load: OrderLoad,
  number: number,
  run: OrderRun,
  pollEvery: number,
  firstWait = 0,
): Promise<void> {
  const begun = performance.now();
  await place(load, number, run);
  const first = Math.max(begun + firstWait, performance.now());
  for (let poll = 1; ; poll += 1) {
    await sleep(Math.max(0, first + poll * pollEvery - performance.now()));
    run.polls += 1;
    if (await isConfirmed(load, number)) break;
    if (performance.now() - begun > GIVE_UP) throw new Error(`order ${orderId(load, number)} starves`);
  }
  run.confirmed += 1;
  run.latency.recordValue(Math.round((performance.now() - begun) * 1_000));
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
