import type { Chance } from '../simulation/chance.ts';
import type { FleetAdapter } from './fleet-adapter.ts';
import type { FleetClock } from './fleet-clock.ts';
import type { Handheld } from './handheld.ts';
import { DeviceKilled } from './killable-sql.ts';
import type { Tally } from './tally.ts';

export type MishapParts = {
  readonly clock: FleetClock;
  readonly chance: Chance;
  readonly tally: Tally;
  /** Length of the shift in milliseconds: mishaps come as often in a short one. */
  readonly shiftMs: number;
  /** Milliseconds until nothing happens any more; 0 then. */
  readonly leftMs: () => number;
};

/** Statements within which a device dies: the next one, or a few scans later. */
const STATEMENTS = 60;
/** The browser does not always notice. */
const TELLS_OF_NETWORK = 0.7;
const LONGEST_NAP_MS = 20 * 60_000;
const LONGEST_OUTAGE_MS = 10 * 60_000;

/** A device goes into dead zones and comes back; or stays in one for the whole shift. */
export async function wander(parts: MishapParts, handheld: Handheld, isFarAway: boolean): Promise<void> {
  const { clock, chance, shiftMs, leftMs } = parts;
  while (leftMs() > 0) {
    await clock.sleep(isFarAway ? shiftMs / 200 : chance.between(shiftMs / 40, shiftMs / 8));
    if (leftMs() === 0) break;
    goOffline(handheld, true, chance);
    await clock.sleep(isFarAway ? shiftMs : chance.between(shiftMs / 60, shiftMs / 4));
    if (!isFarAway && leftMs() > 0) goOffline(handheld, false, chance);
  }
}

export function goOffline(handheld: Handheld, isOffline: boolean, chance: Chance): void {
  handheld.radio.setOffline(isOffline);
  if (chance.happens(TELLS_OF_NETWORK))
    ignoringDeath(() => handheld.app()?.device.networkChanged(!isOffline));
}

/** What happens to a device: it dies, sleeps, or has its clock set. */
export async function sufferMishaps(parts: MishapParts, handheld: Handheld): Promise<void> {
  const { clock, chance, tally, shiftMs, leftMs } = parts;
  for (;;) {
    await clock.sleep(chance.between(shiftMs / 40, shiftMs / 4));
    if (leftMs() === 0) return;
    await handheld.running();
    const draw = chance.below(10);
    if (draw < 6) handheld.killAfter(chance.between(0, STATEMENTS));
    else if (draw < 7) handheld.kill();
    else if (draw < 9) {
      tally.add('devices asleep');
      await handheld.nap(Math.min(chance.between(60_000, LONGEST_NAP_MS), shiftMs / 6, leftMs()));
    } else {
      tally.add('clocks set');
      handheld.clock.set();
    }
  }
}

/** The adapter is killed, or restarted in order. */
export async function killAdapter(parts: MishapParts, adapter: FleetAdapter): Promise<void> {
  const { clock, chance, tally, shiftMs, leftMs } = parts;
  for (;;) {
    await clock.sleep(chance.between(shiftMs / 12, shiftMs / 4));
    if (leftMs() === 0) return;
    const isKilled = chance.happens(0.7);
    tally.add(isKilled ? 'adapter killed' : 'adapter restarted');
    await adapter.end(isKilled ? 'SIGKILL' : 'SIGTERM');
    await clock.sleep(chance.between(1_000, Math.min(LONGEST_OUTAGE_MS, shiftMs / 20)));
    await adapter.start();
  }
}

function ignoringDeath(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DeviceKilled)) throw error;
  }
}
