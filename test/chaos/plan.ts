import { type Chance, chanceOf } from '../simulation/chance.ts';
import { LINK_NAMES, type LinkName } from './links.ts';

/** What is done to the running stack, and to which of its parts or links. Durations are milliseconds, both ends included. */
export const FAULTS = {
  kill: {
    text: 'a process is killed (SIGKILL) and started again',
    targets: ['wms-adapter', 'functions', 'service-bus', 'cosmos', 'azurite'],
    least: 0,
    most: 3_000,
  },
  stop: {
    text: 'a process stands still (SIGSTOP) and goes on (SIGCONT)',
    targets: ['wms-adapter', 'functions', 'service-bus', 'cosmos', 'azurite'],
    least: 5_000,
    most: 40_000,
  },
  restart: {
    text: 'a process is asked to end (SIGTERM) and started again',
    targets: ['wms-adapter', 'functions', 'service-bus', 'cosmos', 'azurite'],
    least: 0,
    most: 0,
  },
  cut: {
    text: 'connections are reset or fall silent, and new ones are refused',
    targets: LINK_NAMES,
    least: 2_000,
    most: 20_000,
  },
  slow: {
    text: 'connections have latency and little bandwidth',
    targets: LINK_NAMES,
    least: 5_000,
    most: 30_000,
  },
  disk: {
    text: 'the disk of a process is full',
    targets: ['wms-adapter', 'functions', 'service-bus', 'cosmos'],
    least: 3_000,
    most: 20_000,
  },
  clock: {
    text: 'the clock of a process jumps, by up to two hours, or drifts',
    targets: ['wms-adapter', 'functions'],
    least: 5_000,
    most: 30_000,
  },
} as const satisfies Record<string, FaultDefinition>;

type FaultDefinition = {
  readonly text: string;
  readonly targets: readonly string[];
  readonly least: number;
  readonly most: number;
};

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** Parts whose processes faults are aimed at. */
export type TargetPart = (typeof FAULTS)['kill']['targets'][number];

type Base = {
  /** Counts from 1. */
  readonly number: number;
  /** When it is due, in milliseconds from the beginning of the campaign. */
  readonly at: number;
  /** How long it lasts, in milliseconds. */
  readonly duration: number;
};

export type PlannedFault = Base &
  (
    | { readonly kind: 'kill' | 'stop' | 'restart' | 'disk'; readonly target: TargetPart }
    | { readonly kind: 'cut'; readonly target: LinkName; readonly mode: 'reset' | 'silent' }
    | {
        readonly kind: 'slow';
        readonly target: LinkName;
        /** Milliseconds each way. */
        readonly latency: number;
        readonly bytesPerSecond: number;
      }
    | {
        readonly kind: 'clock';
        readonly target: TargetPart;
        /** Milliseconds by which the clock jumps; negative: back. */
        readonly jump: number;
        /** Seconds of the clock in a second. */
        readonly rate: number;
      }
  );

export type PlanOptions = {
  readonly seed: string;
  readonly faults: number;
  readonly minutes: number;
  readonly kinds: readonly FaultKind[];
};

/** A fault may last this share of the time to the next one, which waits for the recovery from it. */
const LONGEST_SHARE = 4 / 3;
/** The load runs alone this long at first, at most; milliseconds. */
const LONGEST_LEAD = 10_000;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/**
 * How far a clock may be moved ahead. The cloud parks what is dated more than five minutes after the bus took it
 * (`shared/domain/acceptance.ts`): a WMS further ahead than that is not taken at its word, by design.
 */
const MOST_AHEAD: Partial<Record<TargetPart, number>> = { 'wms-adapter': 4 * MINUTE };

/** The faults of a campaign, in the order of their times. The same options give the same plan. */
export function planFaults({ seed, faults, minutes, kinds }: PlanOptions): PlannedFault[] {
  const total = minutes * MINUTE;
  const lead = Math.min(LONGEST_LEAD, total / (faults + 1));
  const slot = (total - lead) / faults;
  const chance = chanceOf(`chaos/${seed}`);
  const turns = inTurn(chance.stream('kinds'), kinds, faults);
  const targets = new Map(kinds.map((kind) => [kind, targetsOf(chance.stream(`targets/${kind}`), kind)]));
  return turns.map((kind, index) => {
    const draw = chance.stream(`fault/${index + 1}`);
    const { least, most } = FAULTS[kind];
    const longest = Math.max(Math.min(least, slot), Math.min(most, slot * LONGEST_SHARE));
    const base = {
      number: index + 1,
      at: Math.round(lead + slot * (index + draw.next() / 4)),
      duration: Math.round(draw.between(Math.min(least, longest), longest)),
    };
    return faultOf(kind, targets.get(kind)?.() ?? FAULTS[kind].targets[0], base, draw);
  });
}

/** How a fault reads in a table. */
export function describeFault(fault: PlannedFault): string {
  switch (fault.kind) {
    case 'cut':
      return `${fault.target} (${fault.mode})`;
    case 'slow':
      return `${fault.target} (${fault.latency} ms, ${Math.round(fault.bytesPerSecond / 1_000)} kB/s)`;
    case 'clock': {
      const minutes = Math.round(fault.jump / MINUTE);
      return `${fault.target} (${fault.rate === 1 ? `${minutes < 0 ? '−' : '+'}${Math.abs(minutes)} min` : `${fault.rate} × as fast`})`;
    }
    default:
      return fault.target;
  }
}

/** Every kind as often as any other, and one of each before one comes again. */
function inTurn(chance: Chance, kinds: readonly FaultKind[], count: number): FaultKind[] {
  const turns: FaultKind[] = [];
  while (turns.length < count) turns.push(...shuffled(chance, kinds));
  return turns.slice(0, count);
}

/** Hands out the targets of a kind, each as often as any other. */
function targetsOf(chance: Chance, kind: FaultKind): () => string {
  let left: string[] = [];
  return () => {
    if (left.length === 0) left = shuffled<string>(chance, FAULTS[kind].targets);
    return left.pop() ?? '';
  };
}

function shuffled<Entry>(chance: Chance, entries: readonly Entry[]): Entry[] {
  return entries
    .map((entry) => ({ entry, place: chance.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}

function faultOf(kind: FaultKind, target: string, base: Base, draw: Chance): PlannedFault {
  switch (kind) {
    case 'cut':
      return { ...base, kind, target: linkOf(target), mode: draw.oneOf(['reset', 'silent']) };
    case 'slow': {
      const latency = draw.between(20, 400);
      return {
        ...base,
        kind,
        target: linkOf(target),
        latency,
        bytesPerSecond: draw.between(100, 1_000) * 1_000,
      };
    }
    case 'clock':
      return { ...base, kind, target: partOf(target), ...clockOf(partOf(target), draw) };
    default:
      return { ...base, kind, target: partOf(target) };
  }
}

/** Two of three jump, as far as may be or less; the others drift. */
function clockOf(target: TargetPart, draw: Chance): { jump: number; rate: number } {
  const ahead = MOST_AHEAD[target] ?? 2 * HOUR;
  if (draw.happens(1 / 3)) return { jump: 0, rate: draw.oneOf([0.5, 0.9, 1.1, 2]) };
  return { jump: draw.oneOf([-2 * HOUR, -draw.between(1, 119) * MINUTE, ahead]), rate: 1 };
}

function linkOf(name: string): LinkName {
  const link = LINK_NAMES.find((known) => known === name);
  if (link === undefined) throw new RangeError(`${name} is no link`);
  return link;
}

function partOf(name: string): TargetPart {
  const part = FAULTS.kill.targets.find((known) => known === name);
  if (part === undefined) throw new RangeError(`${name} is no part`);
  return part;
}
