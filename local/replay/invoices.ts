import { bucketOf, uuidOf } from './hash.ts';
import type { WantedLine, WantedOrder } from './oms-client.ts';
import type { RetailRow } from './retail-row.ts';
import type { WarehouseTransaction } from './transactions.ts';

/** Lines that one order takes. */
const MAX_LINES = 200;
/** One invoice in so many is not delivered later: what is not there is rejected. */
const NO_BACKORDER_ONE_IN = 10;

export type Invoices = {
  /** Adds a sale, given by the picks it would be; answers the orders that are complete before it. */
  add: (row: RetailRow, picks: readonly WarehouseTransaction[]) => WantedOrder[];
  /** The last order; the file has ended. */
  end: () => WantedOrder[];
};

/**
 * Turns the sales of a file, in its order, into orders: one an invoice, each line of it a line. What is too long for one
 * order is several. The warehouse that the picks are in is preferred. The same file and run give the same orders.
 */
export function createInvoices(runId: string): Invoices {
  const run = uuidOf(`orders|${runId}`).slice(0, 8);
  /** Orders that each invoice has become so far: an invoice may come again later in a file. */
  const orders = new Map<string, number>();
  let open: { invoice: string; lines: WantedLine[] } | undefined;

  function end(): WantedOrder[] {
    if (open === undefined) return [];
    const { invoice, lines } = open;
    const number = (orders.get(invoice) ?? 0) + 1;
    orders.set(invoice, number);
    open = undefined;
    return [{ orderId: `${invoice}-${run}${number === 1 ? '' : `-${number}`}`, lines }];
  }

  return {
    add({ line, invoice }, picks) {
      const [first] = picks;
      if (first === undefined) return [];
      const complete = open && (open.invoice !== invoice || open.lines.length === MAX_LINES) ? end() : [];
      open ??= { invoice, lines: [] };
      open.lines.push({
        lineId: String(line),
        itemId: first.itemId,
        quantity: picks.reduce((sum, { quantity }) => sum + quantity, 0),
        preferredWarehouses: [first.warehouseId],
        allowBackorder: bucketOf(`later|${invoice}`, NO_BACKORDER_ONE_IN) !== 0,
      });
      return complete;
    },
    end,
  };
}
