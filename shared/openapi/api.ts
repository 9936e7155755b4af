import type { z } from 'zod';
import type { ProblemDetails } from '../contracts/problem-details.ts';

/** An HTTP API, out of which `buildDocument` makes its OpenAPI document. */
export interface Api<SchemaName extends string = string, Tag extends string = string> {
  readonly info: {
    readonly title: string;
    /** Grows when a caller has to know: the second figure with what is added, the first with what would break it. */
    readonly version: string;
    readonly summary: string;
    readonly description: string;
  };
  /** What stands before every path, such as `/api`. */
  readonly serverUrl: string;
  /** OpenAPI's security schemes by name. One of them has to be kept, unless a route is anonymous. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  /** What each tag is about. */
  readonly tags: Readonly<Record<Tag, string>>;
  /** The bodies by name; `ProblemDetails` is that of the problems. */
  readonly schemas: Readonly<Record<SchemaName, z.ZodType>> & { readonly ProblemDetails: z.ZodType };
  /** The parameters of paths by name. */
  readonly pathParameters: Parameters;
  /** Headers that every call may bring. */
  readonly requestHeaders?: Parameters;
  /** Headers that every answer may bring. */
  readonly responseHeaders?: Parameters;
  /** The errors, once for all operations, by name. */
  readonly problems: Readonly<Record<string, ApiProblem>>;
  readonly routes: readonly ApiRoute<SchemaName, Tag>[];
}

/** `name`: the header that holds the key, unless it is that of HTTP itself. */
export type SecurityScheme = {
  readonly description: string;
  readonly name?: string;
  readonly [field: string]: unknown;
};

export type Parameters = Readonly<Record<string, { schema: z.ZodType; description: string }>>;

/** A body and an instance of it. */
export type ApiContent<SchemaName extends string = string> = {
  readonly schema: SchemaName;
  readonly example: unknown;
};

export type ApiAnswer<SchemaName extends string = string> = {
  readonly description: string;
  /** JSON unless the answer is bytes or a page; absent: no body. */
  readonly content?: ApiContent<SchemaName> | 'bytes' | 'html';
  /** True when header `Location` names where to look. */
  readonly hasLocation?: boolean;
};

/** Errors that are an operation's own, each with the sentence that says when. The edge's own join by themselves. */
export type OwnProblems = { readonly [status in 400 | 401 | 403 | 404 | 409 | 429]?: string };

/** An operation as a caller sees it. */
export type ApiRoute<SchemaName extends string = string, Tag extends string = string> = {
  readonly operationId: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** Below the server's URL, parameters in braces. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** True when no key is asked for. */
  readonly isAnonymous?: boolean;
  readonly query?: z.ZodObject;
  readonly body?: ApiContent<SchemaName>;
  readonly answers: Readonly<Record<number, ApiAnswer<SchemaName>>>;
  readonly problems?: OwnProblems;
  /** True when no store is needed, so that it never answers 503 for want of one. */
  readonly needsNothing?: boolean;
};

export type ApiProblem = {
  readonly status: number;
  readonly description: string;
  /** Absent where the platform answers, without a body. */
  readonly example?: ProblemDetails;
  /** Headers that this answer brings besides those of all. */
  readonly headers?: Parameters;
  /** Whether the operation can answer it. */
  readonly appliesTo: (route: ApiRoute) => boolean;
};
