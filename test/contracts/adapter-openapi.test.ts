import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGroupCommit } from '../../apps/wms-adapter/booking/group-commit.ts';
import { type ApiParts, createApi } from '../../apps/wms-adapter/http/api.ts';
import { adapterDocument } from '../../apps/wms-adapter/openapi/document.ts';
import { PROBLEMS } from '../../apps/wms-adapter/openapi/problems.ts';
import { NOT_FOR_DEVICES } from '../../apps/wms-adapter/openapi/refusals.ts';
import { ROUTES } from '../../apps/wms-adapter/openapi/routes.ts';
import { PATH_PARAMETERS, SCHEMAS } from '../../apps/wms-adapter/openapi/schemas.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { readDocument, testDocument } from './openapi-document.ts';

const KEY = 'the key of the adapter';
const document = readDocument(adapterDocument());

describe('The OpenAPI document of the adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adapter-openapi-'));
  let parts: ApiParts;
  let api: ReturnType<typeof createApi>;

  beforeAll(() => {
    const now = () => new Date();
    const database = openSqliteDatabase(join(folder, 'wms.db'));
    parts = {
      settings: { key: KEY, keyRequired: true, warehouseIds: ['WH-001'] },
      database,
      groupCommit: createGroupCommit({ database, now }),
      relay: { bus: () => ({ state: 'connected', since: now() }) },
      responder: { reception: () => ({ starting: 0, connected: 1, away: 0 }) },
      recountReceiver: { reception: () => ({ starting: 0, connected: 1, away: 0 }) },
      scannerFolder: folder,
      now,
      log: () => {},
    };
    api = createApi(parts);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('has every route of the adapter, and no other', () => {
    const registered = api.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`);
    const told = ROUTES.map(
      ({ method, path }) => `${method.toUpperCase()} /api/v1/${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect([...new Set(registered)].sort()).toEqual(told.sort());
  });

  test('says of each route whether it asks for a key', async () => {
    const asks = ROUTES.map(async ({ method, path, isAnonymous = false }) => {
      const request = { method: method.toUpperCase() };
      const { status } = await api.request(`/api/v1/${path.replaceAll(/\{\w+\}/g, 'x')}`, request);
      return [path, isAnonymous, status !== 401];
    });
    expect((await Promise.all(asks)).filter(([, told, open]) => told !== open)).toEqual([]);
  });

  test('says of each route whether a device may call it', async () => {
    const { key } = SCHEMAS.RegisteredDevice.parse(await (await register()).json());
    const answers = await Promise.all(
      ROUTES.map(async ({ operationId, method, path, problems = {} }) => {
        const target = `/api/v1/${path.replaceAll(/\{\w+\}/g, 'x')}`;
        const { status } = await api.request(target, {
          method: method.toUpperCase(),
          headers: { 'x-api-key': key },
        });
        return { operationId, refused: status === 403, told: problems[403] !== undefined };
      }),
    );
    // What a device is always refused has to be told; what it is refused for another warehouse needs one to be named.
    expect(answers.filter(({ refused, told }) => refused && !told)).toEqual([]);
    const always = answers.filter(({ refused }) => refused).map(({ operationId }) => operationId);
    expect(always.sort()).toEqual(
      ROUTES.filter(({ problems }) => problems?.[403] === NOT_FOR_DEVICES)
        .map(({ operationId }) => operationId)
        .concat('location-read')
        .sort(),
    );
  });

  test('says of each route whether it needs the database, which then is all that it waits for', async () => {
    await parts.database.close();
    const lines: string[] = [];
    const away = createApi({ ...parts, log: (line) => lines.push(line) });
    const answers = await Promise.all(
      ROUTES.map(async ({ operationId, method, path, body, needsNothing = false }) => {
        const names = path.replace('{positionId}', 'WH-001|I|L|').replaceAll(/\{\w+\}/g, 'x');
        const response = await away.request(`/api/v1/${names}`, {
          method: method.toUpperCase(),
          headers: { 'x-api-key': KEY, ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body.example) }),
        });
        const isAway = response.status === 503 && response.headers.get('retry-after') === '1';
        return [operationId, isAway, !needsNothing];
      }),
    );
    expect(answers.filter(([, isAway, told]) => isAway !== told)).toEqual([]);
    expect(lines.filter((line) => !/database [^\n]*: [^\n]+$/.test(line))).toEqual([]);
    // A device is not told that its key is wrong while nobody can say.
    const { status } = await away.request('/api/v1/positions', { headers: { 'x-api-key': 'sbk_any' } });
    expect(status).toBe(503);
  });

  async function register(): Promise<Response> {
    await parts.database.addWarehouses(['WH-001']);
    return api.request('/api/v1/devices/SCANNER-08', {
      method: 'PUT',
      headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ warehouseIds: ['WH-001'] }),
    });
  }
});

testDocument(document, {
  routes: ROUTES,
  schemas: SCHEMAS,
  problems: PROBLEMS,
  pathParameters: PATH_PARAMETERS,
});
