import type { DatabaseSync } from 'node:sqlite';
import type { Catalog } from './catalog.ts';
import type { Metrics } from './metrics.ts';
import type { Throttle } from './throttle.ts';

/** What the request handlers work with. `now` gives milliseconds since 1970. */
export type Service = {
  file: DatabaseSync;
  catalog: Catalog;
  now: () => number;
  throttle: Throttle;
  metrics: Metrics;
};
