import { type OrderLine, promisedOf, standing } from '../../../shared/domain/order-line.ts';
import type { Position } from '../../../shared/domain/position.ts';
import { replacePositions, type Stock } from '../../../shared/domain/stock.ts';
import type { Chance } from '../chance.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Faults } from '../faults.ts';
import { startProcess } from '../process.ts';
import type { World } from '../world.ts';
import type { Damage, DamageLog } from './damage-log.ts';

export type VandalParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly cloud: Pick<Cloud, 'stock'>;
  readonly log: DamageLog;
  /** Between two turns, at most. Milliseconds. */
  readonly turnMs: number;
};

/** Pieces by which a figure is made wrong, at most. */
const LARGEST_ERROR = 9;
/** So many events of a position would all have to come again to heal it: more than one upload brings, whose batch may come twice. */
const HEALS_NOT_BY_REPETITION = 12;

/**
 * Somebody who edits and deletes documents by hand. A stock is damaged by one kind of damage only, and by that once, so that it can be
 * told what is to be found of it.
 */
export function startVandal({ world, faults, cloud, log, turnMs }: VandalParts): void {
  const chance = world.chance.stream('vandal');
  const { after } = startProcess(world, 'vandal');
  const { items } = cloud.stock;
  const turn = () => {
    if (faults.areOver()) return;
    if (faults.happens('document-edited')) edit();
    if (faults.happens('document-deleted')) remove();
    if (faults.happens('hold-gone')) dropLine();
    after(chance.between(1, turnMs), 'the vandal turns', turn);
  };
  turn();

  function edit(): void {
    const stock = someStock();
    if (!stock) return;
    const edited = chance.oneOf(EDITS)(stock, chance);
    if (!edited) return;
    for (const damage of edited.damages) note(stock, 'document-edited', damage);
    cloud.stock.put(edited.stock);
  }

  /** One whose figures are all known, and which nothing else has damaged. */
  function someStock(): Stock | undefined {
    const stocks = [...items.partitions()].flatMap(({ stocks }) => [...stocks.values()]);
    if (stocks.length === 0) return undefined;
    const { value } = chance.oneOf(stocks);
    const isFree = log
      .all()
      .every(({ itemId, warehouseId }) => itemId !== value.itemId || warehouseId !== value.warehouseId);
    return isFree && value.positions.length > 0 && value.overflowed === undefined ? value : undefined;
  }

  function remove(): void {
    const stock = someStock();
    if (!stock) return;
    const detail = 'its stock document is deleted';
    for (const position of stock.positions)
      note(stock, 'document-deleted', { ...forgotten(position), detail });
    const { itemId, warehouseId } = stock;
    note(stock, 'document-deleted', {
      ...{ place: null, classes: ['calculation-mismatch'], version: 0, isLasting: false },
      detail: 'its promises are deleted',
    });
    items.removeStock(itemId, warehouseId);
  }

  /** The line and the total that it is part of go together, as the product writes them. */
  function dropLine(): void {
    const lines = [...items.partitions()].flatMap(({ lines }) =>
      [...lines.values()].map(({ value }) => value),
    );
    const settled = lines.filter(isPromised);
    if (settled.length === 0) return;
    const line = chance.oneOf(settled);
    const [allocation] = line.allocations;
    if (!allocation) return;
    const { itemId } = line;
    const { warehouseId, allocationId } = allocation;
    if (log.isTaken({ itemId, warehouseId }, 'hold-gone')) return;
    const of = promisedOf(line).get(warehouseId) ?? { tentative: 0, confirmed: 0, picked: 0 };
    const outcome = items.write(itemId, [
      {
        ...{ kind: 'patch', warehouseId },
        change: ({ tentative, confirmed, picked, version }) => ({
          tentative: tentative - of.tentative,
          confirmed: confirmed - of.confirmed,
          picked: picked - of.picked,
          version: version + 1,
        }),
      },
    ]);
    if (outcome !== 'stored') return;
    items.removeLine(line);
    log.note({
      ...{ kind: 'hold-gone', itemId, warehouseId, place: null, allocationId, version: 0 },
      // What was picked while there was no line is settled when the order has made it anew.
      ...{ classes: ['reservation-without-hold', 'lost-event'], isLasting: false },
      detail: `line ${line.lineId} of ${line.orderId} is deleted, and with it ${of.confirmed - of.picked} promised pieces`,
    });
  }

  function note({ itemId, warehouseId }: Stock, kind: Damage['kind'], damage: Planted): void {
    log.note({ itemId, warehouseId, kind, ...damage });
  }
}

type Planted = Omit<Damage, 'itemId' | 'warehouseId' | 'kind'>;

type Edited = { readonly stock: Stock; readonly damages: readonly Planted[] };

const EDITS: readonly ((stock: Stock, chance: Chance) => Edited | undefined)[] = [
  editFigure,
  forget,
  invent,
  misplace,
  runAhead,
  editTotal,
  editPromises,
];

function editFigure(stock: Stock, chance: Chance): Edited {
  const position = chance.oneOf(stock.positions);
  const error = chance.between(1, LARGEST_ERROR) * chance.oneOf([-1, 1]);
  const onHand = position.onHand + error < 0 ? position.onHand - error : position.onHand + error;
  return {
    stock: withPositions(stock, replaced(stock, position, { ...position, onHand })),
    damages: [
      {
        ...at(position),
        ...{ classes: ['calculation-mismatch'], isLasting: false },
        held: { version: position.version ?? 0, onHand },
        detail: `${position.onHand} pieces are made ${onHand}`,
      },
    ],
  };
}

function forget(stock: Stock, chance: Chance): Edited {
  const position = chance.oneOf(stock.positions);
  const detail = `its ${position.onHand} pieces are taken out`;
  return {
    stock: withPositions(stock, replaced(stock, position)),
    damages: [{ ...forgotten(position), detail }],
  };
}

/** Pieces in a place that nobody knows. */
function invent(stock: Stock, chance: Chance): Edited {
  const position = {
    ...nowhere(chance),
    onHand: chance.between(1, LARGEST_ERROR),
    version: 1,
    changedAt: stock.asOf,
  };
  return {
    stock: withPositions(stock, [...stock.positions, position]),
    damages: [phantom(position, `${position.onHand} pieces are put there`)],
  };
}

/** A position that was somewhere else is doubled, or moved. */
function misplace(stock: Stock, chance: Chance): Edited | undefined {
  const position = chance.oneOf(stock.positions);
  // Nothing in a place that nobody knows is as good as no such place.
  if (position.onHand === 0) return undefined;
  const { missing: _gap, corrected: _mark, ...kept } = position;
  const elsewhere = { ...kept, ...nowhere(chance) };
  const moves = chance.happens(0.5);
  const rest = moves ? replaced(stock, position) : stock.positions;
  const what = `${position.onHand} pieces of ${position.locationId} stand there`;
  return {
    stock: withPositions(stock, [...rest, elsewhere]),
    damages: [
      phantom(elsewhere, what),
      ...(moves ? [{ ...forgotten(position), detail: 'it was moved to nowhere' }] : []),
    ],
  };
}

/** A state that the WMS never had. */
function runAhead(stock: Stock, chance: Chance): Edited {
  const position = chance.oneOf(stock.positions);
  const version = (position.version ?? 0) + chance.between(200, 1_000);
  const onHand = position.onHand + chance.between(0, LARGEST_ERROR);
  const ahead = { ...position, version, onHand };
  return {
    stock: withPositions(stock, replaced(stock, position, ahead)),
    damages: [
      { ...phantom(ahead, `version ${position.version} is made ${version}`), version: position.version ?? 0 },
    ],
  };
}

/** The total is not the sum of the positions. */
function editTotal(stock: Stock, chance: Chance): Edited {
  const onHand = stock.onHand + chance.between(1, LARGEST_ERROR);
  const detail = `its total of ${stock.onHand} is made ${onHand}`;
  return { stock: { ...stock, onHand }, damages: [{ ...OF_ITEM, detail }] };
}

function editPromises(stock: Stock, chance: Chance): Edited | undefined {
  const open = stock.confirmed - stock.picked;
  const error = chance.happens(0.5) ? chance.between(1, LARGEST_ERROR) : -Math.min(open, LARGEST_ERROR);
  if (error === 0) return undefined;
  const detail = `its ${stock.confirmed} confirmed pieces are made ${stock.confirmed + error}`;
  return { stock: { ...stock, confirmed: stock.confirmed + error }, damages: [{ ...OF_ITEM, detail }] };
}

const OF_ITEM = { place: null, classes: ['calculation-mismatch'], version: 0, isLasting: false } as const;

/** The next event of the position makes it known again, with a gap before it. */
function forgotten(position: Position): Omit<Planted, 'detail'> {
  const isLasting = (position.version ?? 0) >= HEALS_NOT_BY_REPETITION;
  return { ...at(position), classes: ['missing', 'lost-event'], isLasting };
}

function phantom(position: Position, detail: string): Planted {
  const { version = 0, onHand } = position;
  return { ...at(position), classes: ['phantom'], held: { version, onHand }, isLasting: true, detail };
}

function at({ locationId, lotNumber, version = 0 }: Position) {
  return { place: { locationId, lotNumber }, version };
}

function nowhere(chance: Chance) {
  return { locationId: `NOWHERE-${chance.between(1, 9_999)}`, lotNumber: null };
}

function replaced({ positions }: Stock, position: Position, ...by: readonly Position[]): Position[] {
  return positions.flatMap((held) => (held === position ? by : [held]));
}

/** As whoever edits a document makes it look right: with its total. */
function withPositions(stock: Stock, positions: readonly Position[]): Stock {
  const { onHand, openFindings } = replacePositions(stock, positions, stock.asOf);
  return { ...stock, positions, onHand, openFindings };
}

/** It rests, and one warehouse keeps pieces for it. */
function isPromised(line: OrderLine): boolean {
  const [allocation, ...more] = line.allocations;
  if (line.kind !== 'order-line' || !allocation || more.length > 0 || line.unsettledSince !== undefined)
    return false;
  return allocation.state === 'decided' && line.backordered === 0 && standing(allocation) > allocation.picked;
}
