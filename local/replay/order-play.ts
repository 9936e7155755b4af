import type { AdapterClient } from './adapter-client.ts';
import { createInvoices } from './invoices.ts';
import { type OmsClient, omsClient } from './oms-client.ts';
import { type OrderDesk, openOrderDesk } from './order-desk.ts';
import { createPicking } from './picking.ts';
import type { RetailRow } from './retail-row.ts';
import type { Session } from './session.ts';
import type { WarehouseTransaction } from './transactions.ts';

export type OrderPlayOptions = {
  client: AdapterClient;
  functionsUrl: string;
  session: Session;
  runId: string;
  /** Order lines under way at a time. */
  linesAtOnce: number;
  signal: AbortSignal;
  /** Told when the orders' API does not answer, and undefined when it does again. */
  waiting?: (reason: string | undefined) => void;
};

export type OrderPlay = {
  /** Plays a row: its sale as a line of an order, everything else as the warehouse's work. */
  play: (row: RetailRow, transactions: readonly WarehouseTransaction[]) => Promise<void>;
  /** Hands in the last order and returns when all orders rest. */
  finish: () => Promise<void>;
  desk: OrderDesk;
  /** The order handed in last. */
  lastOrder: () => string | undefined;
};

/**
 * Plays the sales of a file as orders. The warehouse does the rest as without them: what it receives, puts away and
 * corrects, it picks only when an order's pieces are confirmed, and from the warehouse that confirmed them.
 */
export function openOrderPlay(options: OrderPlayOptions): OrderPlay {
  const { client, session, functionsUrl, runId, linesAtOnce, signal, waiting } = options;
  const oms: OmsClient = omsClient(functionsUrl, { signal, ...(waiting && { waiting }) });
  const pick = createPicking({ client, post: session.post, signal });
  const desk = openOrderDesk({ oms, pick, linesAtOnce, signal });
  const invoices = createInvoices(runId);
  let lastOrder: string | undefined;

  async function take(orders: ReturnType<typeof invoices.add>): Promise<void> {
    for (const order of orders) {
      lastOrder = order.orderId;
      await desk.take(order);
    }
  }

  return {
    async play(row, transactions) {
      const picks = transactions.filter(({ type }) => type === 'pick');
      for (const transaction of transactions) {
        if (transaction.type === 'pick') await session.turn();
        else await session.send(transaction);
      }
      await take(invoices.add(row, picks));
    },
    async finish() {
      await take(invoices.end());
      await desk.finish();
    },
    desk,
    lastOrder: () => lastOrder,
  };
}
