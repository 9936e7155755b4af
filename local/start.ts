import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DayDamage, repairLastDay, startDayDamage } from './damage/day-damage.ts';
import { addDemoPeople, DEMO_SIGN_IN } from './demo-people.ts';
import { curlLines } from './replay/curl-lines.ts';
import { isSound, orderResultLines } from './replay/order-result.ts';
import { playDay } from './replay/play-day.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { readDataFolder, readPlay, readPorts } from './stack/settings.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { stopOnSignals } from './stack/stop-on-signals.ts';

/** Milliseconds. */
const DAMAGE_STOP = 2_000;

await exitOnError(async () => {
  const repository = join(import.meta.dirname, '..');
  const dataFolder = readDataFolder(process.env, repository);
  const ports = readPorts(process.env);
  const { play, rate } = readPlay(process.env);

  const begun = performance.now();
  console.log(
    `Starting Stockbridge on this machine (data and logs in ${relative(process.cwd(), dataFolder) || '.'}):`,
  );
  let stop = async (): Promise<void> => process.exit(0);
  stopOnSignals(() => void stop());
  const stack = await startStack({
    dataFolder,
    ports,
    say: console.log,
    gaveUp: (error) => {
      console.error(error.message);
      process.exit(1);
    },
  });
  const ended = new AbortController();
  let damage: DayDamage | undefined;
  stop = async () => {
    ended.abort();
    console.log('Stopping …');
    // While there is a bus to hand back what it held; not longer than a person waits.
    await Promise.race([damage?.stop(), sleep(DAMAGE_STOP)]);
    await stack.stop();
    console.log('Stopped.');
    process.exit(0);
  };
  console.log(`Ready in ${((performance.now() - begun) / 1000).toFixed(1)} s. Stop with Ctrl-C.`);
  printAddresses(stack);
  if (!play) return;
  await addDemoPeople(stack.urls.adapter);
  console.log(
    `Set the scanner up by any name (Type it in instead; no key), and sign in with ${DEMO_SIGN_IN}.`,
  );
  await repairLastDay({ stack, say: console.log, signal: ended.signal });
  console.log(
    `Playing a day of real orders, 2011-12-05, at ${rate} transactions a second (STOCKBRIDGE_PLAY=0 leaves it out):`,
  );
  const { functions: functionsUrl, adapter: adapterUrl } = stack.urls;
  const { cosmos: cosmosConnection } = stack.connections;
  try {
    const { pick, orderId, result, beside } = await playDay({
      ...{ adapterUrl, functionsUrl, cosmosConnection, rate, signal: ended.signal },
      beside: ({ say, forget }) => {
        damage = startDayDamage({ stack, say, done: forget, signal: ended.signal });
        return damage;
      },
    });
    for (const line of orderResultLines(result)) console.log(line);
    const ending = isSound(result) ? 'The day is played' : 'The day is played, and does not add up';
    const repaired = beside === undefined ? '' : `; ${beside}`;
    console.log(`${ending}${repaired}; the stack goes on running. Try:`);
    if (pick) for (const line of curlLines(stack.urls, pick, Date.now(), orderId)) console.log(`  ${line}`);
  } catch (error) {
    if (ended.signal.aborted) return;
    const reason = error instanceof Error ? error.message : error;
    console.error(`The day was not played to its end (${reason}); the stack goes on running.`);
  }
});

function printAddresses({ urls, dataFolder }: Stack): void {
  console.log(`  console      ${urls.functions}/api/console`);
  console.log(`  ATP API      ${urls.functions}/api/items/{itemId}/atp`);
  console.log(`  orders API   ${urls.functions}/api/orders/{orderId}/allocations`);
  console.log(`  WMS adapter  ${urls.adapter}/api/v1/transactions`);
  console.log(`  scanner      ${urls.adapter}/scanner/`);
  console.log(`  logs         ${join(dataFolder, 'logs')}`);
}
