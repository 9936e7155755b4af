import type { RefusalDecision, StoredScan } from '../../apps/scanner/core/scan.ts';
import type { Chance } from '../simulation/chance.ts';
import type { App } from './handheld.ts';
import type { ScanBook } from './scan-book.ts';
import type { Tally } from './tally.ts';

export type RedScanParts = {
  readonly app: App;
  readonly book: ScanBook;
  readonly chance: Chance;
  readonly tally: Tally;
  /** Signs in somebody who may decide. */
  readonly signIn: () => Promise<void>;
};

const AT_ONCE = 50;
const DECIDED = { 'send-again': 'sent again', correct: 'corrected', drop: 'dropped' } as const;

/** A person decides on each scan that is red. */
export async function workOffRed(parts: RedScanParts): Promise<void> {
  const { app, book, chance, tally, signIn } = parts;
  const red = await app.device.scans({ state: 'refused', limit: AT_ONCE });
  for (const scan of red) {
    book.seen(scan);
    tally.add(scan.refusal?.outcome ?? 'rejected');
    // Who has left cannot put right what is refused for that.
    if (refusedFor(scan, '/userId')) await signIn();
    const decision = decisionOn(scan, chance);
    const answer = await app.device.decide(scan.transaction.transactionId, decision);
    if (answer.kind === 'decided') {
      book.seen(answer.scan);
      tally.add(DECIDED[decision.kind]);
    } else if (answer.kind === 'not-decided') await signIn();
  }
}

function decisionOn(scan: StoredScan, chance: Chance): RefusalDecision {
  const drop: RefusalDecision = { kind: 'drop', reason: 'not what was done' };
  switch (scan.refusal?.outcome) {
    case 'conflict': {
      const quantity = chance.oneOf([-2, -1, 1]);
      if (chance.happens(0.15)) return { kind: 'correct', changes: { quantity } };
      return chance.happens(0.8) ? { kind: 'send-again' } : drop;
    }
    case 'warning':
      return chance.happens(0.7) ? { kind: 'send-again' } : drop;
    case 'rejected':
    case undefined:
      return refusedFor(scan, '/userId') && chance.happens(0.9) ? { kind: 'correct', changes: {} } : drop;
  }
}

function refusedFor({ refusal }: StoredScan, field: string): boolean {
  return refusal?.problem.errors?.some(({ pointer }) => pointer === field) === true;
}
