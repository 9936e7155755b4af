// An OMS in a few lines: keeps stock for a cart, makes it an order, follows it, takes it back.
// Run it against `npm start`: npm run example-oms -- [ITEM] (STOCKBRIDGE_FUNCTIONS_URL, STOCKBRIDGE_KEY)
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { omsClient } from './oms-client.ts';
import { StockbridgeError } from './stockbridge-error.ts';

const url = process.env.STOCKBRIDGE_FUNCTIONS_URL ?? 'http://127.0.0.1:7071';
const oms = omsClient({ url, key: process.env.STOCKBRIDGE_KEY, signal: AbortSignal.timeout(60_000) });
const itemId = process.argv[2] ?? '22423';
const id = randomUUID().slice(0, 8);

try {
  const { atp, warehouses } = await oms.itemAtp(itemId);
  console.log(`${itemId}: ${atp} available to promise in ${warehouses.length} warehouses`);

  const lines = [{ lineId: '1', itemId, quantity: 2 }];
  const cart = await oms.keepHold(`CART-${id}`, { lines, expiresInSeconds: 900 });
  console.log(`Cart CART-${id} is ${cart.status} until ${cart.expiresAt}`);

  await oms.orderHold(`CART-${id}`, `ORD-${id}`);
  let order = await oms.order(`ORD-${id}`);
  while (order.status === 'tentative') {
    await setTimeout(200);
    order = await oms.order(`ORD-${id}`);
  }
  console.log(`Order ORD-${id} is ${order.status}`);
  for (const { why } of order.lines) for (const { at, detail } of why) console.log(`  ${at} ${detail}`);

  const cancelled = await oms.cancelOrder(`ORD-${id}`);
  console.log(`Taken back: it is ${cancelled.status}`);
} catch (error) {
  console.error(error instanceof StockbridgeError ? error.message : error);
  process.exitCode = 1;
}
