import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBindingOptions } from '../binding-options.ts';
import type { HostFunction } from '../invocation.ts';
import { describeError } from '../log.ts';
import { HostStartError } from '../startup-error.ts';
import { FunctionInErrorError, type HostServices, type TriggerListener } from '../trigger-listener.ts';
import { BodyTooLargeError, readBody, toRpcRequest, traceContextOf } from './request.ts';
import { writeEmpty, writeRpcResponse } from './response.ts';
import type { RouteValues } from './route-template.ts';

const triggerSchema = z.object({
  route: z.string().optional(),
  methods: z.array(z.string()).default(['GET', 'POST']),
  /** The library always gives one; the default is that of the extension's `HttpTriggerAttribute`. */
  authLevel: z
    .string()
    .transform((level) => level.toLowerCase())
    .pipe(z.enum(['anonymous', 'function', 'admin'], 'it is one of anonymous, function, admin'))
    .default('function'),
});

/** Adds the function's route to the host's router; the HTTP server does the listening. */
export function httpTriggerListener(fn: HostFunction, host: HostServices): TriggerListener {
  const trigger = readBindingOptions(triggerSchema, fn.trigger, 'HTTP trigger', fn, host.log);
  const route = host.settings
    .resolve(trigger.route ?? fn.name, `route of function ${fn.name}`)
    .replace(/^\/+/, '');
  if (/^(admin|runtime)/i.test(route)) {
    throw new FunctionInErrorError('The specified route conflicts with one or more built in routes.');
  }
  const template = [host.hostJson.routePrefix, route].filter((part) => part !== '').join('/');
  const methods = trigger.methods.map((method) => method.toUpperCase());
  const authLevel = trigger.authLevel;
  try {
    host.router.add({
      template,
      methods,
      target: {
        authLevel,
        handle: (request, response, params) => handle(fn, host, request, response, params),
      },
    });
  } catch (error) {
    throw new HostStartError(
      `The route "${route}" of function ${fn.name} is wrong: ${describeError(error)}.`,
    );
  }
  return {
    start() {},
    stop() {},
    describe: (origin) => `[${methods.join(',')}] ${origin}/${template}`,
  };
}

function handle(
  fn: HostFunction,
  host: HostServices,
  request: IncomingMessage,
  response: ServerResponse,
  params: RouteValues,
): void {
  answer(fn, host, request, response, params).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError) host.log.write('error', fn.name, error.message);
    if (response.headersSent) response.destroy();
    else if (error instanceof BodyTooLargeError) writeEmpty(response, 500, { Connection: 'close' });
    else {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      writeEmpty(response, 500);
    }
  });
}

async function answer(
  fn: HostFunction,
  host: HostServices,
  request: IncomingMessage,
  response: ServerResponse,
  params: RouteValues,
): Promise<void> {
  if (request.headers['transfer-encoding'] !== undefined) {
    host.log.write(
      'warning',
      fn.name,
      'the request has a chunked body, which the Functions host drops; send a Content-Length',
    );
  }
  const body = await readBody(request);
  const result = await host.invoke(fn, {
    data: { http: toRpcRequest(request, params, body) },
    traceContext: traceContextOf(request),
  });
  writeRpcResponse(response, result.returnValue);
}
