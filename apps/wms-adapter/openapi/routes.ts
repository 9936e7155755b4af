import { HISTORY_ROUTES } from './history-routes.ts';
import { LOCK_ROUTES } from './lock-routes.ts';
import { MASTER_DATA_ROUTES } from './master-data-routes.ts';
import { OPERATIONS_ROUTES } from './operations-routes.ts';
import { REGISTRY_ROUTES } from './registry-routes.ts';
import type { Route } from './route.ts';
import { SCANNING_ROUTES } from './scanning-routes.ts';

/** Every route of the adapter; a test holds this table against what is registered. */
export const ROUTES: readonly Route[] = [
  ...SCANNING_ROUTES,
  ...LOCK_ROUTES,
  ...MASTER_DATA_ROUTES,
  ...HISTORY_ROUTES,
  ...REGISTRY_ROUTES,
  ...OPERATIONS_ROUTES,
];
