import { beforeEach, describe, expect, test } from 'vitest';
import { someEvent, somePosition } from '../../test/doubles/fixtures.ts';
import { inMemoryInvestigations } from '../../test/doubles/investigation-store.ts';
import { inMemoryJournal } from '../../test/doubles/journal-store.ts';
import { inMemoryStock } from '../../test/doubles/stock-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import {
  type Investigation,
  type InvestigationNotice,
  investigationNoticeSchema,
  type ListedDiscrepancy,
} from '../contracts/investigation.ts';
import { emptyStock, replacePositions } from '../domain/stock.ts';
import type { WebhookOutcome } from '../ports/investigation-notices.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { act, type UserAction } from './act.ts';
import { follow } from './follow.ts';
import { openOrAdd } from './open-or-add.ts';
import { sweepInvestigations } from './sweep.ts';

const HOUR = 3600_000;
const KEY = { warehouseId: 'WH-001', itemId: 'ITEM-1' };
const place = { locationId: 'A-05-02', lotNumber: null };

let parts: ReturnType<typeof setUp>;
beforeEach(() => {
  parts = setUp();
});

function setUp() {
  const runtime = virtualRuntime();
  const stock = inMemoryStock();
  const journal = inMemoryJournal();
  const published: InvestigationNotice[] = [];
  const sent: InvestigationNotice[] = [];
  const started: string[] = [];
  const raised: string[] = [];
  const state = {
    hostAway: false,
    busAway: false,
    webhook: 'taken' as WebhookOutcome['status'],
  };
  const ports = {
    investigations: inMemoryInvestigations(),
    stock: stock.store,
    journal,
    runtime,
    orchestrations: {
      start: async ({ instanceId }: { instanceId: string }) => {
        if (state.hostAway) throw new StoreUnavailable('the host does not answer');
        started.push(instanceId);
      },
      raise: async (instanceId: string) => {
        if (state.hostAway) throw new StoreUnavailable('the host does not answer');
        raised.push(instanceId);
      },
    },
    notices: {
      publish: async (notices: readonly InvestigationNotice[]) => {
        if (state.busAway) throw new StoreUnavailable('the bus does not answer');
        published.push(...notices.map((notice) => investigationNoticeSchema.parse(notice)));
      },
    },
    webhook: {
      send: async (notice: InvestigationNotice): Promise<WebhookOutcome> => {
        sent.push(notice);
        const { webhook: status } = state;
        return status === 'taken' ? { status } : { status, detail: 'answered 500' };
      },
    },
    deadlines: { remindAfterMs: 24 * HOUR, escalateAfterMs: 72 * HOUR },
  };
  return { ports, runtime, stock, journal, published, sent, started, raised, state };
}

function found(runId = '20241118T100000000Z-aaaa'): ListedDiscrepancy {
  return {
    ...{ runId, discrepancyId: 'WH-001|ITEM-1|A-05-02||position', class: 'lost-event' },
    ...place,
    ...{ expected: 95, found: 100, foundAt: '2024-11-18T10:00:00.000Z' },
  };
}

const now = () => new Date(parts.runtime.now()).toISOString();
const open = (discrepancies = [found()]) => openOrAdd(parts.ports, { ...KEY, discrepancies, at: now() });
const does = async (investigationId: string, action: UserAction): Promise<Investigation> => {
  const acted = await act(parts.ports, investigationId, action);
  if (acted.status !== 'done') throw new Error(`it was ${acted.status}`);
  return acted.investigation;
};
const look = (investigationId: string) => follow(investigationId, parts.ports);
const read = async (investigationId: string) => {
  const stored = await parts.ports.investigations.read(investigationId);
  if (!stored) throw new Error(`there is no ${investigationId}`);
  return stored;
};
const ids = (notices: readonly InvestigationNotice[]) =>
  notices.map(({ noticeId, step }) => `${noticeId} ${step.action}`);
const count = (fields: Partial<InventoryEvent>) =>
  parts.journal.append([
    { kind: 'event', event: someEvent({ ...KEY, ...place, eventType: 'InventoryCount', ...fields }) },
  ]);
const askForRecount = (investigationId: string) =>
  does(investigationId, { kind: 'ask-recount', by: 'bob', note: 'Look behind the shelf.' });

describe('What a run found', () => {
  test('opens an investigation, and is added to it while it is open; a repeated call changes nothing', async () => {
    const investigationId = await open();
    expect(investigationId).toBe('WH-001:ITEM-1:1');
    expect(await open()).toBe(investigationId);
    expect((await read(investigationId)).investigation).toMatchObject({ discrepancyCount: 1, stepCount: 1 });
    expect(await open([found(), found('20241118T101500000Z-bbbb')])).toBe(investigationId);
    expect((await read(investigationId)).investigation).toMatchObject({ discrepancyCount: 2, stepCount: 2 });
    expect(new Set(parts.started)).toEqual(new Set([`investigation:${investigationId}`]));
  });

  test('opens a new one when the newest is closed, but not for what that one was about', async () => {
    const first = await open();
    await does(first, { kind: 'explain', by: 'ann', cause: 'miscount', text: 'Two bins.' });
    await does(first, { kind: 'close', by: 'ann' });
    expect(await open()).toBe(first);
    expect(await open([found('20241118T101500000Z-bbbb')])).toBe('WH-001:ITEM-1:2');
    expect((await read(first)).investigation.discrepancyCount).toBe(1);
  });

  test.each(['SKU:RED', 'A/1', 'Ä-1', 'X#2', ''])(
    'about item "%s", which no investigation can be named after, is in that of the warehouse',
    async (itemId) => {
      const discrepancyId = `WH-001|${itemId}|A-05-02||position`;
      const discrepancies = [{ ...found(), discrepancyId }];
      const investigationId = await openOrAdd(parts.ports, { ...KEY, itemId, discrepancies, at: now() });
      expect(investigationId).toBe('WH-001::1');
      const { investigation } = await read(investigationId);
      expect(investigation).toMatchObject({ itemId: null, discrepancies: [{ discrepancyId }] });
    },
  );

  test('is in one investigation when two tell of it at once', async () => {
    const [one, other] = await Promise.all([open(), open([found('20241118T101500000Z-bbbb')])]);
    expect(one).toBe(other);
    expect((await read(one)).investigation).toMatchObject({ discrepancyCount: 2 });
  });

  test('is an error while nobody can be found to follow it, so that it is told again', async () => {
    parts.state.hostAway = true;
    await expect(open()).rejects.toThrow(StoreUnavailable);
    parts.state.hostAway = false;
    await open();
    expect(parts.started).toEqual(['investigation:WH-001:ITEM-1:1']);
  });

  test('about a warehouse as a whole is an investigation of its own', async () => {
    const about = { warehouseId: 'WH-001', itemId: null, discrepancies: [found()], at: now() };
    expect(await openOrAdd(parts.ports, about)).toBe('WH-001::1');
    expect(await open()).toBe('WH-001:ITEM-1:1');
    const asked = await act(parts.ports, 'WH-001::1', { kind: 'ask-recount', by: 'bob', positions: [place] });
    expect(asked).toMatchObject({ status: 'refused', reason: 'whole-warehouse' });
  });
});

describe('What somebody does', () => {
  test('is stored with who and when, and whoever follows it is woken', async () => {
    const investigationId = await open();
    parts.runtime.advance(HOUR);
    const assigned = await does(investigationId, { kind: 'assign', by: 'bob', assignee: 'ann' });
    expect(assigned).toMatchObject({ status: 'assigned', assignee: 'ann', changedAt: now() });
    expect(assigned.steps.at(-1)).toEqual({
      ...{ at: now(), by: 'bob', action: 'assigned', detail: 'Given to ann.' },
    });
    expect((await read(investigationId)).investigation).toEqual(assigned);
    expect(parts.raised.at(-1)).toBe(`investigation:${investigationId}`);
  });

  test('is refused in the wrong status, and of an investigation that nobody knows', async () => {
    const investigationId = await open();
    const stepsBefore = parts.started.length;
    expect(await act(parts.ports, investigationId, { kind: 'close', by: 'ann' })).toMatchObject({
      ...{ status: 'refused', reason: 'status', investigation: { status: 'opened' } },
    });
    expect(await act(parts.ports, 'WH-009:X:1', { kind: 'close', by: 'ann' })).toEqual({ status: 'unknown' });
    expect(parts.started).toHaveLength(stepsBefore);
  });

  test('is not stored while nobody can be found to follow it; a wake-up that is lost holds nothing up', async () => {
    const investigationId = await open();
    parts.state.hostAway = true;
    const assign = { kind: 'assign', by: 'bob', assignee: 'ann' } as const;
    await expect(act(parts.ports, investigationId, assign)).rejects.toThrow(StoreUnavailable);
    expect((await read(investigationId)).investigation.status).toBe('opened');
    parts.ports.orchestrations.start = async () => {};
    expect((await does(investigationId, assign)).status).toBe('assigned');
  });

  test('loses no step when two act at once', async () => {
    const investigationId = await open();
    const assign = (assignee: string) => does(investigationId, { kind: 'assign', by: 'bob', assignee });
    await Promise.all(['a', 'b', 'c', 'd'].map(assign));
    expect((await read(investigationId)).investigation.stepCount).toBe(5);
  });
});

describe('A recount', () => {
  const stockAt = (version: number) => {
    const held = somePosition('A-05-02', 100, version);
    parts.stock.put(replacePositions(emptyStock(KEY), [held], '2024-11-18T10:00:00.000Z'));
  };

  test('is asked of the positions at issue, above the version that the cloud has now', async () => {
    stockAt(7);
    const { recount } = await askForRecount(await open());
    expect(recount).toEqual({
      ...{ askedAt: now(), askedBy: 'bob', note: 'Look behind the shelf.' },
      positions: [{ ...place, sinceVersion: 7, sinceChangedAt: '2024-11-18T10:00:00.000Z' }],
    });
  });

  test('of a position that the cloud does not hold, or that rests, knows its version all the same', async () => {
    const investigationId = await open();
    const resting = { ...KEY, positions: [somePosition('Z-01', 0, 4)] };
    const stock = replacePositions(emptyStock(KEY), [], '2024-11-18T10:00:00.000Z');
    parts.stock.put({ ...stock, overflowed: 1 }, resting);
    const positions = [
      { locationId: 'Z-01', lotNumber: null },
      { locationId: 'Z-02', lotNumber: 'LOT-1' },
    ];
    const twice = [...positions, ...positions];
    const { recount } = await does(investigationId, { kind: 'ask-recount', by: 'bob', positions: twice });
    expect(recount?.positions.map(({ sinceVersion }) => sinceVersion)).toEqual([4, 0]);
  });

  test('is not asked while the cloud cannot be read', async () => {
    const investigationId = await open();
    parts.stock.fault = () => ({ status: 'unavailable', detail: 'away' });
    await expect(askForRecount(investigationId)).rejects.toThrow(StoreUnavailable);
    expect((await read(investigationId)).investigation.status).toBe('opened');
  });

  test('that agrees closes it by itself; counts from before are none', async () => {
    stockAt(7);
    const investigationId = await open();
    await count({ version: 6, quantityChange: 0, resultingOnHand: 100 });
    await count({ version: 7, quantityChange: 0, resultingOnHand: 100 });
    await askForRecount(investigationId);
    expect((await look(investigationId)).comeBackAt).toBe(
      new Date(parts.runtime.now() + 15_000).toISOString(),
    );
    await count({ version: 9, quantityChange: 0, resultingOnHand: 95, scannedQuantity: 97, userId: 'ann' });
    await count({ version: 10, quantityChange: 5, resultingOnHand: 100 });
    expect(await look(investigationId)).toEqual({ comeBackAt: null, troubles: [] });
    const { investigation } = await read(investigationId);
    expect(investigation).toMatchObject({ status: 'closed', closedBecause: 'recount-agreed' });
    expect(investigation.recount?.positions[0]?.counted).toEqual({
      ...{ onHand: 95, expected: 95, by: 'ann', at: '2024-11-18T10:00:00.000Z' },
    });
  });

  test('that does not agree leaves it to people', async () => {
    const investigationId = await open();
    await askForRecount(investigationId);
    await count({ version: 1, quantityChange: -5, resultingOnHand: 90 });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('recounted');
  });

  test('of a WMS without versions is answered by a count after it was asked, behind however many older ones', async () => {
    const investigationId = await open();
    await askForRecount(investigationId);
    const unversioned = { version: undefined, quantityChange: 0, resultingOnHand: 5 };
    for (let number = 0; number < 250; number += 1)
      await count({
        ...unversioned,
        timestamp: new Date(Date.UTC(2024, 0, 1) + number * 60_000).toISOString(),
      });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('recount-asked');
    await count({ ...unversioned, timestamp: new Date(parts.runtime.now() + 1).toISOString() });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('closed');
  });

  test('of a position that the WMS never had is answered by its first count, however low the WMS numbers that', async () => {
    stockAt(12);
    const investigationId = await open([{ ...found(), class: 'phantom', expected: null }]);
    await count({ version: 1, quantityChange: 0, resultingOnHand: 3, timestamp: '2024-11-18T09:00:00.000Z' });
    await askForRecount(investigationId);
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('recount-asked');
    const timestamp = new Date(parts.runtime.now() + 1).toISOString();
    await count({ version: 2, quantityChange: 0, resultingOnHand: 0, timestamp });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('closed');
  });

  test('of a position that a restored WMS numbers below what the cloud holds is answered by the first count after it was asked', async () => {
    stockAt(12);
    const investigationId = await open([{ ...found(), class: 'phantom', expected: 25 }]);
    await count({
      version: 2,
      quantityChange: 0,
      resultingOnHand: 25,
      timestamp: '2024-11-18T09:00:00.000Z',
    });
    await askForRecount(investigationId);
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('recount-asked');
    const timestamp = new Date(parts.runtime.now() + 1).toISOString();
    await count({ version: 3, quantityChange: 9, resultingOnHand: 34, timestamp });
    await look(investigationId);
    const { status, recount } = (await read(investigationId)).investigation;
    expect([status, recount?.positions[0]?.counted]).toMatchObject([
      'recounted',
      { expected: 25, onHand: 34 },
    ]);
  });

  test('is answered by no count made before what the cloud held, however far ahead the clock of the WMS is', async () => {
    const ahead = (seconds: number) => new Date(parts.runtime.now() + seconds * 1_000).toISOString();
    const held = { ...somePosition('A-05-02', 100, 7), changedAt: ahead(50) };
    parts.stock.put(replacePositions(emptyStock(KEY), [held], held.changedAt));
    const investigationId = await open();
    await count({ version: 6, quantityChange: 0, resultingOnHand: 100, timestamp: ahead(40) });
    await askForRecount(investigationId);
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('recount-asked');
    await count({ version: 3, quantityChange: 0, resultingOnHand: 100, timestamp: ahead(60) });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('closed');
  });

  test('asked before the time of what the cloud held was kept is answered above its version, or after it was asked', async () => {
    stockAt(7);
    const investigationId = await open();
    await askForRecount(investigationId);
    const stored = await read(investigationId);
    const { recount } = stored.investigation;
    if (!recount) throw new Error('no recount was asked');
    const positions = recount.positions.map(({ sinceChangedAt: _unkept, ...position }) => position);
    const old = { ...stored.investigation, recount: { ...recount, positions } };
    await parts.ports.investigations.put(old, stored.told, stored.etag);
    await count({ version: 5, quantityChange: 0, resultingOnHand: 100, timestamp: recount.askedAt });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('recount-asked');
    const timestamp = new Date(parts.runtime.now() + 1).toISOString();
    await count({ version: 6, quantityChange: 0, resultingOnHand: 100, timestamp });
    await look(investigationId);
    expect((await read(investigationId)).investigation.status).toBe('closed');
  });

  test('is looked for above the version that the cloud held, and among all others only if there is none', async () => {
    stockAt(7);
    const investigationId = await open();
    const { readHistory } = parts.journal;
    const since: (number | undefined)[] = [];
    parts.journal.readHistory = async (range, page) => {
      since.push(range.fromVersion);
      return readHistory(range, page);
    };
    await askForRecount(investigationId);
    await look(investigationId);
    expect(since.splice(0)).toEqual([8, undefined]);
    await count({ version: 8, quantityChange: 0, resultingOnHand: 100 });
    await look(investigationId);
    expect(since).toEqual([8]);
  });

  test('is asked for again every half hour until it has come, since a message lives for an hour', async () => {
    const investigationId = await open();
    await askForRecount(investigationId);
    await look(investigationId);
    expect(ids(parts.published)).toEqual([
      `${investigationId}#1 opened`,
      `${investigationId}#2 recount-asked`,
    ]);
    await look(investigationId);
    parts.runtime.advance(29 * 60_000);
    await look(investigationId);
    expect(parts.published).toHaveLength(2);
    parts.runtime.advance(60_000);
    await look(investigationId);
    expect(ids(parts.published.slice(2))).toEqual([`${investigationId}#2 recount-asked`]);
    await does(investigationId, { kind: 'explain', by: 'ann', cause: 'other', text: 'It burnt.' });
    parts.runtime.advance(HOUR);
    await look(investigationId);
    expect(ids(parts.published.slice(3))).toEqual([`${investigationId}#3 explained`]);
  });

  test('that is withdrawn is withdrawn again every half hour for a day, since the warehouse may be away too', async () => {
    const investigationId = await open();
    await askForRecount(investigationId);
    await does(investigationId, { kind: 'explain', by: 'ann', cause: 'other', text: 'It burnt.' });
    await does(investigationId, { kind: 'close', by: 'ann' });
    const end = parts.runtime.now() + 24 * HOUR;
    let comeBackAt: string | null;
    do {
      ({ comeBackAt } = await look(investigationId));
      if (comeBackAt !== null) parts.runtime.advance(Date.parse(comeBackAt) - parts.runtime.now());
    } while (comeBackAt !== null);
    expect(parts.runtime.now()).toBeGreaterThanOrEqual(end);
    expect(parts.runtime.now()).toBeLessThanOrEqual(end + HOUR);
    const again = ids(parts.published.slice(4));
    expect(new Set(again)).toEqual(new Set([`${investigationId}#4 closed`]));
    expect(again.length).toBeGreaterThanOrEqual(45);
    expect(parts.sent).toHaveLength(4);
  });

  test('that has come is not withdrawn again', async () => {
    const investigationId = await open();
    await askForRecount(investigationId);
    await count({ version: 1, quantityChange: -1, resultingOnHand: 3 });
    await look(investigationId);
    await does(investigationId, { kind: 'explain', by: 'ann', cause: 'miscount', text: 'One was behind.' });
    await look(investigationId);
    parts.runtime.advance(HOUR);
    const before = parts.published.length;
    await look(investigationId);
    expect(parts.published).toHaveLength(before);
    await does(investigationId, { kind: 'close', by: 'ann' });
    expect((await look(investigationId)).comeBackAt).toBeNull();
  });
});

describe('Everybody is told', () => {
  test('each step in its order, once it has gone well', async () => {
    const investigationId = await open();
    await does(investigationId, { kind: 'assign', by: 'bob', assignee: 'ann' });
    await look(investigationId);
    await look(investigationId);
    expect(ids(parts.published)).toEqual([`${investigationId}#1 opened`, `${investigationId}#2 assigned`]);
    expect(parts.sent).toEqual(parts.published);
    expect(parts.published[1]?.investigation).toMatchObject({ status: 'assigned', assignee: 'ann' });
  });

  test('later, when the bus was away', async () => {
    const investigationId = await open();
    parts.state.busAway = true;
    await expect(look(investigationId)).rejects.toThrow(StoreUnavailable);
    parts.state.busAway = false;
    await look(investigationId);
    expect(ids(parts.published)).toEqual([`${investigationId}#1 opened`]);
  });

  test('by the topic also while the webhook is down, which gets it all when it is back, closed or not', async () => {
    const investigationId = await open();
    parts.state.webhook = 'unavailable';
    const { troubles } = await look(investigationId);
    expect(troubles).toEqual([`Notice ${investigationId}#1 is tried again: the webhook answered 500.`]);
    await does(investigationId, { kind: 'explain', by: 'ann', cause: 'other', text: 'x' });
    await does(investigationId, { kind: 'close', by: 'ann' });
    expect((await look(investigationId)).comeBackAt).not.toBeNull();
    expect(ids(parts.published)).toHaveLength(3);
    expect(parts.sent).toHaveLength(2);
    parts.state.webhook = 'taken';
    expect(await look(investigationId)).toEqual({ comeBackAt: null, troubles: [] });
    expect(ids(parts.sent.slice(2))).toEqual([
      `${investigationId}#1 opened`,
      `${investigationId}#2 explained`,
      `${investigationId}#3 closed`,
    ]);
    expect(parts.published).toHaveLength(3);
  });

  test('but a webhook that refuses a step, or has not taken it for a day, is not asked again', async () => {
    const investigationId = await open();
    parts.state.webhook = 'refused';
    expect((await look(investigationId)).troubles).toEqual([
      `Notice ${investigationId}#1 is not sent again: the webhook answered 500.`,
    ]);
    await does(investigationId, { kind: 'assign', by: 'bob', assignee: 'ann' });
    parts.state.webhook = 'unavailable';
    await look(investigationId);
    parts.runtime.advance(23 * HOUR);
    await look(investigationId);
    expect((await read(investigationId)).told.webhook).toBe(1);
    parts.runtime.advance(2 * HOUR);
    await look(investigationId);
    expect((await read(investigationId)).told.webhook).toBe(2);
  });

  test('by the topic alone where no webhook is set; one that is set later begins with what happens then', async () => {
    const investigationId = await open();
    await follow(investigationId, { ...parts.ports, webhook: undefined });
    await does(investigationId, { kind: 'assign', by: 'bob', assignee: 'ann' });
    await look(investigationId);
    expect(ids(parts.sent)).toEqual([`${investigationId}#2 assigned`]);
  });

  test('what was done while others were being told is told too', async () => {
    const investigationId = await open();
    const { publish } = parts.ports.notices;
    parts.ports.notices.publish = async (notices) => {
      await publish(notices);
      parts.ports.notices.publish = publish;
      await does(investigationId, { kind: 'assign', by: 'bob', assignee: 'ann' });
    };
    expect((await look(investigationId)).comeBackAt).not.toBeNull();
    await look(investigationId);
    expect(ids(parts.published)).toEqual([`${investigationId}#1 opened`, `${investigationId}#2 assigned`]);
    expect((await read(investigationId)).investigation.status).toBe('assigned');
  });
});

describe('An investigation that nobody moves on', () => {
  test('is looked at within the hour, reminded of, and escalated', async () => {
    const investigationId = await open();
    let looks = 0;
    for (; parts.runtime.now() < Date.UTC(2024, 10, 22); looks += 1) {
      const { comeBackAt } = await look(investigationId);
      const wait = Date.parse(String(comeBackAt)) - parts.runtime.now();
      expect(wait).toBeLessThanOrEqual(HOUR);
      parts.runtime.advance(wait);
    }
    expect(looks).toBeLessThan(100);
    const { steps } = (await read(investigationId)).investigation;
    expect(steps.map(({ action }) => action)).toEqual(['opened', 'reminded', 'reminded', 'escalated']);
    expect(parts.published).toHaveLength(4);
  });

  test('that is unknown is not followed', async () => {
    expect((await look('WH-001:ITEM-9:1')).comeBackAt).toBeNull();
  });

  test('is followed again after that was lost: the sweep starts the open ones, and raises what happened lately', async () => {
    const first = await open();
    await does(first, { kind: 'explain', by: 'ann', cause: 'other', text: 'x' });
    await does(first, { kind: 'close', by: 'ann' });
    const old = await open([found('20241118T101500000Z-bbbb')]);
    parts.runtime.advance(HOUR);
    const other = { warehouseId: 'WH-002', itemId: 'ITEM-2', discrepancies: [found()], at: now() };
    const lately = await openOrAdd(parts.ports, other);
    parts.started.length = 0;
    parts.raised.length = 0;
    expect(await sweepInvestigations(parts.ports)).toBe(2);
    expect([...parts.started].sort()).toEqual([`investigation:${old}`, `investigation:${lately}`]);
    expect(parts.raised).toEqual([`investigation:${lately}`]);
  });
});
