import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { StackError } from '../stack/start-error.ts';

/** What is done to events on their way from the WMS to the bus. */
export const EVENT_KINDS = ['drop', 'double', 'delay', 'falsify', 'invent', 'run-ahead'] as const;
/** What is done to what one of the two sides has stored. */
const STORED_KINDS = [
  'edit-figure',
  'remove-position',
  'add-position',
  'delete-document',
  'delete-row',
  'drop-hold',
  'drop-reservation',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
export type StoredKind = (typeof STORED_KINDS)[number];
export type DamageKind = EventKind | StoredKind;
export const DAMAGE_KINDS: readonly DamageKind[] = [...EVENT_KINDS, ...STORED_KINDS];

export function isEventKind(kind: DamageKind): kind is EventKind {
  return EVENT_KINDS.some((known) => known === kind);
}

/** The classes of reconciliation that damage belongs to. */
export type DiscrepancyClass =
  | 'lost-event'
  | 'calculation-mismatch'
  | 'phantom'
  | 'missing'
  | 'deleted'
  | 'reservation-without-hold'
  | 'hold-without-reservation';

/** What was done, and what reconciliation has to report of it. */
export type Damage = {
  kind: DamageKind;
  itemId: string;
  warehouseId: string;
  /** null where it is about a reservation. */
  locationId: string | null;
  lotNumber: string | null;
  allocationId?: string;
  /** The version that the WMS had given the position; null where it never knew it, or has no position. */
  version: number | null;
  /** null: nothing is to be found. */
  class: DiscrepancyClass | null;
  /** The class when the WMS has booked on the position since; the same when not given. */
  classOnceMoved?: DiscrepancyClass;
  /** Only a full sweep can find it. */
  bySweep?: true;
  detail: string;
};

/** A line of the log: `number` counts up. A delayed event is lost until its `delivered` line is there. */
export type LoggedDamage = Damage & { at: string; number: number };
type Delivered = { at: string; delivered: number };

export type DamageLog = {
  /** Writes it down, before it is done. Answers its number. */
  write: (damage: Damage) => number;
  /** A delayed event has arrived after all: nothing is to be found of it any more. */
  delivered: (number: number) => void;
  damages: () => readonly LoggedDamage[];
};

/** Opens a log of JSON lines, emptied first. */
export function openDamageLog(file: string): DamageLog {
  writeFileSync(file, '');
  const damages: LoggedDamage[] = [];
  const append = (line: LoggedDamage | Delivered) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    write(damage) {
      const line = { at: new Date().toISOString(), number: damages.length + 1, ...damage };
      damages.push(line);
      append(line);
      return line.number;
    },
    delivered(number) {
      append({ at: new Date().toISOString(), delivered: number });
      const index = damages.findIndex((damage) => damage.number === number);
      const damage = damages[index];
      if (damage) damages[index] = arrived(damage);
    },
    damages: () => damages,
  };
}

/** @throws {StackError} naming the line that is no line of such a log */
export function readDamageLog(file: string): LoggedDamage[] {
  const damages = new Map<number, LoggedDamage>();
  for (const [index, text] of readLog(file).split('\n').entries()) {
    if (text === '') continue;
    const line = lineOf(text);
    if (line === undefined)
      throw new StackError(`Line ${index + 1} of ${file} is not of a log that npm run damage wrote.`);
    if ('delivered' in line) {
      const damage = damages.get(line.delivered);
      if (damage) damages.set(damage.number, arrived(damage));
    } else damages.set(line.number, line);
  }
  return [...damages.values()];
}

function arrived({ classOnceMoved: _moved, ...damage }: LoggedDamage): LoggedDamage {
  return { ...damage, class: null };
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StackError(`The log ${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function lineOf(text: string): LoggedDamage | Delivered | undefined {
  try {
    const line = JSON.parse(text) as Partial<LoggedDamage & Delivered> | null;
    const isLine = typeof line?.delivered === 'number' || typeof line?.number === 'number';
    return isLine ? (line as LoggedDamage | Delivered) : undefined;
  } catch {
    return undefined;
  }
}
