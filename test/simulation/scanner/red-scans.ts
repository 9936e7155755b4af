import type { RefusalDecision, StoredScan } from '../../../apps/scanner/core/scan.ts';
import type { Chance } from '../chance.ts';
import type { Tally } from '../tally.ts';
import type { World } from '../world.ts';
import type { Handheld } from './handheld.ts';

export type RedScansParts = {
  readonly world: World;
  readonly chance: Chance;
  readonly tally: Tally;
  readonly handheld: Handheld;
  readonly scannerId: string;
};

/** Red scans that are looked at at once. */
const AT_ONCE = 50;
const DROPPED = 0.15;
const CORRECTED = 0.2;
const SENT_AGAIN = 0.5;

/** What was refused: sent again, corrected or dropped by whoever is signed in, or left for another time. */
export async function workOffRed(parts: RedScansParts): Promise<void> {
  const { world, chance, tally, handheld, scannerId } = parts;
  for (const scan of await handheld.device().scans({ state: 'refused', limit: AT_ONCE })) {
    const decision = decisionOn(scan, chance);
    if (decision === undefined) continue;
    const { transactionId } = scan.transaction;
    const { kind } = await handheld.device().decide(transactionId, decision);
    world.note(() => ({
      entities: [transactionId, scannerId],
      text: `${scannerId}: ${transactionId}, ${scan.refusal?.outcome}, is to be ${decision.kind}: ${kind}`,
    }));
    if (kind === 'decided') tally.add(`red scans: ${decision.kind}`);
  }
}

function decisionOn({ transaction }: StoredScan, chance: Chance): RefusalDecision | undefined {
  if (chance.happens(DROPPED)) return { kind: 'drop', reason: 'It was a mistake.' };
  if (chance.happens(CORRECTED)) {
    const quantity = transaction.type === 'adjustment' ? chance.oneOf([-2, -1, 1]) : chance.between(1, 5);
    return { kind: 'correct', changes: { quantity } };
  }
  return chance.happens(SENT_AGAIN) ? { kind: 'send-again' } : undefined;
}
