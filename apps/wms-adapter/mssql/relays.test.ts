import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addMasterData, bookOn, scan } from '../contract/fixtures.ts';
import type { Database } from '../database.ts';
import { openSqlServerDatabase } from './database.ts';
import { createTestDatabase, RETRY, SKIPPED, type TestDatabase } from './test-database.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const WORKER = fileURLToPath(new URL('relay-worker.ts', import.meta.url));
const EVENTS = 800;
const CLAIM = 20;

describe.skipIf(SKIPPED !== undefined)(
  `Relays on SQL Server${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`,
  () => {
    let server: TestDatabase;
    let database: Database;

    beforeAll(async () => {
      server = await createTestDatabase();
      database = await openSqlServerDatabase(await server.open(), RETRY);
      await addMasterData(database);
    });
    afterAll(async () => {
      await database?.close();
      await server?.drop();
    });

    /** Runs a relay until it is done, or kills it when it has sent so many claims. Answers what it sent. */
    async function relay(
      name: string,
      killedAfter: number,
      hoursAhead = 0,
    ): Promise<{ sent: number[][]; died: boolean }> {
      const args = [
        '--disable-warning=ExperimentalWarning',
        WORKER,
        server.connectionString,
        name,
        String(hoursAhead),
      ];
      const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const sent: number[][] = [];
      const ended = once(child, 'close');
      if (child.stdout) {
        for await (const line of createInterface({ input: child.stdout })) {
          sent.push(JSON.parse(line));
          if (sent.length === killedAfter) child.kill('SIGKILL');
        }
      }
      const [code] = await ended;
      return { sent, died: code !== 0 };
    }

    test('8 of them, 4 of which are killed, send every message, and again only what the killed ones held', async () => {
      for (let booked = 0; booked < EVENTS; booked += 200) {
        await bookOn(
          database,
          Array.from({ length: 200 }, () => scan({ quantity: 1 })),
        );
      }
      const relays = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          relay(`relay-${index}`, index < 4 ? index + 1 : Number.POSITIVE_INFINITY),
        ),
      );
      const killed = relays.filter(({ died }) => died);
      expect(killed.length).toBeGreaterThan(0);
      const first = relays.flatMap(({ sent }) => sent.flat());
      expect(new Set(first).size, 'no message is two relays’ at once').toBe(first.length);

      const { sent: late } = await relay('relay-late', Number.POSITIVE_INFINITY, 2);
      const all = [...first, ...late.flat()];
      const repeats = all.length - new Set(all).size;
      console.log(
        `${EVENTS} messages by ${relays.length} relays, ${killed.length} killed: ${repeats} sent twice, none lost`,
      );
      expect([...new Set(all)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: EVENTS }, (_, index) => index + 1),
      );
      expect(repeats).toBeLessThanOrEqual(killed.length * CLAIM);
      expect(await database.backlog()).toMatchObject({ unsent: 0 });
    });
  },
);
