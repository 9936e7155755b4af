import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { Run } from '../../../local/damage/reconciliation-runs.ts';
import { checkReconciliation } from './reconciliation.ts';

/** Checks against an API on which the runs that are asked for end as told, the last way for all further ones. */
async function findingsOf(ends: (mode: Run['mode']) => Partial<Run>) {
  const modes: Run['mode'][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = request.url ?? '';
    const answer = () => {
      if (request.method === 'POST') {
        modes.push(JSON.parse(String(Buffer.concat(chunks))).mode);
        return { runId: String(modes.length) };
      }
      if (url.includes('/discrepancies')) return { discrepancies: [] };
      const runId = /runs\/(\d+)$/.exec(url)?.[1];
      if (runId === undefined) return { runs: [] };
      const mode = modes[Number(runId) - 1] ?? 'full';
      const total = { compared: 1, corrected: 0, reservations: 0, inFlight: 0, late: 0, accuracy: 1 };
      return { ...{ runId, mode, status: 'completed', warehouses: [], total }, ...ends(mode) };
    };
    response.setHeader('content-type', 'application/json');
    response.statusCode = request.method === 'POST' ? 202 : 200;
    response.end(JSON.stringify(answer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const { findings } = await checkReconciliation(`http://127.0.0.1:${port}`, '2026-11-22T20:00:00.000Z', {
      ...{ tell: () => {}, signal: new AbortController().signal },
    });
    return findings.map(({ kind, text }) => `${kind}: ${text}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('runs that find nothing are sound', async () => {
  expect(await findingsOf(() => ({}))).toEqual([]);
});

test('a last run that fails has not found nothing', async () => {
  const problem = { code: 'wms-away', detail: 'the WMS does not answer' };
  const findings = await findingsOf((mode) => (mode === 'delta' ? { status: 'failed', problem } : {}));
  expect(findings).toEqual(['wrong: runs that failed after the faults: 2: the WMS does not answer']);
});

test('what is on its way in every run never arrives', async () => {
  const total = { compared: 1, corrected: 0, reservations: 0, inFlight: 1, late: 1, accuracy: 1 };
  const findings = await findingsOf((mode) => (mode === 'full' ? { total } : {}));
  expect(findings).toEqual(['wrong: runs that still found something on its way: 6: 2']);
});
