import type { Discrepancy } from '../contracts/reconciliation.ts';
import { chunks } from '../domain/chunks.ts';
import type { Tallied } from '../domain/reconciliation-figures.ts';
import { conflictDelay } from '../domain/retry-delay.ts';
import type { Stock } from '../domain/stock.ts';
import { mapAtMost } from '../ports/at-most.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import type { WmsMark } from '../ports/wms-sql.ts';
import { correctItem } from './correct-item.ts';
import { type Described, describeDiscrepancies } from './describe-discrepancies.ts';
import { type Judgement, judgeItem, type SecondLook } from './judge-item.ts';
import { lookAtWay } from './on-the-way.ts';
import { readStocks } from './read-stocks.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import { discrepancyRecorder, type Recorder } from './record-discrepancies.ts';
import { settleReservations } from './settle-reservations.ts';
import type { Suspect, Way } from './slice.ts';
import { refuseRestored } from './wms-restored.ts';

/** Suspects of a slice, a grace time later. */
export type SettleInput = {
  readonly runId: string;
  readonly warehouseId: string;
  readonly suspects: readonly Suspect[];
  /** The oldest event on its way at the first look. */
  readonly way: Way;
  /** The WMS at the beginning of the run. */
  readonly mark: WmsMark;
  /** The WMS's figures are to be taken though it went back to a backup. */
  readonly restored: boolean;
  /** Items for which an investigation may be opened still; those beyond go to one of the warehouse as a whole. */
  readonly investigationsLeft: number;
};

export type SettleResult = {
  readonly inFlight: number;
  readonly late: number;
  /** Items to be looked at again by the next run. */
  readonly pending: readonly string[];
  readonly investigationsLeft: number;
  /** What was recorded comes to. */
  readonly tallied: Tallied;
  readonly durationMs: number;
};

const ITEMS_AT_ONCE = 100;
const WRITES_AT_ONCE = 8;
/** An item that is written while it is being corrected is judged anew, at most this often. */
const RACES = 6;

/**
 * Looks again at what did not agree, and puts right what truly differs (architecture, rule 14): investigation and discrepancy
 * are stored first, then the correction. Repeating it finds agreement where it was done.
 *
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function settleSuspects(input: SettleInput, ports: ReconciliationPorts): Promise<SettleResult> {
  const begun = ports.runtime.now();
  const recorder = discrepancyRecorder(input, ports);
  const pending = new Set<string>();
  let [inFlight, late] = [0, 0];
  for (const chunk of chunks(input.suspects, ITEMS_AT_ONCE)) {
    let unsettled: readonly Suspect[] = chunk;
    for (let race = 0; unsettled.length > 0 && race < RACES; race += 1) {
      if (race > 0) await ports.runtime.sleep(conflictDelay(race, ports.runtime));
      const results = await settleOnce(unsettled, input, recorder, ports);
      for (const { suspect, judgement, promisesMove } of results) {
        if (judgement === 'conflict') continue;
        inFlight += judgement.moving;
        late += judgement.late;
        if (judgement.moving + judgement.late > 0 || promisesMove) pending.add(suspect.itemId);
      }
      unsettled = results.filter(({ judgement }) => judgement === 'conflict').map(({ suspect }) => suspect);
    }
    for (const { itemId, positions } of unsettled) {
      inFlight += positions.length;
      pending.add(itemId);
    }
  }
  return {
    inFlight,
    late,
    pending: [...pending],
    tallied: recorder.tallied(),
    investigationsLeft: recorder.investigationsLeft(),
    durationMs: ports.runtime.now() - begun,
  };
}

type Settled = {
  readonly suspect: Suspect;
  readonly judgement: Judgement | 'conflict';
  /** Reservations or holds are to be looked at again. */
  readonly promisesMove?: boolean;
};

/** What is on its way has to be looked at before the cloud is read, and the WMS around it. */
async function settleOnce(
  suspects: readonly Suspect[],
  input: SettleInput,
  recorder: Recorder,
  ports: ReconciliationPorts,
): Promise<Settled[]> {
  const { warehouseId } = input;
  const itemIds = suspects.map(({ itemId }) => itemId);
  const now = await lookAtWay(ports);
  const before = await ports.wms.stocksOf(warehouseId, itemIds);
  const lives = await readStocks(
    itemIds.map((itemId) => ({ itemId, warehouseId })),
    ports,
    (_key, { overflowed }) => (overflowed ?? 0) > 0,
  );
  const after = await ports.wms.stocksOf(warehouseId, itemIds);
  await refuseRestored(input.mark, ports);
  const looks = suspects.flatMap((suspect, index): SecondLook[] => {
    const [first, live, last] = [before[index], lives[index], after[index]];
    return first && live && last ? [{ suspect, before: first, live, after: last }] : [];
  });
  const judged = looks.map((look) => ({ look, judgement: judgeItem(look, input.way, now) }));
  const differing = judged.filter(({ judgement }) => isTrue(judgement));
  const described = await describeAll(differing, input, ports);
  await recorder.record([...described.values()].flatMap(({ discrepancies }) => discrepancies));
  return mapAtMost(WRITES_AT_ONCE, judged, async (item) => ({
    suspect: item.look.suspect,
    ...(await settleItem({ ...item, now, described: described.get(item.look) }, input, recorder, ports)),
  }));
}

type Judged = { readonly look: SecondLook; readonly judgement: Judgement };

async function describeAll(
  items: readonly Judged[],
  { runId, restored }: SettleInput,
  ports: ReconciliationPorts,
): Promise<Map<SecondLook, Described>> {
  const itemIds = items.map(({ look }) => look.suspect.itemId);
  const prices = itemIds.length === 0 ? new Map<string, number>() : await ports.wms.unitPrices(itemIds);
  const described = await mapAtMost(WRITES_AT_ONCE, items, async ({ look, judgement }) => {
    const context = { runId, restored, unitPrice: prices.get(look.suspect.itemId) };
    return [look, await describeDiscrepancies(look, judgement, context, ports)] as const;
  });
  return new Map(described);
}

function isTrue({ differences, totalIsWrong, findings, unreadable }: Judgement): boolean {
  return differences.length + findings.length + unreadable.length > 0 || totalIsWrong;
}

async function settleItem(
  { look, judgement, now, described }: Judged & { now: Way; described: Described | undefined },
  input: SettleInput,
  { record }: Recorder,
  ports: ReconciliationPorts,
): Promise<Omit<Settled, 'suspect'>> {
  if (judgement.unreadable.length > 0) return { judgement };
  if (described) {
    const { discrepancies, corrections } = described;
    const { runId, warehouseId } = input;
    const { around = (_item, correct) => correct() } = ports;
    const outcome = await around({ runId, warehouseId, itemId: look.after.itemId }, () =>
      correctItem(look.live, corrections, judgement.findings, ports),
    );
    if (outcome.status === 'conflict') return { judgement: 'conflict' };
    if (outcome.status === 'too-large') await ports.store.putDiscrepancies(discrepancies.map(leftAlone));
    else if (outcome.status !== 'stored') throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
    else await tell(look.after.itemId, look.live.stock, ports);
  }
  const isRestored = input.restored && look.suspect.promises !== undefined;
  if (!judgement.reservationsDiffer && !isRestored) return { judgement };
  const before = {
    promises: look.suspect.promises ?? [],
    wayAtFirst: input.way,
    now,
    positionsMove: judgement.moving + judgement.late > 0,
    mark: input.mark,
  };
  const isDone = await settleReservations(look.after, before, input.runId, record, ports);
  return { judgement, promisesMove: !isDone };
}

/** The WMS row cannot be stored: a stock document has reached 2 MB. */
function leftAlone(discrepancy: Discrepancy): Discrepancy {
  return {
    ...discrepancy,
    action: 'none',
    detail: `${discrepancy.detail} It could not be stored: the stock document has reached the size that Cosmos DB takes (2 MB).`,
  };
}

/** Whoever waits for the item hears of it, as after a fold (architecture, rule 12). */
async function tell(
  itemId: string,
  stock: Stock | undefined,
  { followStock }: ReconciliationPorts,
): Promise<void> {
  await followStock({
    picks: [],
    watched: stock?.watched ? [itemId] : [],
    created: stock ? [] : [itemId],
  });
}
