import type { OrderLineState, OrderState } from './oms-client.ts';

/** Order lines by how far they are. Each of the first three includes those that are further. */
export type OrderFigures = {
  orders: number;
  lines: number;
  /** Lines for which the cloud ever held stock. */
  promised: number;
  /** Lines of which a warehouse ever confirmed pieces. */
  confirmed: number;
  /** Lines that were picked in full. */
  fulfilled: number;
  /** Lines of which pieces wait for stock now. */
  backordered: number;
  /** Lines of which pieces were refused. */
  rejected: number;
  /** Lines that are neither final nor resting: without an answer, or being released. */
  unsettled: number;
};

const NONE: OrderFigures = {
  ...{ orders: 0, lines: 0, promised: 0, confirmed: 0, fulfilled: 0 },
  ...{ backordered: 0, rejected: 0, unsettled: 0 },
};

/** Sums over orders, each by the newest state that was noted. */
export function createOrderFigures(): { note: (state: OrderState) => void; sum: () => OrderFigures } {
  const known = new Map<string, OrderFigures>();
  const sum = { ...NONE };
  const names = Object.keys(NONE) as (keyof OrderFigures)[];
  return {
    note(state) {
      const before = known.get(state.orderId) ?? NONE;
      const after = figuresOf(state);
      known.set(state.orderId, after);
      for (const name of names) sum[name] += after[name] - before[name];
    },
    sum: () => ({ ...sum }),
  };
}

function figuresOf({ lines }: OrderState): OrderFigures {
  const count = (is: (line: OrderLineState) => boolean) => lines.filter(is).length;
  return {
    orders: 1,
    lines: lines.length,
    promised: count(({ sources }) => sources.length > 0),
    confirmed: count(({ confirmed, fulfilled }) => confirmed + fulfilled > 0),
    fulfilled: count(({ fulfilled, quantity }) => fulfilled === quantity),
    backordered: count(({ backordered }) => backordered > 0),
    rejected: count(({ rejected }) => rejected > 0),
    unsettled: count(isUnsettled),
  };
}

/** True while a warehouse is still to answer for pieces of the line, or they are still to be placed. */
export function isUnsettled({ tentative, releasing }: OrderLineState): boolean {
  return tentative + releasing > 0;
}
