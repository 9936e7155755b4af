import type { Backorder } from '../../../shared/contracts/allocation.ts';
import type { ItemAtp } from '../../../shared/contracts/atp.ts';
import type { HistoryCorrection, HistoryEntry, HistoryPosition } from '../../../shared/contracts/history.ts';
import type { OpenPromise } from '../../../shared/contracts/open-promises.ts';
import { count, tableLines } from '../table.ts';

export type ItemHistory = {
  readonly warehouseId: string;
  readonly positions: readonly HistoryPosition[];
  /** Where they were asked for. */
  readonly entries?: readonly (HistoryEntry | HistoryCorrection)[];
};

/** What an item's ATP is made of. */
export type Item = {
  readonly atp: ItemAtp;
  readonly histories: readonly ItemHistory[];
  /** Who holds pieces, or waits for them. */
  readonly promises: readonly OpenPromise[];
  /** There are more than these. */
  readonly morePromises: boolean;
  readonly backorders: readonly Backorder[];
  /** More wait than these. */
  readonly moreBackorders: boolean;
};

/** An item, line by line. */
export function itemLines(item: Item): string[] {
  const { atp, histories, backorders, moreBackorders } = item;
  const figures = ({
    onHand,
    tentative,
    confirmed,
    safetyStock,
    atRisk,
    atp: free,
  }: ItemAtp | AtpOfWarehouse) => [onHand, tentative, confirmed, safetyStock, atRisk, free].map(count);
  return [
    `${atp.itemId}: ${count(atp.atp)} available to promise over all warehouses, as of ${atp.asOf}.`,
    ...tableLines([
      ['warehouse', 'on hand', 'tentative', 'confirmed', 'safety stock', 'at risk', 'ATP'],
      ...atp.warehouses.map((stock) => [stock.warehouseId, ...figures(stock)]),
    ]),
    '',
    'Positions:',
    ...tableLines(
      histories.flatMap(({ warehouseId, positions }) =>
        positions.map((one) => positionRow(warehouseId, one)),
      ),
      [0, 1, 2, 4],
    ),
    ...promiseLines(item),
    ...backorderLines(backorders, moreBackorders),
    ...histories.flatMap(historyLines),
  ];
}

type AtpOfWarehouse = ItemAtp['warehouses'][number];

function positionRow(warehouseId: string, { locationId, lotNumber, cloud, difference }: HistoryPosition) {
  const version = cloud?.version === null || cloud === null ? '' : `version ${cloud.version}`;
  const note = difference === undefined ? '' : `, journal and cloud differ: ${difference}`;
  return [
    ...[`  ${warehouseId}`, locationId, lotNumber ?? '', cloud ? `${count(cloud.onHand)} pieces` : 'unknown'],
    `${version}${note}`,
  ];
}

/** What tentative and confirmed are made of. */
function promiseLines({ promises, morePromises }: Item): string[] {
  const rows = promises.flatMap(heldRows);
  if (rows.length === 0 && !morePromises) return ['', 'Nobody holds any of it.'];
  return [
    '',
    'Held for orders and carts:',
    ...tableLines(rows, [0, 1, 2, 4]),
    ...(morePromises ? ['  … and more than are told at once'] : []),
  ];
}

function heldRows({ orderId, lineId, state, sources }: OpenPromise): string[][] {
  const id = state === 'in-cart' ? `${orderId} (cart)` : orderId;
  return sources
    .filter(({ quantity, picked }) => quantity > picked)
    .map(({ warehouseId, quantity, picked, status }) => [
      ...[`  ${id}`, `line ${lineId}`, warehouseId, `${count(quantity - picked)} pieces`, status],
    ]);
}

function backorderLines(backorders: readonly Backorder[], more: boolean): string[] {
  if (backorders.length === 0) return [];
  return [
    '',
    'Wait for stock:',
    ...tableLines(
      backorders.map(({ orderId, lineId, quantity, priority, promisedDate }) => [
        ...[`  ${orderId}`, `line ${lineId}`, `${count(quantity)} pieces`, `priority ${priority}`],
        promisedDate === null ? 'no receipt covers it' : `promised for ${promisedDate}`,
      ]),
      [0, 1, 4],
    ),
    ...(more ? ['  … and more: GET /api/backorders'] : []),
  ];
}

function historyLines({ warehouseId, entries }: ItemHistory): string[] {
  if (!entries) return [];
  return ['', `History in ${warehouseId}:`, ...tableLines(entries.map(entryRow), [0, 1, 2, 3, 6, 7])];
}

function entryRow(entry: HistoryEntry | HistoryCorrection): string[] {
  const { locationId, lotNumber, timestamp, version } = entry;
  const place = [`  ${timestamp}`, locationId, lotNumber ?? ''];
  if ('kind' in entry) {
    const { wms, runId } = entry;
    const figure = wms === null ? 'none' : count(wms.onHand);
    return [...place, `correction (${entry.class})`, '', figure, versionText(version), `run ${runId}`];
  }
  const { eventType, quantityChange, resultingOnHand, userId, scannerId, orderId } = entry;
  const who = [
    `${userId} with ${scannerId}`,
    ...(orderId === undefined ? [] : [`order ${orderId}`]),
    ...flags(entry),
  ];
  const change = quantityChange > 0 ? `+${count(quantityChange)}` : count(quantityChange);
  return [
    ...[...place, eventType.replace('Inventory', '').toLowerCase(), change, count(resultingOnHand)],
    ...[versionText(version), who.join(', ')],
  ];
}

function flags({ finding, voided, superseded }: HistoryEntry): string[] {
  return [
    ...(finding ? [finding.kind] : []),
    ...(voided ? ['voided by a correction'] : []),
    ...(superseded ? ['does not count'] : []),
  ];
}

function versionText(version: number | null): string {
  return version === null ? '' : `version ${version}`;
}
