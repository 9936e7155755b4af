import { writeSync } from 'node:fs';
import { openSqlServerDatabase } from './database.ts';
import { openPool, RETRY } from './test-database.ts';

/**
 * A relay of a test, as a process that can be killed: claims messages, "sends" each claim as a line of JSON on its
 * output, and marks it sent, until it is given none. Its clock is ahead by so many hours.
 */
const [connectionString = '', relayId = '', hoursAhead = '0'] = process.argv.slice(2);
const HOUR_MS = 3_600_000;
/** A server without READPAST hands out nothing to who waited for another. */
const EMPTY_CLAIMS = 3;

const database = await openSqlServerDatabase(await openPool(connectionString), RETRY);
for (let empty = 0; empty < EMPTY_CLAIMS; ) {
  const now = new Date(Date.now() + Number(hoursAhead) * HOUR_MS);
  const until = new Date(now.getTime() + HOUR_MS);
  const entries = await database.claim({ relayId, limit: 20, now, until });
  empty = entries.length === 0 ? empty + 1 : 0;
  const sequences = entries.map(({ sequence }) => sequence);
  if (sequences.length > 0) writeSync(1, `${JSON.stringify(sequences)}\n`);
  await database.markSent(sequences);
}
await database.close();
