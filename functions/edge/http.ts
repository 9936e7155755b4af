import {
  app,
  type HttpFunctionOptions,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import type { z } from 'zod';
import type { Person, Role } from '../../shared/contracts/access.ts';
import { isJsonMediaType, shortened } from '../../shared/http/problem-details.ts';
import { readBodyUpTo } from '../../shared/http/read-body.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { inSpan, traceIn } from '../../shared/telemetry/spans.ts';
import { isOn } from '../../shared/telemetry/state.ts';
import { admit, refuseOtherSites } from './access.ts';
import { invalidInput, Problem, problemResponse } from './problem.ts';
import { readSignIn } from './sign-in.ts';

/** Largest body of a request. Bytes. */
const MAX_BODY_BYTES = 256 * 1024;

type Handler<Caller> = (
  request: HttpRequest,
  context: InvocationContext,
  person: Caller,
) => Promise<HttpResponseInit>;

type Route<Least, Caller> = Pick<HttpFunctionOptions, 'methods' | 'extraInputs'> & {
  route: string;
  role: Least;
  handler: Handler<Caller>;
};

/** How people sign in to this app. */
export const signIn = readSignIn(process.env);

/**
 * Registers an HTTP function twice: `/api/{route}` for programs, which the host lets in by their function key, and
 * `/api/people/{route}` for people who have signed in. This is the one place where callers are let in and where errors
 * become problem details.
 *
 * @param options.role the least that a person needs. `everybody`: anonymous and registered once, only where a comment at the route says why
 * @param options.handler told who calls; programs are nobody, unless they come through App Service's sign-in
 */
export function httpRoute(
  name: string,
  { role, handler, ...options }: Route<Role | 'everybody', Person | undefined>,
): void {
  const authLevel = role === 'everybody' ? 'anonymous' : 'function';
  app.http(name, {
    ...options,
    authLevel,
    handler: (request, context) =>
      answer(options.route, request, context, () => handler(request, context, signIn.personOf(request))),
  });
  if (role !== 'everybody') peopleRoute(`people-${name}`, { ...options, role, handler });
}

/** A route that is for people only, `/api/people/{route}`: the host lets everybody in, and it is decided here. */
export function peopleRoute(name: string, { role, route, handler, ...options }: Route<Role, Person>): void {
  app.http(name, {
    ...options,
    route: `people/${route}`,
    authLevel: 'anonymous',
    handler: (request, context) =>
      answer(route, request, context, async () => {
        const person = admit(signIn, request, role);
        if (request.method !== 'GET')
          context.info('person-acts', { ...person, function: name, url: request.url });
        return handler(request, context, person);
      }),
  });
}

/** A path parameter that satisfies its schema. @throws {Problem} 400 */
export function pathParameter<Schema extends z.ZodType>(
  request: HttpRequest,
  name: string,
  schema: Schema,
): z.output<Schema> {
  const value = request.params[name];
  return parse(schema, value, (error) => invalidInput(error, value, name));
}

/**
 * The JSON body that satisfies its schema; none reads as `{}`. The content type has to say that it is JSON: a web page
 * can send any other, or none, without asking.
 *
 * @throws {Problem} 400, 413 or 415
 */
export async function jsonBody<Schema extends z.ZodType>(
  request: HttpRequest,
  schema: Schema,
): Promise<z.output<Schema>> {
  const contentLength = request.headers.get('content-length');
  const bytes = await readBodyUpTo(MAX_BODY_BYTES, contentLength, request.body);
  if (!bytes) throw tooLarge(Number(contentLength ?? 0));
  if (bytes.byteLength > 0) requireJson(request.headers.get('content-type') ?? '');
  const input = bytes.byteLength === 0 ? {} : parseJson(bytes);
  return parse(schema, input, (error) => invalidInput(error, input));
}

function requireJson(type: string): void {
  if (isJsonMediaType(type)) return;
  const detail = type === '' ? 'The request has no content-type' : `content-type is ${shortened(type)}`;
  throw new Problem({
    status: 415,
    title: 'The body must be JSON',
    detail: `${detail}; send application/json.`,
  });
}

function tooLarge(told: number): Problem {
  const found = told > MAX_BODY_BYTES ? `${told} bytes` : `more than ${MAX_BODY_BYTES} bytes`;
  const detail = `The body has ${found}; at most ${MAX_BODY_BYTES} are taken.`;
  return new Problem({ status: 413, title: 'The body is too large', detail });
}

/** Query values as an object that satisfies its schema. @throws {Problem} 400 */
export function queryParameters<Schema extends z.ZodType>(
  request: HttpRequest,
  schema: Schema,
): z.output<Schema> {
  const input = Object.fromEntries(request.query);
  return parse(schema, input, (error) => invalidInput(error, input));
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  refuse: (error: z.ZodError) => Problem,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw refuse(parsed.error);
  return parsed.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const detail = `The body is not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}`;
    throw new Problem({ status: 400, title: 'The body is not JSON', detail });
  }
}

/** In a span of the caller's trace, but for what asks all the time whether the app is well. */
function answer(
  route: string,
  request: HttpRequest,
  context: InvocationContext,
  handle: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  if (!isOn() || route.startsWith('health')) return answerOrProblem(request, context, handle);
  // `orderId` of the path is `order.id`.
  const ids = Object.entries(request.params).map(([name, id]) => [name.replace(/Id$/, '.id'), id]);
  const attributes = {
    'http.request.method': request.method,
    'http.route': `/api/${route}`,
    ...Object.fromEntries(ids),
  };
  const parent = traceIn({
    traceparent: context.traceContext?.traceParent || request.headers.get('traceparent'),
    tracestate: request.headers.get('tracestate') ?? undefined,
  });
  return inSpan(`${request.method} /api/${route}`, { kind: 'server', parent, attributes }, async (span) => {
    const response = await answerOrProblem(request, context, handle);
    span.answered(response.status ?? 200);
    return response;
  });
}

async function answerOrProblem(
  request: HttpRequest,
  context: InvocationContext,
  handle: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    refuseOtherSites(request);
    return await handle();
  } catch (error) {
    if (error instanceof Problem) return problemResponse(error);
    if (error instanceof StoreUnavailable) {
      context.warn(error.message);
      const seconds = String(Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000)));
      const detail = 'A store this answer needs does not answer at the moment. Ask again.';
      return problemResponse(new Problem({ status: 503, title: 'Not available now', detail }), {
        'retry-after': seconds,
      });
    }
    context.error(error);
    const detail = `Invocation ${context.invocationId} failed; the log says why.`;
    return problemResponse(new Problem({ status: 500, title: 'Internal error', detail }));
  }
}
