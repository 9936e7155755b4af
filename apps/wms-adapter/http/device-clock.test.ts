import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { positionHistorySchema } from '../../../shared/contracts/position-history.ts';
import { transactionResultsSchema } from '../../../shared/contracts/transaction.ts';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
});
afterAll(() => adapter?.end());

/** The entries of a lot, oldest first. */
async function booked(lotNumber: string) {
  const id = encodeURIComponent(`WH-001|ITEM-1|A-05-02|${lotNumber}`);
  const { body } = await adapter.call('GET', `/positions/${id}/history`);
  return positionHistorySchema.parse(body).entries.toReversed();
}

/** What a device tells of its clocks, `milliseconds` after its run began. */
function clocks(run: string, milliseconds: number) {
  return { 'x-device-run': run, 'x-device-monotonic': String(milliseconds) };
}

describe('The clocks of a call', () => {
  test.each([
    ['GET', '/positions', 200, {}],
    ['GET', '/health/live', 200, {}],
    ['GET', '/nothing', 404, {}],
    ['DELETE', '/positions', 405, {}],
    ['GET', '/positions?limit=0', 400, {}],
    ['GET', '/positions', 401, { 'x-api-key': 'wrong' }],
  ])(
    '%s %s, answered with %i, tells the time and by how much the device is ahead',
    async (method, path, status, headers) => {
      const before = Date.now();
      const answer = await adapter.call(method, path, undefined, {
        ...headers,
        'x-device-time': new Date(before + 60_000).toISOString(),
      });
      const after = Date.now();
      expect(answer.status).toBe(status);
      const serverTime = Date.parse(answer.headers.get('x-server-time') ?? '');
      expect(serverTime).toBeGreaterThanOrEqual(before);
      expect(serverTime).toBeLessThanOrEqual(after);
      const offset = Number(answer.headers.get('x-clock-offset'));
      expect(offset).toBeGreaterThanOrEqual(60_000 - (after - before));
      expect(offset).toBeLessThanOrEqual(60_000);
    },
  );

  test('A call that does not tell its time is told no offset', async () => {
    const { headers } = await adapter.call('GET', '/positions');
    expect(headers.get('x-server-time')).not.toBeNull();
    expect(headers.get('x-clock-offset')).toBeNull();
  });

  test.each([
    ['x-device-time', 'yesterday'],
    ['x-device-time', '2024-11-18T10:00:00+01:00'],
    ['x-device-run', 'two words'],
    ['x-device-monotonic', '-1'],
    ['x-device-monotonic', '99999999999999'],
    ['x-device-call', '1.5'],
  ])('%s: %s is answered with 400 that names the header, and nothing is booked', async (name, value) => {
    const lotNumber = `LOT-${name}`;
    const answer = await adapter.call('POST', '/transactions', scan({ lotNumber }), { [name]: value });
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' });
    expect(JSON.stringify(answer.body)).toContain(`${name}: must be`);
    expect(answer.headers.get('x-server-time')).not.toBeNull();
    const id = encodeURIComponent(`WH-001|ITEM-1|A-05-02|${lotNumber}`);
    expect(await adapter.call('GET', `/positions/${id}/history`)).toMatchObject({ status: 404 });
  });
});

test('A call that was made before one in which a scan was refused books nothing any more', async () => {
  const later = { itemId: 'ITEM-1', lotNumber: 'LOT-LATE', scannerId: 'SCANNER-41' };
  const [refused, booked] = [scan({ ...later, itemId: 'ITEM-404' }), scan(later)];
  const post = async (number: number, body: unknown) =>
    transactionResultsSchema.parse(
      (await adapter.call('POST', '/transactions', body, { 'x-device-call': String(number) })).body,
    ).results;
  expect(await post(41, refused)).toMatchObject([{ outcome: 'rejected' }]);
  expect(await post(40, booked)).toMatchObject([
    {
      outcome: 'rejected',
      problem: { type: 'urn:stockbridge:problem:call-superseded', status: 409, lastCall: 41 },
    },
  ]);
  expect(await post(42, booked)).toMatchObject([{ outcome: 'applied' }]);
});

describe('The time of a scan', () => {
  test('follows from the monotonic clock of its run, whatever the wall clock said, in whichever call it comes', async () => {
    const lotNumber = 'LOT-RUN';
    const at = (milliseconds: number, scannedAt: string) =>
      scan({ lotNumber, scannedAt, scanClock: { run: 'run-1', milliseconds } });
    const before = Date.now();
    await adapter.post(
      [at(90_000, '1970-01-01T00:00:07Z'), at(91_500, '2031-01-01T00:00:00Z')],
      clocks('run-1', 100_000),
    );
    const after = Date.now();
    await adapter.restart();
    // Much later by its monotonic clock, and another process: the beginning of the run stands.
    await adapter.post(at(96_000, '2001-01-01T00:00:00Z'), clocks('run-1', 9_000_000));
    const times = (await booked(lotNumber)).map(({ scannedAt }) => Date.parse(scannedAt));
    const [first = 0] = times;
    expect(first).toBeGreaterThanOrEqual(before - 10_000);
    expect(first).toBeLessThanOrEqual(after - 10_000);
    expect(times.map((time) => time - first)).toEqual([0, 1_500, 6_000]);
  });

  test('is that of the wall clock where nobody told of the run', async () => {
    const lotNumber = 'LOT-UNKNOWN-RUN';
    const scanClock = { run: 'run-before-restart', milliseconds: 5 };
    await adapter.post(scan({ lotNumber, scanClock }), clocks('run-after-restart', 1_000));
    expect(await booked(lotNumber)).toMatchObject([{ scannedAt: '2024-11-18T10:00:00Z', flags: [] }]);
  });

  test('is known of a run in which the device only read', async () => {
    await adapter.call('PUT', '/users/ann', { warehouseIds: ['WH-001'] });
    const key = await adapter.register('SCANNER-08', ['WH-001']);
    const before = Date.now();
    await adapter.call('GET', '/master-data', undefined, { ...key, ...clocks('morning', 1_000) });
    const after = Date.now();
    const lotNumber = 'LOT-MORNING';
    const scanClock = { run: 'morning', milliseconds: 1_000 };
    await adapter.post(scan({ lotNumber, scanClock, userId: 'ann' }), { ...key, ...clocks('evening', 5) });
    const [entry] = await booked(lotNumber);
    const at = Date.parse(entry?.scannedAt ?? '');
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after);
  });

  test('is one, however often it is uploaded', async () => {
    const lotNumber = 'LOT-TWICE';
    const one = scan({ lotNumber, scannedAt: '2999-01-01T00:00:00Z' });
    const [first] = await adapter.post(one);
    const [second] = await adapter.post(one);
    expect([first?.outcome, second?.outcome]).toEqual(['applied', 'duplicate']);
    expect(await booked(lotNumber)).toHaveLength(1);
  });

  test('from the future is that of its arrival, flagged, and booked', async () => {
    const lotNumber = 'LOT-FUTURE';
    const before = new Date().toISOString();
    const [result] = await adapter.post(scan({ lotNumber, scannedAt: '2999-01-01T00:00:00Z' }));
    expect(result).toMatchObject({ outcome: 'applied', flags: ['clamped-scan-time'] });
    const [entry] = await booked(lotNumber);
    expect(entry?.flags).toEqual(['clamped-scan-time']);
    expect(entry?.transaction.scannedAt).toBe('2999-01-01T00:00:00Z');
    const at = entry?.scannedAt ?? '';
    expect(at >= before && at <= new Date().toISOString()).toBe(true);
  });

  test('of a device whose clock is off by more than 5 minutes is flagged', async () => {
    const time = new Date(Date.now() - 600_000).toISOString();
    const [result] = await adapter.post(scan({ lotNumber: 'LOT-OFF' }), { 'x-device-time': time });
    expect(result).toMatchObject({ outcome: 'applied', flags: ['device-clock-off'] });
  });

  test('of 1970 is rejected: that clock was never set', async () => {
    const [result] = await adapter.post(scan({ scannedAt: '1970-01-01T00:03:00Z' }));
    expect(result).toMatchObject({ outcome: 'rejected', problem: { errors: [{ pointer: '/scannedAt' }] } });
    expect(result?.problem?.detail).toContain('the clock of the device was never set');
  });
});
