import type { Hono, MiddlewareHandler } from 'hono';
import { shortened } from '../../../shared/http/problem-details.ts';
import type { ApiEnvironment, Call } from './call.ts';
import { ProblemException, problemResponse } from './problem.ts';

/** Refuses a path whose escapes (`%…`) are no UTF-8: its names cannot be told. */
export const checkPath: MiddlewareHandler = async (context, next) => {
  const path = /^[^?#]*/.exec(context.req.url)?.[0] ?? '';
  if (!canBeDecoded(path)) {
    const detail = `the path ${shortened(context.req.path)} holds a % that is no escape of UTF-8; a % itself is %25`;
    throw new ProblemException(400, 'The path cannot be read', { detail });
  }
  await next();
};

/** Answers other methods on the routes that there are with 405 and those that they have. */
export function refuseOtherMethods(api: Hono<ApiEnvironment>): void {
  const routes = api.routes.filter(({ method }) => method !== 'ALL');
  for (const [path, own] of Map.groupBy(routes, (route) => route.path)) {
    const allowed = [...new Set(own.map(({ method }) => method))].join(', ');
    api.all(path, (context) => {
      const detail = `${shortened(context.req.path)} takes ${allowed}`;
      throw new ProblemException(405, `No ${context.req.method} here`, { detail }, { allow: allowed });
    });
  }
}

/** Answers a path that leads nowhere. */
export function unknownRoute({ req }: Call): Response {
  const detail = `there is no ${req.method} ${shortened(req.path)}`;
  return problemResponse({ type: 'about:blank', title: 'Not found', status: 404, detail });
}

function canBeDecoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
