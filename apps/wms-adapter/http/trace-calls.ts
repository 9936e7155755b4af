import type { MiddlewareHandler } from 'hono';
import { inSpan } from '../../../shared/telemetry/spans.ts';
import { isOn } from '../../../shared/telemetry/state.ts';
import { type ApiEnvironment, traceOfCaller } from './call.ts';

/** A span of the caller's trace around each call that may change something; those that only read are many, and tell nothing on. */
export const traceCalls: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  const { req } = context;
  if (!isOn() || req.method === 'GET' || req.method === 'HEAD') return next();
  const route = req.path.split('/', 4).join('/');
  const parent = traceOfCaller(context);
  const attributes = { 'http.request.method': req.method, 'url.path': req.path };
  await inSpan(`${req.method} ${route}`, { kind: 'server', parent, attributes }, async (span) => {
    await next();
    span.add({ 'http.response.status_code': context.res.status });
  });
};
