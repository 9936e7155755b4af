import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { ApiEnvironment } from './call.ts';
import { noteCalls } from './note-calls.ts';

const receivedAt = new Date('2024-11-18T10:00:00Z');
const device = { scannerId: 'SCANNER-08', warehouseIds: ['WH-001'], registeredAt: receivedAt.toISOString() };

/** What is done, in its order, for a call that is answered with `status`, on a database that takes runs or not. */
async function steps(status: 200 | 503, takesRuns: boolean): Promise<string[]> {
  const done: string[] = [];
  const runBeginnings = async () => {
    done.push('run');
    if (!takesRuns) throw new Error('database is locked');
    return new Map<string, number>();
  };
  const app = new Hono<ApiEnvironment>()
    .use(async (context, next) => {
      context.set('caller', { kind: 'device', device });
      context.set('receivedAt', receivedAt);
      context.set('clock', { run: 'RUN-1', milliseconds: 5, time: undefined });
      await next();
    })
    .use(noteCalls({ note: () => done.push('note'), runBeginnings }))
    .get('/', (context) => {
      done.push('call');
      return context.body(null, status);
    });
  await app.request('/');
  return done;
}

test('A call of a device is noted after it, with its run', async () => {
  expect(await steps(200, true)).toEqual(['call', 'run', 'note']);
});

test('A call whose run the database does not take waits for no note besides', async () => {
  expect(await steps(200, false)).toEqual(['call', 'run']);
});

test('A call that the database did not answer is not noted', async () => {
  expect(await steps(503, true)).toEqual(['call']);
});
