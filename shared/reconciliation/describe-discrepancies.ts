import type { Discrepancy } from '../contracts/reconciliation.ts';
import { classifyDifference, floorOf, voidedEvents } from '../domain/classify-difference.ts';
import type { Difference } from '../domain/compare-with-wms.ts';
import type { Correction } from '../domain/correction.ts';
import { type Finding, type Position, positionKey, sumOnHand } from '../domain/position.ts';
import { cents } from '../domain/reconciliation-figures.ts';
import type { Stock, StockKey } from '../domain/stock.ts';
import type { UnreadableRow, WmsPosition } from '../domain/wms-stock.ts';
import { isoNow } from '../ports/runtime.ts';
import { UnreadableValue } from '../ports/wms-sql.ts';
import { gatherEvidence, readEvents, remember } from './gather-evidence.ts';
import { discrepancyIdOf, itemDiscrepancy, unreadableDetail } from './item-discrepancy.ts';
import type { Judgement, SecondLook } from './judge-item.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/** Discrepancies of an item's positions, and what they lead to. */
export type Described = {
  readonly discrepancies: readonly Discrepancy[];
  readonly corrections: readonly Correction[];
};

type Context = { readonly runId: string; readonly restored: boolean; readonly unitPrice: number | undefined };

type DescribePorts = Pick<ReconciliationPorts, 'journal' | 'wms' | 'runtime'>;

/**
 * Classifies what differs and says what is to be stored. Nothing is written.
 *
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function describeDiscrepancies(
  { after, live }: SecondLook,
  judgement: Judgement,
  context: Context,
  ports: DescribePorts,
): Promise<Described> {
  const { itemId, warehouseId } = after;
  const key = { itemId, warehouseId };
  const ours = [...live.overflow.positions, ...(live.stock?.positions ?? [])];
  const discrepancies = judgement.unreadable.map((row) => unreadableRow(key, row, ours, context, ports));
  const corrections: Correction[] = [];
  for (const difference of judgement.differences) {
    const described = await describeDifference(key, difference, context, ports);
    discrepancies.push(described.discrepancy);
    if (described.correction) corrections.push(described.correction);
  }
  const foundAt = isoNow(ports.runtime);
  if (judgement.totalIsWrong && live.stock) discrepancies.push(wrongTotal(live.stock, context, foundAt));
  for (const findings of byPosition(judgement.findings)) {
    discrepancies.push(await describeFindings(key, findings, live.stock, context, ports));
  }
  return { discrepancies, corrections };
}

async function describeDifference(
  key: StockKey,
  difference: Difference,
  { runId, restored, unitPrice }: Context,
  ports: DescribePorts,
): Promise<{ discrepancy: Discrepancy; correction?: Correction }> {
  const gathered = await gatherEvidence(key, difference, ports).catch(unlessUnreadable);
  if (gathered instanceof UnreadableValue) {
    const row = { ...difference, fault: gathered.message };
    return {
      discrepancy: unreadableRow(key, row, difference.cloud ? [difference.cloud] : [], { runId }, ports),
    };
  }
  const evidence = { ...gathered, restored };
  const { kind, locationId, lotNumber, wms, cloud } = difference;
  const found = figureOf(cloud);
  const foundAt = isoNow(ports.runtime);
  const discrepancyClass = classifyDifference(difference, evidence);
  const piecesOff = Math.abs((wms?.onHand ?? 0) - (cloud?.onHand ?? 0));
  const discrepancy: Discrepancy = {
    discrepancyId: discrepancyIdOf(key, difference, 'position'),
    runId,
    ...key,
    locationId,
    lotNumber,
    class: discrepancyClass,
    expected: kind === 'twice' ? null : figureOf(wms),
    found,
    action: ACTIONS[kind],
    detail: detailOf(difference, restored),
    ...(unitPrice !== undefined && kind !== 'twice' && { valueOff: cents(unitPrice * piecesOff) }),
    foundAt,
    lastEvents: remember(evidence.events),
  };
  if (kind === 'twice') return { discrepancy };
  const row = wms && { onHand: wms.onHand, version: wms.version, changedAt: wms.changedAt };
  const correction: Correction = {
    ...key,
    locationId,
    lotNumber,
    row,
    floor: floorOf(difference, evidence),
    voided: voidedEvents(difference, evidence),
    found,
    class: discrepancyClass,
    at: foundAt,
    runId,
  };
  return { discrepancy, correction };
}

function unlessUnreadable(error: unknown): UnreadableValue {
  if (error instanceof UnreadableValue) return error;
  throw error;
}

/** @param ours what the cloud holds of the item */
function unreadableRow(
  key: StockKey,
  { locationId, lotNumber, fault }: UnreadableRow,
  ours: readonly Position[],
  { runId }: Pick<Context, 'runId'>,
  { runtime }: DescribePorts,
): Discrepancy {
  const held = ours.find(
    (position) => position.locationId === locationId && position.lotNumber === lotNumber,
  );
  const lot = lotNumber === null ? undefined : `lot ${lotNumber}`;
  const name = [key.itemId, key.warehouseId, locationId, lot].filter((part) => typeof part === 'string');
  return {
    discrepancyId: discrepancyIdOf(key, { locationId, lotNumber }, 'unreadable'),
    runId,
    ...key,
    locationId,
    lotNumber,
    class: 'unknown',
    expected: null,
    found: figureOf(held ?? null),
    action: 'none',
    detail: unreadableDetail(name, fault),
    foundAt: isoNow(runtime),
    lastEvents: [],
  };
}

const ACTIONS: Readonly<Record<Difference['kind'], Discrepancy['action']>> = {
  missing: 'corrected',
  surplus: 'corrected',
  behind: 'corrected',
  ahead: 'corrected',
  figure: 'corrected',
  gap: 'gap-closed',
  twice: 'none',
};

function detailOf({ kind, wms, cloud }: Difference, restored: boolean): string {
  const theirs = `the WMS has ${wms?.onHand ?? 0}${wms?.version ? ` (version ${wms.version})` : ''}`;
  const ours = `the cloud had ${cloud?.onHand ?? 0}${cloud?.version ? ` (version ${cloud.version})` : ''}`;
  const why = restored ? ' The WMS was restored from a backup.' : '';
  switch (kind) {
    case 'missing':
      return `The cloud did not know the position; ${theirs}.`;
    case 'surplus':
      return `The WMS does not know the position; ${ours}.${why}`;
    case 'behind':
      return `The newest events did not arrive: ${ours}, ${theirs}.`;
    case 'ahead':
      return `The cloud held a state that the WMS does not have: ${ours}, ${theirs}.${why}`;
    case 'figure':
      return `The figures of one state differ: ${ours}, ${theirs}.`;
    case 'gap':
      return `Events of versions ${missingOf(cloud)} never arrived; later ones brought the right figure, ${wms?.onHand ?? 0}.`;
    case 'twice':
      return 'The WMS names the position more than once, so that its figure cannot be told. Nothing was changed; mend it in the WMS.';
  }
}

function missingOf(cloud: Position | null): string {
  return (cloud?.missing ?? [])
    .map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
    .join(', ');
}

function wrongTotal(stock: Stock, { runId, unitPrice }: Context, foundAt: string): Discrepancy {
  const { onHand } = stock;
  const sum = sumOnHand(stock.positions);
  return itemDiscrepancy(stock, 'total', {
    runId,
    class: 'calculation-mismatch',
    expected: sum,
    found: onHand,
    action: 'corrected',
    detail: `The total on hand was ${onHand}, its positions add up to ${sum}.`,
    ...(unitPrice !== undefined && { valueOff: cents(unitPrice * Math.abs(sum - onHand)) }),
    foundAt,
  });
}

/** What the fold came upon and a later event healed: the figure is right, the cause is to be looked for. */
async function describeFindings(
  key: StockKey,
  findings: readonly [Finding, ...Finding[]],
  stock: Stock | undefined,
  { runId }: Context,
  ports: DescribePorts,
): Promise<Discrepancy> {
  const [{ locationId, lotNumber }] = findings;
  const name = positionKey(findings[0]);
  const position = stock?.positions.find((held) => positionKey(held) === name) ?? null;
  const wms: WmsPosition | null = position && {
    locationId,
    lotNumber,
    onHand: position.onHand,
    version: Math.min(position.version ?? 1, ...findings.map(({ version }) => version ?? 1)),
    changedAt: null,
  };
  const difference: Difference = { kind: 'figure', locationId, lotNumber, wms, cloud: position };
  const events = await readEvents(key, difference, ports.journal);
  return {
    discrepancyId: discrepancyIdOf(key, findings[0], 'findings'),
    runId,
    ...key,
    locationId,
    lotNumber,
    class: 'calculation-mismatch',
    expected: figureOf(position),
    found: figureOf(position),
    action: 'noted',
    detail: `${findings.map(tellFinding).join(' ')} The figure is right now.`,
    foundAt: isoNow(ports.runtime),
    lastEvents: remember(events),
  };
}

function tellFinding({ kind, eventId, expected, found }: Finding): string {
  return kind === 'calculation-mismatch'
    ? `Event ${eventId} said ${found} where the state before and its change lead to ${expected}.`
    : `Event ${eventId} said ${found} of a state of which another had said ${expected}.`;
}

function byPosition(findings: readonly Finding[]): [Finding, ...Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(positionKey(finding));
    if (group) group.push(finding);
    else groups.set(positionKey(finding), [finding]);
  }
  return [...groups.values()];
}

function figureOf(
  position: { readonly onHand: number; readonly version?: number | null } | null,
): Discrepancy['found'] {
  return position && { onHand: position.onHand, version: position.version ?? null };
}
