import type { ServerResponse } from 'node:http';

/** An answer of the HTTP API. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** JSON text; absent: no body. */
  json?: string;
}

/** The body that goes with most refusals; the real host adds a .NET stack trace, which nobody can use. */
export interface ErrorBody {
  Message: string;
  ExceptionMessage?: string;
  ExceptionType?: string;
}

/** An answer without a body: what 404, 410 and accepted events and controls have (H:control). */
export const empty = (status: number): Answer => ({ status });

export const withJson = (status: number, value: unknown, headers?: Record<string, string>): Answer => ({
  status,
  json: JSON.stringify(value),
  ...(headers ? { headers } : {}),
});

export const refusal = (status: number, body: ErrorBody): Answer => withJson(status, body);

/** The wording of every unexpected failure. */
export const failure = (ExceptionMessage: string, ExceptionType: string): Answer =>
  refusal(500, {
    Message: 'Something went wrong while processing your request',
    ExceptionMessage,
    ExceptionType,
  });

/** The refusal of a text that is not JSON. */
export function invalidJson(text: string): Answer | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return refusal(400, { Message: 'Invalid JSON content', ExceptionMessage: String(error) });
  }
}

export function writeAnswer(response: ServerResponse, { status, headers, json }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  if (json === undefined) {
    // Kestrel states no length in answer to HEAD.
    const length = response.req.method === 'HEAD' ? {} : { 'Content-Length': '0' };
    response.writeHead(status, { ...length, ...headers }).end();
    return;
  }
  response
    .writeHead(status, {
      'Content-Length': Buffer.byteLength(json),
      'Content-Type': 'application/json; charset=utf-8',
      ...headers,
    })
    .end(json);
}
