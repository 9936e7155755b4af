import type { ServiceBusMessage } from '@azure/service-bus';
import { expect, test } from 'vitest';
import { readJsonMessage } from '../contracts/json-message.ts';
import { stockChangeSchema } from '../contracts/stock-change.ts';
import { stockChangesBy } from './stock-changes.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
/** As many as are watched, with ids as long as there are. */
const ITEMS = Array.from({ length: 1_200 }, (_, index) => `ITEM-${index}-`.padEnd(64, 'X'));

test.each([
  ['with what changed them', new Map(ITEMS.map((itemId) => [itemId, TRACE]))],
  ['without', undefined],
])('Many items are told in messages that are taken, %s', async (_what, causes) => {
  const sent: ServiceBusMessage[] = [];
  await stockChangesBy(async (messages) => void sent.push(...messages)).tell(ITEMS, causes);
  const told = sent.map(({ body }) => {
    const read = readJsonMessage(body, stockChangeSchema, 'invalid-stock-change');
    return read.accepted ? read.value : expect.fail(read.refusal.detail);
  });
  expect(told.flatMap(({ itemIds }) => itemIds)).toEqual(ITEMS);
  expect(told.flatMap((change) => Object.entries(change.causes ?? {}))).toEqual([...(causes ?? [])]);
});
