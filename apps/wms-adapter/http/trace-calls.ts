import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { inSpan } from '../../../shared/telemetry/spans.ts';
import { isOn } from '../../../shared/telemetry/state.ts';
import { type ApiEnvironment, traceOfCaller } from './call.ts';

/** A span of the caller's trace around each call that may change something; those that only read are many, and tell nothing on. */
export const traceCalls: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  const { method } = context.req;
  if (!isOn() || method === 'GET' || method === 'HEAD') return next();
  const route = routeOf(context);
  const parent = traceOfCaller(context);
  const attributes = { 'http.request.method': method, 'http.route': route };
  const name = route === undefined ? method : `${method} ${route}`;
  await inSpan(name, { kind: 'server', parent, attributes }, async (span) => {
    await next();
    span.answered(context.res.status);
  });
};

/** As it is declared, since a path may name a person, and anybody may call any path; undefined where there is no route. */
function routeOf(context: Context): string | undefined {
  const route = matchedRoutes(context).findLast(({ path }) => !path.includes('*'));
  return route?.path.replaceAll(/:(\w+)/g, '{$1}');
}
