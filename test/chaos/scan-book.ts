import type { AdapterClient, TransactionResult } from '../../local/replay/adapter-client.ts';

/** What was sent to the WMS, and what it said to it. */
export type ScanBook = {
  /** The same client, with every scan and answer written down. */
  noting: (client: AdapterClient) => AdapterClient;
  noteSent: (scans: readonly { transactionId: string; type: string }[]) => void;
  noteAnswers: (results: readonly Pick<TransactionResult, 'transactionId' | 'outcome'>[]) => void;
  /** Scans that were answered, so far. */
  answered: () => number;
  /** Events that the answered and booked scans are told by, so far. */
  events: () => number;
  /** How many of each outcome. */
  outcomes: () => ReadonlyMap<string, number>;
  /** Compares with the ledger: how often each transaction is in it, in events. */
  compare: (ledger: ReadonlyMap<string, number>) => BookComparison;
};

export type BookComparison = {
  booked: number;
  /** Answered as booked, and not in the ledger. */
  lost: string[];
  /** More often in the ledger than it was scanned. */
  doubled: string[];
  /** In the ledger, and nobody scanned it, or it was refused. */
  invented: string[];
};

/** A duplicate was booked by an earlier call. */
const BOOKED: readonly string[] = ['applied', 'exception', 'duplicate'];

export function openScanBook(): ScanBook {
  /** Events that each scan is told by: a transfer by two. */
  const sent = new Map<string, number>();
  const answers = new Map<string, string>();
  const outcomes = new Map<string, number>();
  let events = 0;

  const noteSent: ScanBook['noteSent'] = (scans) => {
    for (const { transactionId, type } of scans) sent.set(transactionId, type === 'transfer' ? 2 : 1);
  };
  const noteAnswers: ScanBook['noteAnswers'] = (results) => {
    for (const { transactionId, outcome } of results) {
      const before = answers.get(transactionId);
      // What was booked stays so, whatever a later call with the same id is told.
      if (before !== undefined && BOOKED.includes(before)) continue;
      answers.set(transactionId, outcome);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (BOOKED.includes(outcome)) events += sent.get(transactionId) ?? 0;
    }
  };
  return {
    ...{ noteSent, noteAnswers },
    noting: (client) => ({
      ...client,
      async postTransactions(transactions) {
        noteSent(transactions);
        const results = await client.postTransactions(transactions);
        noteAnswers(results);
        return results;
      },
    }),
    answered: () => answers.size,
    events: () => events,
    outcomes: () => outcomes,
    compare(ledger) {
      const comparison: BookComparison = { booked: 0, lost: [], doubled: [], invented: [] };
      for (const [transactionId, outcome] of answers) {
        if (!BOOKED.includes(outcome)) continue;
        comparison.booked += 1;
        if ((ledger.get(transactionId) ?? 0) < (sent.get(transactionId) ?? 1))
          comparison.lost.push(transactionId);
      }
      for (const [transactionId, count] of ledger) {
        const scanned = sent.get(transactionId);
        const outcome = answers.get(transactionId);
        // A scan without an answer may have been booked: whoever sent it does not know.
        if (scanned === undefined || (outcome !== undefined && !BOOKED.includes(outcome)))
          comparison.invented.push(transactionId);
        else if (count > scanned) comparison.doubled.push(transactionId);
      }
      return comparison;
    },
  };
}
