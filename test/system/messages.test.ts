import { randomUUID } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../shared/contracts/access.ts';
import { actionsSchema } from '../../shared/contracts/actions.ts';
import {
  deleteResultSchema,
  type QuarantinedMessage,
  quarantineCountsSchema,
  quarantinePageSchema,
  replayResultSchema,
  restoreResultSchema,
} from '../../shared/contracts/quarantine.ts';
import { type Fabric, publishedEvent, startFabric, until } from './fabric.ts';

/** What people do about messages that could not be handled, over the wire and on the whole stack. */

let fabric: Fabric;
beforeAll(async () => {
  fabric = await startFabric();
}, 120_000);
afterAll(() => fabric?.stop(), 30_000);

/** Calls as somebody who has signed in. */
async function callAs(role: Role, method: 'GET' | 'POST', path: string, body?: unknown) {
  const person = Buffer.from(JSON.stringify({ name: `ann the ${role}`, role })).toString('base64url');
  const response = await fetch(`${fabric.stack.urls.functions}/api/people/${path}`, {
    method,
    headers: { authorization: `Development ${person}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function list(query: string): Promise<QuarantinedMessage[]> {
  const { body } = await fabric.get(`quarantine?${query}`);
  return quarantinePageSchema.parse(body).messages;
}

/** Publishes events that are parked, under ids with this text, and waits for them. */
async function parkSome(text: string, count: number): Promise<QuarantinedMessage[]> {
  await fabric.publish(
    ...Array.from({ length: count }, (_unused, index) => ({
      body: publishedEvent({ itemId: 'ITEM-BAD', eventId: `${text}-${index}`, quantityChange: 0.5 }),
      messageId: `${text}-${index}`,
    })),
  );
  return until(
    () => list(`text=${text}`),
    (messages) => messages.length === count,
  );
}

const newText = () => `evt-${randomUUID().slice(0, 8)}`;

describe('the quarantine', () => {
  test('is filtered and counted', async () => {
    const text = newText();
    const [first] = await parkSome(text, 2);
    expect(first).toMatchObject({ state: 'parked', reason: 'invalid-event', itemId: 'ITEM-BAD' });
    expect(await list(`text=${text}&itemId=ITEM-BAD&reason=invalid-event&state=parked`)).toHaveLength(2);
    expect(await list(`text=${text}&itemId=ITEM-GOOD`)).toEqual([]);
    expect(await list(`text=${text}&to=2000-01-01T00:00:00Z`)).toEqual([]);
    expect(await fabric.get('quarantine?from=yesterday')).toMatchObject({ status: 400 });
    const counts = quarantineCountsSchema.parse((await fabric.get('quarantine/counts')).body);
    expect(counts).toMatchObject({ atLeast: false, deadLettersAvailable: true });
    expect(counts.counts).toContainEqual({
      ...{ state: 'parked', reason: 'invalid-event' },
      messages: (await list('reason=invalid-event')).length,
    });
  });

  test('is not replayed by a call that does not say what', async () => {
    await parkSome(newText(), 1);
    const before = await list('limit=500');
    for (const body of [undefined, {}, { perSecond: 10 }]) {
      const answer = await fabric.postTo('quarantine/replay', body);
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ detail: expect.stringContaining('all: true') }] },
      });
    }
    expect(await list('limit=500')).toEqual(before);
  });

  test('is replayed by a filter, slowly, and what was parked anew meanwhile is left', async () => {
    const text = newText();
    await parkSome(text, 3);
    const { status, body } = await callAs('operator', 'POST', 'quarantine/replay', {
      ...{ text, perSecond: 2, why: 'The sender is mended.', by: 'somebody else' },
    });
    expect(status).toBe(200);
    const { startedAt, ...counts } = replayResultSchema.parse(body);
    expect(counts).toEqual({ replayed: 3, remaining: 0, unknown: [] });
    // They are no better than before.
    await until(
      () => list(`text=${text}`),
      (messages) => messages.length === 3 && messages.every(({ messageId }) => messageId.endsWith('#1')),
    );
    const again = await callAs('operator', 'POST', 'quarantine/replay', { text, to: startedAt });
    expect(again.body).toMatchObject({ replayed: 0, remaining: 0 });
    const [, action] = await actions();
    expect(action).toMatchObject({
      ...{ kind: 'replay-messages', by: 'ann the operator', why: 'The sender is mended.' },
      ...{ asked: { text, perSecond: 2 }, status: 'done', count: 3 },
    });
    expect(action?.ids).toHaveLength(3);
  });

  test('gives messages up with a reason, keeps them, and takes them back', async () => {
    const text = newText();
    const ids = (await parkSome(text, 2)).map(({ id }) => id);
    const why = 'A test of the sender.';
    expect(await callAs('controller', 'POST', 'quarantine/delete', { ids, why })).toMatchObject({
      status: 403,
    });
    expect(await callAs('operator', 'POST', 'quarantine/delete', { ids })).toMatchObject({ status: 400 });
    const deleted = await callAs('operator', 'POST', 'quarantine/delete', { ids: [...ids, 'none'], why });
    expect(deleteResultSchema.parse(deleted.body)).toMatchObject({
      deleted: 2,
      remaining: 0,
      unknown: ['none'],
    });
    expect(await list(`text=${text}`)).toEqual([]);
    const kept = await list(`text=${text}&state=deleted`);
    expect(kept).toMatchObject([
      { deletion: { by: 'ann the operator', why, stateBefore: 'parked' } },
      { deletion: { by: 'ann the operator', why, stateBefore: 'parked' } },
    ]);
    const body = await fetch(`${fabric.stack.urls.functions}/api/quarantine/${kept[0]?.id}/body`);
    expect(await body.text()).toContain(text);

    const restored = await fabric.postTo('quarantine/restore', { ids, by: 'the night shift' });
    expect(restoreResultSchema.parse(restored.body)).toEqual({ restored: 2, unknown: [] });
    expect(await list(`text=${text}`)).toHaveLength(2);
    const [restoring, deleting] = await actions();
    expect(restoring).toMatchObject({ kind: 'restore-messages', by: 'the night shift', count: 2 });
    expect(deleting).toMatchObject({ kind: 'delete-messages', by: 'ann the operator', why, count: 2 });
    expect(new Set(deleting?.ids)).toEqual(new Set(ids));
  });
});

test('what a warehouse could not read is listed with its reason, sent again, and deleted', async () => {
  const client = new ServiceBusClient(fabric.stack.connections.serviceBus);
  const messageId = newText();
  await client.createSender('allocation-requests').sendMessages({
    ...{ body: Buffer.from('hello'), messageId, applicationProperties: { warehouseId: 'WH-001' } },
  });
  await client.close();
  const waits = (id: string) =>
    until(
      () => list(`text=${messageId}`),
      (messages) => messages.length === 1 && messages[0]?.messageId === id,
    );
  const [letter] = await waits(messageId);
  expect(letter).toMatchObject({ state: 'dead-lettered', subscription: 'allocation-requests/WH-001' });
  const kept = await fetch(`${fabric.stack.urls.functions}/api/quarantine/${letter?.id}/body`);
  expect(await kept.text()).toBe('hello');
  expect(await fabric.postTo(`quarantine/${letter?.id}/replay`)).toMatchObject({ body: { replayed: 1 } });
  await waits(`${messageId}#1`);
  const deletion = { text: messageId, by: 'a test', why: 'It is none.' };
  expect(await fabric.postTo('quarantine/delete', deletion)).toMatchObject({ body: { deleted: 1 } });
  expect(await list(`text=${messageId}`)).toEqual([]);
  expect(await list(`text=${messageId}&state=deleted`)).toMatchObject([
    { deletion: { by: 'a test', stateBefore: 'dead-lettered' } },
  ]);
});

test('the actions are told page by page, the newest first', async () => {
  for (const by of ['first', 'second', 'third'])
    await fabric.postTo('quarantine/replay', { ids: ['none'], by });
  const { body } = await fabric.get('actions?top=2');
  const page = actionsSchema.parse(body);
  expect(page.actions.map(({ by }) => by)).toEqual(['third', 'second']);
  const token = encodeURIComponent(page.continuationToken ?? '');
  const next = actionsSchema.parse((await fabric.get(`actions?top=1&continuationToken=${token}`)).body);
  expect(next.actions).toMatchObject([{ by: 'first', status: 'done', count: 0 }]);
  expect(await fabric.get('actions?continuationToken=x')).toMatchObject({ status: 400 });
});

async function actions() {
  return actionsSchema.parse((await fabric.get('actions')).body).actions;
}
