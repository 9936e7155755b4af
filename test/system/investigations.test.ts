import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Investigation,
  type InvestigationNotice,
  investigationNoticeSchema,
  investigationSchema,
  investigationsSchema,
} from '../../shared/contracts/investigation.ts';
import { recountTasksSchema } from '../../shared/contracts/recount-task.ts';
import { openOrAdd } from '../../shared/investigation/open-or-add.ts';
import type { Orchestrations } from '../../shared/ports/orchestrations.ts';
import { systemRuntime } from '../../shared/ports/runtime.ts';
import { openStorage } from '../../shared/storage/connection.ts';
import { tableInvestigationStore } from '../../shared/storage/investigation-store.ts';
import { signatureOf } from '../../shared/webhook/investigation-webhook.ts';
import { cloudFigures, type Fabric, startFabric, transaction, until } from './fabric.ts';

const SECRET = 'nobody else knows';
/** A look is taken every 15 seconds at first, and a killed host's messages stay locked for a minute. */
const SOON_MS = 90_000;

/** What a step of the webhook brought. */
type Delivery = { notice: InvestigationNotice; isSigned: boolean };

let fabric: Fabric;
let bus: ServiceBusClient;
let webhook: Server;
let isWebhookUp = true;
const turnedAway: string[] = [];
const delivered: Delivery[] = [];
const published: { notice: InvestigationNotice; properties: Record<string, unknown> }[] = [];

beforeAll(async () => {
  webhook = createServer(async (request, response) => {
    const body = await text(request);
    const notice = investigationNoticeSchema.parse(JSON.parse(body));
    if (!isWebhookUp) {
      turnedAway.push(notice.investigation.investigationId);
      return void response.writeHead(503).end();
    }
    const isSigned = request.headers['x-stockbridge-signature'] === signatureOf(body, SECRET);
    delivered.push({ notice, isSigned });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const { port } = webhook.address() as AddressInfo;
  fabric = await startFabric({
    autoRestart: false,
    environment: {
      STOCKBRIDGE_INVESTIGATION_REMIND_HOURS: '0.001',
      STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS: '0.002',
      STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: `http://127.0.0.1:${port}/investigations`,
      STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET: SECRET,
    },
  });
  bus = new ServiceBusClient(fabric.stack.connections.serviceBus);
  bus.createReceiver('investigations', 'systems').subscribe({
    processMessage: async ({ body, applicationProperties = {} }) => {
      published.push({ notice: investigationNoticeSchema.parse(body), properties: applicationProperties });
    },
    processError: async () => {},
  });
}, 90_000);

afterAll(async () => {
  await bus?.close();
  await fabric?.stop();
  webhook?.close();
}, 30_000);

/** The durable part of the host, as an operator speaks to it. */
const host: Orchestrations = {
  start: ({ name, instanceId, input }) => durable(`orchestrators/${name}/${instanceId}`, input, [202, 409]),
  raise: (instanceId, eventName, data) =>
    durable(`instances/${instanceId}/raiseEvent/${eventName}`, data, [202, 404, 410]),
};

async function durable(path: string, body: unknown, expected: readonly number[]): Promise<void> {
  const keys = JSON.parse(readFileSync(join(fabric.stack.dataFolder, 'functions/keys.json'), 'utf8'));
  const url = `${fabric.stack.urls.functions}/runtime/webhooks/durabletask/${path}?code=${keys.durabletask_extension}`;
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(expected).toContain(status);
}

/** What a run of the reconciliation does when it has found that a position differed. */
async function found(itemId: string, orchestrations = host): Promise<string> {
  const storage = await openStorage({ StorageConnection: fabric.stack.connections.storage });
  const investigations = tableInvestigationStore(storage.table('investigations'));
  const at = new Date().toISOString();
  const discrepancy = {
    ...{
      runId: `20241118T100000000Z-${randomUUID().slice(0, 4)}`,
      discrepancyId: `WH-001|${itemId}|A-05-02||position`,
    },
    ...{
      class: 'lost-event' as const,
      locationId: 'A-05-02',
      lotNumber: null,
      expected: 10,
      found: 12,
      foundAt: at,
    },
  };
  const ports = { investigations, orchestrations, runtime: systemRuntime };
  return openOrAdd(ports, { warehouseId: 'WH-001', itemId, discrepancies: [discrepancy], at });
}

const newItem = () => `ITEM-${randomUUID().slice(0, 8)}`;
const pathOf = (investigationId: string) => `investigations/${encodeURIComponent(investigationId)}`;

async function read(investigationId: string): Promise<Investigation> {
  const { status, body } = await fabric.get(pathOf(investigationId));
  expect(status).toBe(200);
  return investigationSchema.parse(body);
}

async function does(investigationId: string, action: string, body: unknown): Promise<Investigation> {
  const answer = await fabric.postTo(`${pathOf(investigationId)}/${action}`, body);
  expect(answer).toMatchObject({ status: 200 });
  return investigationSchema.parse(answer.body);
}

/** What was told of an investigation, each step once, in its order; reminders come in between. */
function told(notices: readonly InvestigationNotice[], investigationId: string): string[] {
  const steps = notices
    .filter(({ investigation }) => investigation.investigationId === investigationId)
    .map(({ noticeId, step }) => [Number(noticeId.split('#')[1]), step.action] as const)
    .filter(([, action]) => action !== 'reminded' && action !== 'escalated');
  return [...new Map(steps)].sort(([a], [b]) => a - b).map(([, action]) => action);
}

const onTopic = (id: string) =>
  told(
    published.map(({ notice }) => notice),
    id,
  );
const atWebhook = (id: string) =>
  told(
    delivered.map(({ notice }) => notice),
    id,
  );

async function tasks(): Promise<{ investigationId: string; locationId: string }[]> {
  const response = await fetch(`${fabric.stack.urls.adapter}/api/v1/recount-tasks?warehouseId=WH-001`);
  return recountTasksSchema.parse(await response.json()).recountTasks;
}

describe('An investigation', () => {
  test(
    'is assigned, its recount is a task of the warehouse, and it closes by itself when the count agrees, over a kill of the host',
    async () => {
      const itemId = newItem();
      await fabric.know([itemId], ['A-05-02']);
      await fabric.transact([transaction({ itemId, quantity: 10 })]);
      await until(fabric.cloudStocks, (stocks) => cloudFigures(stocks)[`${itemId}|WH-001|A-05-02|`] === 10);
      const investigationId = await found(itemId);
      await does(investigationId, 'assignment', { by: 'bob', assignee: 'ann' });
      const asked = await does(investigationId, 'recount', { by: 'ann', note: 'Look behind the shelf.' });
      expect(asked.recount?.positions).toMatchObject([
        { locationId: 'A-05-02', lotNumber: null, sinceVersion: 1, sinceChangedAt: expect.any(String) },
      ]);
      await until(tasks, (listed) => listed.some((task) => task.investigationId === investigationId));

      fabric.stack.parts.functions?.kill('SIGKILL');
      // Not before the bus has noticed: what it sends a dead host stays locked for a minute.
      await until(
        () => fabric.get('health/live').catch(() => 'gone'),
        (answer) => answer === 'gone',
      );
      const [counted] = await fabric.transact([transaction({ itemId, type: 'count', quantity: 10 })]);
      expect(counted?.outcome).toBe('applied');
      await fabric.stack.parts.functions?.restart();

      const closed = await until(
        () => read(investigationId),
        ({ status }) => status === 'closed',
        SOON_MS,
      );
      expect(closed).toMatchObject({ closedBecause: 'recount-agreed', assignee: 'ann' });
      expect(closed.recount?.positions).toMatchObject([
        { sinceVersion: 1, counted: { onHand: 10, expected: 10 } },
      ]);
      const steps = ['opened', 'assigned', 'recount-asked', 'recounted', 'closed'];
      await until(
        async () => onTopic(investigationId),
        (actions) => actions.length === steps.length,
      );
      expect(onTopic(investigationId)).toEqual(steps);
      await until(
        async () => atWebhook(investigationId),
        (actions) => actions.length === steps.length,
        SOON_MS,
      );
      expect(atWebhook(investigationId)).toEqual(steps);
      expect(delivered.every(({ isSigned }) => isSigned)).toBe(true);
      const message = published.find(
        ({ notice }) => notice.investigation.investigationId === investigationId,
      );
      expect(message?.properties).toMatchObject({
        ...{ warehouseId: 'WH-001', action: 'opened', cloudEvents_id: `${investigationId}#1` },
      });
      expect((await tasks()).filter((task) => task.investigationId === investigationId)).toEqual([]);
    },
    SOON_MS * 3,
  );

  test(
    'that nobody moves on is reminded of and escalated, and left alone then',
    async () => {
      const investigationId = await found(newItem());
      const { steps } = await until(
        () => read(investigationId),
        ({ escalatedAt }) => escalatedAt !== undefined,
        SOON_MS,
      );
      expect(steps.map(({ action, by }) => `${action} by ${by}`)).toEqual([
        'opened by reconciliation',
        'reminded by reconciliation',
        'escalated by reconciliation',
      ]);
    },
    SOON_MS * 2,
  );

  test('that nobody follows is found by the sweep', async () => {
    const nobody = { start: async () => {}, raise: async () => {} };
    const investigationId = await found(newItem(), nobody);
    const swept = `${fabric.stack.urls.functions}/admin/functions/investigation-sweep`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(swept, { method: 'POST', headers, body: '{}' })).status).toBe(202);
    await until(
      async () => onTopic(investigationId),
      (actions) => actions.includes('opened'),
    );
  });

  test(
    'is told to the topic while the webhook is down, and to the webhook when it is back',
    async () => {
      isWebhookUp = false;
      const investigationId = await found(newItem());
      await does(investigationId, 'explanation', { by: 'ann', cause: 'miscount', text: 'Two bins.' });
      await does(investigationId, 'closure', { by: 'bob', note: 'Agreed.' });
      const steps = ['opened', 'explained', 'closed'];
      await until(
        async () => onTopic(investigationId),
        (actions) => actions.length === steps.length,
      );
      await until(
        async () => turnedAway,
        (turned) => turned.includes(investigationId),
      );
      isWebhookUp = true;
      await until(
        async () => atWebhook(investigationId),
        (actions) => actions.length === steps.length,
        SOON_MS,
      );
      expect(atWebhook(investigationId)).toEqual(steps);
    },
    SOON_MS * 2,
  );
});

describe('The API of investigations', () => {
  test('lists them by status, warehouse, item and assignee, page by page', async () => {
    const [itemId, other] = [newItem(), newItem()];
    const [first, second] = [await found(itemId), await found(other)];
    await does(first, 'assignment', { by: 'bob', assignee: 'ann.lee@example.com' });
    await does(second, 'assignment', { by: 'bob', assignee: 'ann.lee@example.com' });
    const list = async (query: string) => {
      const { body } = await fabric.get(`investigations?${query}`);
      return investigationsSchema.parse(body);
    };
    const byItem = await list(`itemId=${itemId}&warehouseId=WH-001&status=open`);
    expect(byItem.investigations).toMatchObject([
      { investigationId: first, assignee: 'ann.lee@example.com' },
    ]);
    expect(byItem.investigations[0]).not.toHaveProperty('steps');
    const page = await list('assignee=ann.lee@example.com&top=1');
    const rest = await list(
      `assignee=ann.lee@example.com&top=1&continuationToken=${encodeURIComponent(String(page.continuationToken))}`,
    );
    const both = [...page.investigations, ...rest.investigations].map(
      ({ investigationId }) => investigationId,
    );
    expect(both.sort()).toEqual([first, second].sort());
    expect((await list(`itemId=${itemId}&status=closed`)).investigations).toEqual([]);
  });

  test('takes nobody’s name from a header that no sign-in has set', async () => {
    const investigationId = await found(newItem());
    const response = await fetch(`${fabric.stack.urls.functions}/api/${pathOf(investigationId)}/assignment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-ms-client-principal-name': 'ann@example.com' },
      body: JSON.stringify({ by: 'bob', assignee: 'bob' }),
    });
    const { steps } = investigationSchema.parse(await response.json());
    expect(steps.map(({ by }) => by)).toEqual(['reconciliation', 'bob']);
  });

  test.each([
    ['closure', { by: 'ann' }, 409, 'is opened; explain it first'],
    ['closure', {}, 400, '/by'],
    ['assignment', { by: 'ann', assignee: ' ' }, 400, '/assignee'],
    ['explanation', { by: 'ann', cause: 'weather', text: 'Rain.' }, 400, '/cause'],
    ['recount', { by: 'ann', positions: [] }, 400, '/positions'],
  ])('refuses %s of %j with %i that says why', async (action, body, status, named) => {
    const investigationId = await found(newItem());
    const refused = await fabric.postTo(`${pathOf(investigationId)}/${action}`, body);
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.body)).toContain(named);
  });

  test('does not know of others', async () => {
    const path = pathOf('WH-001:ITEM-0:1');
    expect(await fabric.get(path)).toMatchObject({ status: 404, body: { title: 'No such investigation' } });
    expect(await fabric.postTo(`${path}/closure`, { by: 'ann' })).toMatchObject({ status: 404 });
    expect(await fabric.get(pathOf('whatever'))).toMatchObject({ status: 400 });
    expect(await fabric.get('investigations?continuationToken=x')).toMatchObject({ status: 400 });
  });
});
