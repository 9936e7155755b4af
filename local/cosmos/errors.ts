const CODES: Record<number, string> = {
  304: 'NotModified',
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  424: 'FailedDependency',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  501: 'NotImplemented',
};

/** What an error may carry besides its status and message. */
export type ErrorDetails = {
  /** `x-ms-substatus`. */
  substatus?: number;
  /** Request units the failed operation consumed. */
  charge?: number;
  /** Milliseconds until the client should try again (429). */
  retryAfter?: number;
  /** More members of the error body, e.g. `additionalErrorInfo`. */
  body?: Record<string, unknown>;
};

/** An answer of the service other than success. Body: `{code, message}`, as in the REST API's "HTTP status codes". */
export class CosmosError extends Error {
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }

  /** The error body as JSON text. */
  toBody(): string {
    return JSON.stringify({ code: codeOf(this.status), message: this.message, ...this.details.body });
  }
}

/** The name that Cosmos gives an HTTP status in its error bodies. */
function codeOf(status: number): string {
  return CODES[status] ?? String(status);
}

/** 400. */
export function badRequest(message: string, details?: ErrorDetails): CosmosError {
  return new CosmosError(400, message, details);
}

/** 404: `what` names the kind of resource, `id` which one. */
export function notFound(what: string, id: string, details?: ErrorDetails): CosmosError {
  return new CosmosError(404, `Resource Not Found: ${what} '${id}'`, details);
}

/** 501 for what this server lacks: loud, never a wrong answer. */
export function notSupported(what: string): CosmosError {
  return new CosmosError(501, `not supported: ${what}`);
}
