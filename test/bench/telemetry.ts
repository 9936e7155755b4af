import { join } from 'node:path';
import { measureAccept } from './accept.ts';
import { atMost, type Figure, figuresOf } from './figures.ts';
import type { Load } from './loads.ts';
import { median } from './median.ts';
import { run } from './throughput.ts';

type Say = (line: string) => void;

const SETTINGS = [
  { name: 'without', environment: () => ({}) },
  {
    name: 'with',
    environment: (dataFolder: string) => ({ STOCKBRIDGE_TELEMETRY_DIR: join(dataFolder, 'telemetry') }),
  },
] as const;

/** Of the projection, in turns, so that what else the machine does falls on both. */
const TURNS = 3;
/** Percent of throughput that telemetry may cost. */
const MAY_COST = 5;

/**
 * What telemetry into files costs, every trace kept: the projection of a load, and the adapter's transactions in runs of
 * `seconds`, without and with it. Processor time tells more than the rate where other work shares the machine.
 */
export async function measureTelemetry(load: Load, seconds: number, say: Say): Promise<Figure[]> {
  const figure = figuresOf('telemetry');
  const figures: Figure[] = [];
  const compare = (what: string, unit: string, of: Record<Name, number>, isRate: boolean) => {
    const cost = 100 * (isRate ? of.without / of.with - 1 : of.with / of.without - 1);
    for (const { name } of SETTINGS) figures.push(figure(`${what}, ${name} telemetry`, unit, of[name]));
    figures.push(figure(`${what}, cost of it`, '%', cost, atMost(MAY_COST, '%', cost)));
  };
  const projected = await projections(load, say);
  compare('projected', 'events/s', projected.rate, true);
  compare('processor time, functions', 'ms/event', projected.processorTime, false);
  const accepted = await acceptances(seconds, say);
  for (const [what, of] of accepted) compare(what, 'transactions/s', of, true);
  return figures;
}

type Name = (typeof SETTINGS)[number]['name'];

async function projections(load: Load, say: Say) {
  const rate: Record<Name, number[]> = { without: [], with: [] };
  const processorTime: Record<Name, number[]> = { without: [], with: [] };
  for (let turn = 1; turn <= TURNS; turn += 1) {
    for (const { name, environment } of SETTINGS) {
      const measured = await run('pipeline', `telemetry, ${name}`, load, say, environment);
      rate[name].push(measured.eventsPerSecond);
      processorTime[name].push(measured.processorTime);
    }
  }
  return { rate: medians(rate), processorTime: medians(processorTime) };
}

/** Transactions a second, by the shape of the load. */
async function acceptances(seconds: number, say: Say): Promise<Map<string, Record<Name, number>>> {
  const found = new Map<string, Record<Name, number>>();
  for (const { name, environment } of SETTINGS) {
    say(`telemetry, ${name}: accepting`);
    const figures = await measureAccept(seconds, say, { environment });
    for (const { figure, pipeline } of figures.filter(({ unit }) => unit === 'transactions/s'))
      found.set(figure, { ...(found.get(figure) ?? { without: 0, with: 0 }), [name]: pipeline });
  }
  return found;
}

function medians(of: Record<Name, number[]>): Record<Name, number> {
  return { without: median(of.without), with: median(of.with) };
}
