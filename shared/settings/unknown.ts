import type { Environment } from '../settings.ts';
import { commandLineSettings, deploymentSettings, laptopSettings, testSettings } from './development.ts';
import { functionsAppSettings } from './functions-app.ts';
import { wmsAdapterSettings } from './wms-adapter.ts';

/** Whatever of the product reads it: several of its processes may share an environment. */
const KNOWN: readonly string[] = [
  ...[
    functionsAppSettings,
    wmsAdapterSettings,
    commandLineSettings,
    deploymentSettings,
    laptopSettings,
    testSettings,
  ],
].flatMap((settings) => Object.keys(settings.shape));

/** Names that are meant for the product. */
const OURS = /^(STOCKBRIDGE_|(ServiceBus|Cosmos|Storage|WmsSql)Connection)/i;

/** How many letters a misspelt name may differ in. */
const FAR = 3;

/** A line for every setting that looks like one of the product's and is none: it does nothing. */
export function tellUnknown(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => OURS.test(name) && !KNOWN.includes(name))
    .map((name) => {
      const near = KNOWN.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
      const hint = near !== undefined && distance(near, name) <= FAR ? `; is ${near} meant?` : '';
      return `There is no setting ${name}: it does nothing${hint}`;
    });
}

/** Letters to insert, delete or replace to make one of the other (Levenshtein), in any case. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one.toLowerCase()].entries()) {
    const next = [i + 1];
    for (const [j, another] of [...other.toLowerCase()].entries()) {
      const replaced = (row[j] ?? 0) + (letter === another ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
