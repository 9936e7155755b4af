import { ATP_ROUTES } from './atp-routes.ts';
import { FIGURES_ROUTES } from './figures-routes.ts';
import { HISTORY_ROUTES } from './history-routes.ts';
import { INVESTIGATION_ROUTES } from './investigation-routes.ts';
import { OPERATIONS_ROUTES } from './operations-routes.ts';
import { HOLD_ROUTES, ORDER_ROUTES } from './order-routes.ts';
import { PLANNING_ROUTES } from './planning-routes.ts';
import { QUARANTINE_ROUTES } from './quarantine-routes.ts';
import { RECONCILIATION_ROUTES } from './reconciliation-routes.ts';
import type { Route } from './route.ts';
import { TRACE_ROUTES } from './trace-routes.ts';

/** Every HTTP function of the app; a test holds this table against what is registered. */
export const ROUTES: readonly Route[] = [
  ...ORDER_ROUTES,
  ...HOLD_ROUTES,
  ...ATP_ROUTES,
  ...PLANNING_ROUTES,
  ...HISTORY_ROUTES,
  ...RECONCILIATION_ROUTES,
  ...INVESTIGATION_ROUTES,
  ...FIGURES_ROUTES,
  ...OPERATIONS_ROUTES,
  ...QUARANTINE_ROUTES,
  ...TRACE_ROUTES,
];
